//! Fields and their values on the command line.

use std::str::FromStr;

use confgate_core::gate::Gate;
use confgate_core::value::{MAX_DEPTH, Path, Segment};
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

/// A value of `--set` that sets no field.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidAssignment {
    /// The field or `=` is missing.
    #[error("write a field and its value: network.max_connections=5")]
    Incomplete,
    /// An override replaces a list as a whole.
    #[error("an element of a list cannot be set; set the whole list: peers=a,b")]
    Element,
    /// The field is deeper than a config can be.
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

impl FromStr for Assignment {
    type Err = InvalidAssignment;

    fn from_str(text: &str) -> Result<Self, InvalidAssignment> {
        let incomplete = InvalidAssignment::Incomplete;
        let (key, value) = text.split_once('=').filter(|(key, _)| !key.trim().is_empty()).ok_or(incomplete)?;
        let path = Path::dotted(key.trim());
        if path.0.len() > MAX_DEPTH {
            return Err(InvalidAssignment::TooDeep);
        }
        // A key with a bracket is an index that is no number.
        let is_element = |segment: &Segment| match segment {
            Segment::Index(_) => true,
            Segment::Key(key) => key.contains('['),
        };
        if path.0.iter().any(is_element) {
            return Err(InvalidAssignment::Element);
        }
        Ok(Self { key: key.trim().to_owned(), value: value.to_owned() })
    }
}
