//! `flags/ramp`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A ramp whose steps do not grow.
pub const CODE: Code = Code {
    name: "flags/ramp",
    level: Severity::Error,
    what: "The steps of a ramp are not in the order of time, a share becomes smaller, or the flag has no default variant for the other keys.",
    why: "A key that has the variant would lose it again, which a ramp promises not to do.",
    fix: "Sort the steps by time, let the share grow, and set `defaultVariant`.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
[flags.lobby.ramp]
variant = "on"
steps = [
  { at = "2027-01-02T08:00:00Z", percent = 10 },
  { at = "2027-01-01T08:00:00Z", percent = 20 },
]"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
