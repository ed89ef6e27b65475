//! Precedence of the layers: [`LayerKind`] lists them from the lowest to the highest, and a later layer wins.
//!
//! [`merge_layers`](crate::load::merge::merge_layers) applies the layers from the file to the overrides in this order. The gate fills
//! the defaults into the result, and `live/restart_only` keeps running values.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// Kind of a layer, in order of precedence: a later one wins.
///
/// Secrets are an exception: a secret has the precedence of the layer that contains the reference to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// Defaults of the model for the environment.
    Default,
    /// The config file or bundle.
    File,
    /// An active profile.
    Profile,
    /// An override of the node's region, which expires.
    Region,
    /// An environment variable.
    Variable,
    /// A secret that replaced a reference.
    Secret,
    /// A value that the program sets.
    Override,
    /// The running value of a restart-only field, which stays until a restart.
    Kept,
}

/// A layer: a source of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigLayer {
    /// The kind.
    pub kind: LayerKind,
    /// The name within its kind: a path, the name of a profile or a variable, a reason.
    pub name: Arc<str>,
}

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Profile => "profile",
            Self::Region => "region",
            Self::Variable => "variable",
            Self::Secret => "secret",
            Self::Override => "override",
            Self::Kept => "kept",
        })
    }
}
