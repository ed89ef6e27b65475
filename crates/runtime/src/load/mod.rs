//! Loading of a config: layers, their merge, and the gate.
//!
//! [`Loader`] is the entry. A load reads the file or bundle (location.rs, read.rs), merges profiles, variables and overrides over it
//! and resolves secrets (merge.rs), and validates the result with the gate. precedence.rs lists the layers in order of
//! precedence. The result is a [`LoadedConfig`], which knows the origin of every value, or [`Refused`] with the report.

mod base;
mod bundle;
mod bundle_content;
mod context;
mod error;
mod explanation;
pub mod file;
mod loaded_config;
mod loader;
mod location;
mod merge;
mod options;
mod overrides;
mod precedence;
mod profiles;
mod read;
mod references;
pub mod region;
mod secret_sources;
mod service_links;
mod stack;
#[cfg(test)]
mod tests;
pub(crate) mod tree_edit;
mod variable_value;
mod variables;

pub use self::bundle_content::BundleContent;
pub(crate) use self::context::LoadContext;
pub use self::error::Refused;
pub use self::explanation::{Contribution, Explanation, UnknownField, for_each_value};
pub use self::loaded_config::LoadedConfig;
pub use self::loader::Loader;
pub use self::location::{ConfigLocation, FoundConfig};
pub(crate) use self::merge::profiles_now;
pub use self::options::LoadOptions;
pub use self::overrides::Override;
pub use self::precedence::{ConfigLayer, LayerKind};
pub use self::references::Reference;
pub use self::tree_edit::insert_at;
