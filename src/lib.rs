//! A gate for configuration.
//!
//! One value flows through all of it: a [tree] of values that know where they were written. The [gate] asks the schema that
//! is generated from the config type (a [`Model`]), runs the rules between its fields, and says all that it finds in one
//! report, or admits the tree and makes the typed config. Nothing else in the program decides whether a config is good.
//!
//! ```
//! use confgate::{Environment, Gate, Source, bitcraps::Config};
//!
//! let gate = Gate::of::<Config>();
//! let file = Source::new("production.toml", "[network]\nmax_connections = 500\n");
//! let config: Config = gate.check(&file, Environment::Production).into_config().expect("it is admitted");
//! assert_eq!((config.network.max_connections, config.network.listen_port), (500, 8333));
//! ```
//!
//! Dependencies between the modules point one way: `cli` to `agent`, `deploy`, `docs`, `nix` and `live`, `agent` to `live`, `live` and `deploy` to `layer`,
//! that to `secret`, all of them to `gate`, `gate` to `tree` and `model`.
//! `bitcraps` is the bundled model, and nothing but the binary and the tests knows it.
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | none | the gate, the builder of Nix bundles, and the commands for files and bundles |
//! | `live` (default) | layers, profiles, secrets from the environment and folders, the live handle, its audit trail and metrics |
//! | `seal` | sealed values and files in the format of age |
//! | `vault` | secrets from HashiCorp Vault and OpenBao |
//! | `deploy` | deployments, generations, signatures |
//! | `agent` | the agent for services that are not written in Rust |
//! | `mimalloc` (default) | the allocator of the binary `confgate`; a service leaves it out with `default-features = false` |
//! | `full` | all of them |

#[cfg(feature = "agent")]
pub mod agent;
pub mod bitcraps;
pub mod cli;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod docs;
pub mod environment;
pub mod gate;
#[cfg(feature = "live")]
pub mod host;
#[cfg(feature = "live")]
pub mod layer;
#[cfg(feature = "live")]
pub mod live;
pub mod migrate;
pub mod model;
pub mod nix;
mod parallel;
#[cfg(feature = "live")]
pub mod secret;
pub mod tree;

pub use environment::Environment;
pub use gate::{Gate, Outcome, Submission, Terms};
#[cfg(feature = "live")]
pub use host::Host;
pub use model::{Model, Rule, Severity};
pub use tree::Source;

/// The examples of the README are compiled with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// So are those of the page about running services.
#[cfg(all(doctest, feature = "live"))]
#[doc = include_str!("../docs/runtime.md")]
struct Runtime;
