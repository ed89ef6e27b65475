//! `flags/unknown-attribute`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// An attribute that the context does not declare.
pub const CODE: Code = Code {
    name: "flags/unknown-attribute",
    level: Severity::Error,
    what: "Targeting reads an attribute that the table `context` of the document does not declare.",
    why: "No client sends an attribute under a misspelt name, and the rule would never match.",
    fix: "Correct the name, or declare the attribute in `context`.",
    example: Example::Check {
        config: r#"[context]
plan = "string"
[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ "==" = [{ var = "plann" }, "pro"] }, "on", "off"] }"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
