//! Layers: where the values of a running node come from, and the stack that merges them.
//!
//! Defaults of the environment, the file or bundle, profiles, environment variables, secrets, explicit overrides: each makes a
//! tree, a later one wins, and the gate decides about what comes of it. [`Loader`] is all of it in one call.

mod base;
mod context;
mod explain;
pub mod file;
mod layer;
mod loader;
mod options;
mod profiles;
mod references;
mod secret_sources;
mod stack;
#[cfg(test)]
mod tests;
pub mod variable_names;
pub mod variables;

pub(crate) use self::context::LoadContext;
pub use self::explain::values;
pub use self::explain::{Contribution, Explanation};
pub use self::file::{Choice, Found};
pub use self::layer::*;
pub use self::loader::Loader;
pub use self::options::{LoadOptions, LoadedConfig, Override, Refused};
pub use self::references::Reference;
