//! `flags/unknown-operator`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// An operator that flagd does not know.
pub const CODE: Code = Code {
    name: "flags/unknown-operator",
    level: Severity::Error,
    what: "Targeting has an operator that the format of flagd does not know.",
    why: "The expression could not be evaluated, and each evaluation of the flag would be an error.",
    fix: "Use an operator that the diagnostic names.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ start_with = [{ var = "plan" }, "p"] }, "on", "off"] }"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
