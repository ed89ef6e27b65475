//! Fields and their values on the command line.

use std::str::FromStr;

use confgate_core::edit::{FieldName, InvalidFieldName};
use confgate_core::gate::Gate;
use confgate_core::value::{MAX_DEPTH, Path, Segment};
use confgate_runtime::load::Override;

/// A field and its value: `network.max_connections=5`.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    /// The field, as it is written.
    pub key: String,
    /// Path of the field.
    pub path: Path,
    /// The text of its value.
    pub value: String,
}

impl Assignment {
    /// Returns the override that it stands for.
    pub fn to_override(&self, gate: &Gate) -> Override {
        Override::text(gate, self.path.clone(), &self.value, format!("--set {}", self.key))
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

    /// Parses a field, whose keys may have quotes, and its value: `routes."a.b".port=80`.
    fn from_str(text: &str) -> Result<Self, InvalidAssignment> {
        // An equals sign in quotes is a part of the field.
        let splits = text.match_indices('=').map(|(at, _)| (&text[..at], &text[at + 1..]));
        let mut parsed = splits.map(|(key, value)| (key.trim(), value, key.parse::<FieldName>())).peekable();
        let first = parsed.peek().map(|(_, _, name)| name.as_ref().err().copied());
        let Some((key, value, path)) = parsed.find_map(|(key, value, name)| Some((key, value, name.ok()?.0))) else {
            return Err(match first.flatten() {
                None | Some(InvalidFieldName::Incomplete) => InvalidAssignment::Incomplete,
                Some(InvalidFieldName::Index) => InvalidAssignment::Element,
                Some(InvalidFieldName::TooDeep) => InvalidAssignment::TooDeep,
            });
        };
        if path.0.iter().any(|segment| matches!(segment, Segment::Index(_))) {
            return Err(InvalidAssignment::Element);
        }
        Ok(Self { key: key.to_owned(), path, value: value.to_owned() })
    }
}
