//! Descriptions of fields in words: type, bounds, permitted values and defaults, as the reference pages and editors display them.

mod choice;
mod default_text;
mod words;

pub use self::choice::Choice;
pub use self::default_text::default_text;
pub use self::words::{choices, form, kind, limits, plain, tag};
