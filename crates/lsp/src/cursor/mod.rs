//! The value, or the unfinished key or value, at a position of a text.
//!
//! [`path_at()`] searches the tree of a text. A text that is being typed often has no tree at the cursor: [`Context::at`] takes the
//! text before the cursor, puts a marker where a key or a value is expected, closes the open brackets, and reads that.

mod context;
mod path_at;
mod scan;
mod schema_comment;

pub(crate) use self::context::{Context, Expected};
pub(crate) use self::path_at::path_at;
pub(crate) use self::schema_comment::schema_comment;
