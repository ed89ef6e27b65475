//! JSON by RFC 8259: a reader that keeps the position of every key and value.
//!
//! [`read()`] returns the tree and every mistake that it finds. A strict pass reads valid texts. Where it fails, a lenient pass
//! finds what other dialects of JSON permit (comments, trailing commas, single quotes), so that one run reports all of it.
//!
//! The parser is the crate `jsonc-parser`, which accepts control characters in strings and other white space than the four
//! characters of the RFC even with all its extensions off: [`read()`] rejects both, and a property test compares its verdicts
//! and values with those of `serde_json`.

#[cfg(test)]
mod agreement;
mod extensions;
mod message;
mod options;
mod read;
mod tree;

pub use self::read::read;
