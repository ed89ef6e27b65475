//! Validation of service configuration: one gate for files, Nix builds, loads, reloads and deployments.
//!
//! A config is a [tree of values](value) with their origins. The [gate] validates it against the schema that is generated
//! from the config type (a [`Model`]) and against the rules between its fields, and returns the typed config or a report of
//! [diagnostics]. No other code decides whether a config is valid.
//!
//! ```
//! use confgate::{Environment, Gate, Source, bitcraps::Config};
//!
//! let gate = Gate::of::<Config>();
//! let file = Source::new("production.toml", "[network]\nmax_connections = 500\n");
//! let config: Config = gate.check(&file, Environment::Production).into_config().expect("the config is valid");
//! assert_eq!((config.network.max_connections, config.network.listen_port), (500, 8333));
//! ```
//!
//! This crate re-exports the crates below `crates/`. A service compiles only those of the features that it enables.
//!
//! # Features
//!
//! | feature | content | crate |
//! |---|---|---|
//! | none | the value tree, schema, diagnostics, gate | `confgate-core` |
//! | `live` (default) | layers, profiles, secrets from the environment and directories, the live handle, its audit trail and metrics | `confgate-runtime` |
//! | `cli` (default) | the command line over any model, the reference pages, the builder of Nix bundles | `confgate-builder` |
//! | `bitcraps` (default) | the bundled model | `confgate-bitcraps` |
//! | `yaml` | configs in YAML | |
//! | `seal` | sealed values and files in the format of age | `confgate-seal` |
//! | `vault` | secrets from HashiCorp Vault and OpenBao | `confgate-vault` |
//! | `deploy` | deployments, generations, signatures | `confgate-deploy`, `confgate-nix-signatures` |
//! | `agent` | the agent for services that are not written in Rust | `confgate-agent` |
//! | `flags` | feature flags in flagd's format: evaluation, and OpenFeature's remote evaluation protocol in the agent | `confgate-flags` |
//! | `fleet` | distribution of releases to a fleet of nodes through etcd; its build needs `protoc` | `confgate-fleet` |
//! | `lsp` | the language server | `confgate-lsp` |
//! | `mimalloc` (default) | the allocator of the binary `confgate`; a service disables it with `default-features = false` | |
//! | `small-pages` | the same allocator with huge pages for large configs alone, for programs that run for milliseconds: the static binary has it | |
//! | `full` | all of them but `small-pages` | |

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod page;
#[cfg(feature = "cli")]
pub mod reference;
#[cfg(feature = "live")]
mod secret_backends;

#[cfg(feature = "agent")]
pub use confgate_agent as agent;
#[cfg(feature = "bitcraps")]
pub use confgate_bitcraps as bitcraps;
#[cfg(feature = "builder")]
pub use confgate_builder as builder;
pub use confgate_core::diagnostics::Severity;
pub use confgate_core::environment::Environment;
pub use confgate_core::gate::{ConfigSpec, Gate, Input, Outcome, ValidateOptions};
pub use confgate_core::model::{Model, Rule};
pub use confgate_core::value::Source;
pub use confgate_core::{
    bundle, describe, diagnostics, edit, environment, format, gate, json, migrate, model, render, schema, sensitive,
    testing, toml, types, value, yaml,
};
#[cfg(feature = "deploy")]
pub use confgate_deploy as deploy;
#[cfg(feature = "flags")]
pub use confgate_flags as flags;
#[cfg(feature = "fleet")]
pub use confgate_fleet as fleet;
#[cfg(feature = "lsp")]
pub use confgate_lsp as lsp;
#[cfg(feature = "deploy")]
pub use confgate_nix_signatures as nix_signatures;
#[cfg(feature = "live")]
pub use confgate_runtime::system::SystemContext;
#[cfg(feature = "live")]
pub use confgate_runtime::{atomic_file, audit, live, load, profile, secrets, service_manager, system};
#[cfg(feature = "seal")]
pub use confgate_seal as seal;
#[cfg(feature = "flags")]
pub use confgate_tuning as tuning;
#[cfg(feature = "vault")]
pub use confgate_vault as vault;

#[cfg(feature = "live")]
pub use self::secret_backends::secret_backends;

/// Compiles the examples of the README with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Compiles the examples of the page about running services.
#[cfg(all(doctest, feature = "live", feature = "bitcraps"))]
#[doc = include_str!("../docs/runtime.md")]
struct Runtime;

/// Compiles the example of the page about schemas.
#[cfg(doctest)]
#[doc = include_str!("../docs/schema.md")]
struct SchemaPage;
