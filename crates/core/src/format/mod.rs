//! The canonical text of a config, with its comments.
//!
//! [`format()`] validates a text, writes its values in canonical form in the same format, and puts every comment where its value is
//! now. The result is read again: its values are those of the text, and it has the same comments. A text whose comments or anchors
//! cannot be kept is rejected.
//!
//! `items` finds the headers, entries and elements of a text, `comments` attaches each comment to one of them, `setting` recognizes
//! settings that are commented out, and `place` writes the comments into the canonical text.

mod canonical;
mod comments;
mod error;
mod format;
mod item_index;
mod items;
mod place;
mod setting;

pub use self::canonical::canonical_tree;
pub use self::error::FormatError;
pub use self::format::format;
