//! `flags/default-variant`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A default that is not one of the variants.
pub const CODE: Code = Code {
    name: "flags/default-variant",
    level: Severity::Error,
    what: "The `defaultVariant` of a flag is not one of its variants.",
    why: "An evaluation that targeting does not decide would have no value, and the program would get its own default.",
    fix: "Write the name of a variant, or declare the variant.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "offf""#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
