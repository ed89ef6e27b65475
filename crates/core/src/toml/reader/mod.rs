//! The reader of TOML 1.1: text to tree, with the position of every key and value.
//!
//! A text takes one of two paths, and both give the same tree:
//!
//! 1. [`chunks`] splits a large text between the tables of a list and reads the parts on all cores. [`single_pass`] reads a
//!    part in one pass: [`simple_statement`] recognizes the statements of the simplest form, `toml_parser` parses the others,
//!    and [`builder`] adds each to the tree. The pass only accepts valid TOML and gives up at the first doubt.
//! 2. [`recovery`] reads a text that the pass gave up on with the crate `toml`, which recovers from mistakes, and returns every
//!    syntax error. All errors and their messages come from this path. [`sections`] takes it for the tables around a mistake
//!    alone where it can, since a text is broken most of the time while it is typed.
//!
//! # Why Confgate has a reader of its own
//!
//! Reading is most of the time that a check takes, and `toml` builds a tree of spanned values that has to be converted to one
//! with origins. Measured on one thread:
//!
//! | reader | 2 KB | 5 MB | remarks |
//! |---|---:|---:|---|
//! | this one | 9.9 µs | 68 ms | lexer, parser and decoder are those of `toml_parser`; no `unsafe` |
//! | toml-spanner 1.0.3, converted | 9.8 µs | 70 ms | much `unsafe`, young, needs Rust 1.90 |
//! | `toml`, converted | 20 µs | 219 ms | the path of texts with mistakes |
//!
//! The price is this folder. It stays correct because `toml` stays beside it: the property tests in `agreement` and the fuzz
//! target `fuzz/fuzz_targets/toml_reader.rs` compare the trees, origins included, and the verdicts of both paths.

#[cfg(test)]
mod agreement;
mod builder;
mod chunks;
mod levels;
mod mistake;
mod open_table;
mod read;
mod recovery;
mod scalar;
mod section_header;
mod sections;
mod simple_statement;
mod single_pass;
mod syntax_error;

pub use self::mistake::Mistake;
pub use self::open_table::MAX_DEPTH;
pub use self::read::{MAX_BYTES, read};
pub use self::syntax_error::SyntaxError;
