//! Fields and their values on the command line.

use std::str::FromStr;

use confgate_core::gate::Gate;
use confgate_core::value::Path;
use confgate_runtime::load::Override;

/// A field and its value: `network.max_connections=5`.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    /// The field.
    pub key: String,
    /// The text of its value.
    pub value: String,
}

impl Assignment {
    /// Returns the override that it stands for.
    pub fn to_override(&self, gate: &Gate) -> Override {
        Override::text(gate, Path::dotted(&self.key), &self.value, format!("--set {}", self.key))
    }
}

/// A text without a field or without `=`.
#[derive(Debug, thiserror::Error)]
#[error("write a field and its value: network.max_connections=5")]
pub(crate) struct InvalidAssignment;

impl FromStr for Assignment {
    type Err = InvalidAssignment;

    fn from_str(text: &str) -> Result<Self, InvalidAssignment> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                Ok(Self { key: key.trim().to_owned(), value: value.to_owned() })
            }
            _ => Err(InvalidAssignment),
        }
    }
}
