//! Layers: where the values of a running node come from, and the stack that merges them.
//!
//! Defaults of the environment, the file or bundle, profiles, environment variables, secrets, explicit overrides: each makes a
//! tree, a later one wins, and the gate decides about what comes of it. [`Loader`] is all of it in one call.

mod asked;
mod explain;
pub mod file;
mod load;
mod loaded;
pub mod names;
mod overlay;
pub mod profile;
mod references;
mod stack;
pub mod variables;
mod written;

use std::fmt;

use serde::Serialize;

pub(crate) use self::explain::values;
pub use self::explain::{Contribution, Explanation};
pub use self::file::{Choice, Found};
pub use self::load::Loader;
pub use self::loaded::{Given, Loaded, Override, Refused};
pub use self::references::Reference;

/// A kind of layers. Their order is their precedence: a later one wins. A secret counts where the reference to it stands: what
/// covers the reference covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What the model says for an environment.
    Default,
    /// The config file, or the bundle.
    File,
    /// An overlay of the file whose conditions hold.
    Profile,
    /// An environment variable.
    Variable,
    /// A secret, in the place of the reference to it.
    Secret,
    /// What a program was told to set.
    Override,
    /// What a running node keeps until a restart.
    Kept,
}

/// A source of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// What kind it is.
    pub kind: Kind,
    /// Which one of its kind: a path, the name of a profile, of a variable, a reason.
    pub name: String,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Profile => "profile",
            Self::Variable => "variable",
            Self::Secret => "secret",
            Self::Override => "override",
            Self::Kept => "kept",
        })
    }
}

#[cfg(test)]
mod tests;
