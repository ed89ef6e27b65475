//! TOML: a reader of TOML 1.1 that keeps the position of every key and value, and a canonical writer of TOML 1.0.
//!
//! [`read`] returns all that can be read of a text and every [`SyntaxError`] in it, so that one run reports all mistakes of a
//! file. [`write()`] returns the canonical text of a tree: the same tree gives the same bytes. [`inline()`] displays one value in
//! a message.

mod datetime;
mod inline;
mod reader;
mod serialize;
mod writer;

pub use self::inline::{inline, inline_json};
pub use self::reader::{MAX_BYTES, MAX_DEPTH, Mistake, SyntaxError, read};
pub use self::writer::{WriteError, write};
