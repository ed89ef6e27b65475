//! The reference as Markdown: read on code hosts, where its links work, and as plain text.

mod escape;
mod markdown;

pub use self::markdown::*;
