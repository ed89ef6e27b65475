//! A place in a source that a diagnostic points at.

use crate::value::Location;

/// A place and a short text about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// The place.
    pub place: Location,
    /// A few words about the place; may be empty.
    pub text: String,
}
