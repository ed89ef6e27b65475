//! `flags/evaluator`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A reference to a shared expression that cannot be followed.
pub const CODE: Code = Code {
    name: "flags/evaluator",
    level: Severity::Error,
    what: "A `$ref` of targeting names an evaluator that `$evaluators` does not declare, or evaluators refer to each other in a circle.",
    why: "The expression could not be evaluated, and each evaluation of the flag would be an error.",
    fix: "Declare the evaluator, correct its name, or remove one reference of the circle.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ "$ref" = "internal" }, "on", "off"] }"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
