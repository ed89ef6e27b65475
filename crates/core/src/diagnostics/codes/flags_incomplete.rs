//! `flags/incomplete`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A flag without what the policy requires.
pub const CODE: Code = Code {
    name: "flags/incomplete",
    level: Severity::Error,
    what: "The policy of the document requires an owner or a date for each flag, and the flag has none.",
    why: "A flag without an owner and an end is never removed.",
    fix: "Add `owner` and `until` to the flag.",
    example: Example::Check {
        config: r#"policy.owner = "required"
[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off""#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
