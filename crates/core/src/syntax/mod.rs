//! Diagnostics for texts that are not TOML, one for each mistake.
//!
//! The parser recovers after a mistake, and then reports errors that are consequences of the first one: behind an
//! unclosed bracket everything looks wrong. This module drops those ([`diagnostics`]), explains the rest by the parser's
//! structured error, and filters the diagnostics of the schema that a broken text cannot support ([`reliable`]).
//!
//! A message never repeats the text, because the text may contain a secret. The line is displayed below the message, and
//! [`mask_broken_lines`] adds the ranges that a broken line cannot attribute to a field.

mod bracket;
mod explain;
mod syntax;
mod text;
mod values;

pub use self::syntax::{diagnostics, mask_broken_lines, reliable};
