//! Bundle format: the files that a build writes and a node installs.
//!
//! A bundle is a folder with the config as TOML, JSON or YAML, `origins.json` with the Nix definitions of every value, and
//! `manifest.json` with the facts that a deployment checks. `config.schema.json`, which the config names in its first line, helps editors. The builder writes bundles, the loader and the deployment read them.

mod manifest;
mod origins;

pub use self::manifest::{Digests, FILES, Manifest, ManifestDiagnostic, SCHEMA_FILE, config_name};
pub use self::origins::{OverriddenDefinition, ValueOrigins, definition_of};
