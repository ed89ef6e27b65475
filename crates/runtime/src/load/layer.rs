use std::fmt;

use serde::Serialize;

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
