//! `flags/comparison`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A comparison of an attribute with a value of another type.
pub const CODE: Code = Code {
    name: "flags/comparison",
    level: Severity::Warning,
    what: "Targeting compares a declared attribute with a value of another type: a text with a boolean, any two types by `===`, a text with a number by their order, or a number where an operator takes texts.",
    why: "Evaluators convert a text and a boolean differently: \"true\" equals true in one, and 1 in another. By `===`, they are never equal.",
    fix: "Compare with a value of the declared type, or declare the type that programs send.",
    example: Example::Check {
        config: r#"[context]
beta = "string"

[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ "==" = [{ var = "beta" }, true] }, "on", "off"] }"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
