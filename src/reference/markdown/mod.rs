//! Reference as Markdown, readable on code hosts, where its links work, and as plain text.

mod codes;
mod escape;
mod line;
mod markdown;

pub use self::codes::page_of_codes;
pub use self::markdown::page;
