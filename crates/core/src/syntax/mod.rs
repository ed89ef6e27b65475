//! Reading of texts in any format, and diagnostics for their mistakes.
//!
//! [`Reading`] reads a text in the format of its source. The parser of TOML recovers after a mistake, and then reports errors that are consequences of the first one: behind an
//! unclosed bracket everything looks wrong. This module drops those, explains the rest by the parser's
//! structured error, and filters the diagnostics of the schema that a broken text cannot support ([`reliable`]).
//!
//! A message never repeats the text, because the text may contain a secret. The line is displayed below the message, and
//! [`mask_broken_lines`] adds the ranges that a broken line cannot attribute to a field.

mod bracket;
mod broken;
mod conflict;
mod explain;
mod reading;
mod text;
mod toml_errors;
mod values;

pub use self::broken::{mask_broken_lines, reliable};
pub use self::reading::Reading;
