//! `flags/expired`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A flag that is no longer needed.
pub const CODE: Code = Code {
    name: "flags/expired",
    level: Severity::Warning,
    what: "The date `until` which a flag is needed has passed. With `policy.expired = \"error\"` it is an error. A running service reports neither.",
    why: "A flag that stays after its rollout keeps code that no one runs, and a switch that no one expects.",
    fix: "Remove the flag and the code that it selects, or set a later date.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
until = "2020-01-31""#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
