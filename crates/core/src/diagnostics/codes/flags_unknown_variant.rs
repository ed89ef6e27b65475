//! `flags/unknown-variant`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A result of targeting that is not a variant.
pub const CODE: Code = Code {
    name: "flags/unknown-variant",
    level: Severity::Error,
    what: "Targeting or a ramp can return a name that is not one of the variants of the flag.",
    why: "The evaluation would be an error for each client for which the rule matches.",
    fix: "Correct the name, or declare the variant.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ "==" = [{ var = "plan" }, "pro"] }, "onn", "off"] }"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
