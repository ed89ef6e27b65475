//! Edits of a tree, which are repeated on its text.

use crate::value::{Node, Path};

/// An edit of a tree.
#[derive(Debug, Clone, PartialEq)]
pub enum TreeEdit {
    /// Moves a value to a path without a value.
    Move {
        /// The old path.
        from: Path,
        /// The new path.
        to: Path,
    },
    /// Sets or replaces a value.
    Set {
        /// The path.
        at: Path,
        /// The new value.
        value: Node,
    },
    /// Removes a value, or a table that became empty.
    Remove {
        /// The path.
        at: Path,
    },
}
