//! `flags/weights`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Weights that cannot select a variant.
pub const CODE: Code = Code {
    name: "flags/weights",
    level: Severity::Error,
    what: "A weight of `fractional` is not a whole number, or the weights add up to nothing or to more than 2147483647.",
    why: "The operation would select no variant, and every key would get the default.",
    fix: "Use whole numbers from 0, at least one of them above 0.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { fractional = [["on", 0], ["off", 0]] }"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
