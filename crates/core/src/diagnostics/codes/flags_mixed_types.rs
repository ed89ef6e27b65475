//! `flags/mixed-types`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Variants of several types.
pub const CODE: Code = Code {
    name: "flags/mixed-types",
    level: Severity::Error,
    what: "The variants of a flag have values of several types.",
    why: "A program evaluates a flag as one type, and would get its own default for the variants of another one.",
    fix: "Give all variants of the flag values of one type.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = "no" }
defaultVariant = "off""#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
