//! `flags/operands`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// An operation of targeting with operands that it cannot have.
pub const CODE: Code = Code {
    name: "flags/operands",
    level: Severity::Error,
    what: "An operator of targeting has too few or too many operands, an unknown comparison, or a table has several operators.",
    why: "The expression could not be evaluated, or would be evaluated in another way than it reads.",
    fix: "Correct the operands that the diagnostic names.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ "==" = [{ var = "plan" }] }, "on", "off"] }"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
