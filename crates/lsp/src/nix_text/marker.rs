//! The name that stands for what is being typed.

/// Name of the unfinished attribute or value.
pub(super) const MARKER: &str = "confgate_cursor";
