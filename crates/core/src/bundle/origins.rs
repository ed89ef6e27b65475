//! `origins.json`: where each value of a bundle is written.

use serde::{Deserialize, Serialize};

use crate::value::Definition;

/// Where a value is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The definitions that made the value.
    pub set: Vec<Definition>,
    /// The definitions that a stronger one put aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overridden: Vec<Overridden>,
}

/// A definition that a stronger one put aside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Overridden {
    /// Where.
    #[serde(flatten)]
    pub definition: Definition,
    /// Its priority: 100 unless it says otherwise, 1000 for `mkDefault`; the smaller one wins.
    pub priority: i64,
}
