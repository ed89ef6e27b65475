//! A place in a source that a diagnostic points at.

use crate::value::Place;

/// A place and a short text about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// The place.
    pub place: Place,
    /// A few words about the place; may be empty.
    pub text: String,
}
