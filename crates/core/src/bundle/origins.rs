//! `origins.json`: the Nix definitions of each value of a bundle.

use serde::{Deserialize, Serialize};

use crate::value::Definition;

/// The definitions of a value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueOrigins {
    /// The definitions that the value was made from.
    pub set: Vec<Definition>,
    /// The definitions that were discarded for one with a higher priority.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overridden: Vec<OverriddenDefinition>,
}

/// A definition that was discarded for one with a higher priority.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OverriddenDefinition {
    /// The definition.
    #[serde(flatten)]
    pub definition: Definition,
    /// Its priority in the sense of the module system: 100 by default, 1000 for `mkDefault`; the smaller number wins.
    pub priority: i64,
}
