//! Builder of config bundles, which runs as the `builder` of a Nix derivation.
//!
//! Nix builds a derivation by running its builder in a sandbox. The builder of a bundle is the static `confgate` binary itself, so the
//! build needs neither a shell nor a standard environment: a derivation names the binary and one hidden command as its argument.
//!
//! | command | module | output (`$out`) |
//! |---|---|---|
//! | `bundle` | [`bundle`] | one bundle |
//! | `fleet` | [`fleet`] | a directory with a bundle for each node of a fleet |
//! | `link` | [`link`] | a directory with a link to each of several bundles |
//! | `install` | [`install`] | the binary's own package |
//!
//! Nix passes two environment variables: `out`, the path to create, and `requestPath`, the path of the **request file**. The request
//! file is JSON that the Nix library writes while it evaluates the modules: a [`BuildRequest`] with the settings of each bundle, the
//! places where each value is defined, and the problems that were found during evaluation. It is a file because a large config does
//! not fit into a variable.
//!
//! A **bundle** is the directory that is deployed to a node: the config (`config.toml`, `config.json` or `config.yaml`),
//! `origins.json` with the places where each value is defined, and `manifest.json` with digests, diagnostics and the environment.
//! The build passes the settings through the gate. If the gate rejects them, nothing is written and the build fails; the report is printed to the build
//! log by the caller.
//!
//! A schema in a file may refer to other documents: [`SchemaFiles`] reads them, for the builder and for the command line.
//!
//! The output depends on the request and the files that it names alone: no clock, host name or map order affects it.

pub mod bundle;
mod bundle_files;
mod context;
mod error;
pub mod fleet;
mod hidden_places;
pub mod install;
pub mod link;
mod nix_environment;
mod problem;
mod render;
mod request;
mod schema_files;
mod store_name;

pub use self::bundle_files::{Bundle, BundleFiles};
pub use self::context::BuildContext;
pub use self::error::BuildError;
pub use self::problem::{ModuleProblem, ProblemPlace};
pub use self::render::render_config;
pub use self::request::{BuildRequest, BundleRequest};
pub use self::schema_files::{InvalidSchemaMap, LoadedSchema, SchemaFileError, SchemaFiles, SchemaMap};
