//! `flags/too-large`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Targeting that is too large to evaluate.
pub const CODE: Code = Code {
    name: "flags/too-large",
    level: Severity::Error,
    what: "Targeting has more than 20000 nodes, or more than 128 levels, with its references replaced.",
    why: "Every evaluation would pay for it, and references to references multiply.",
    fix: "Compare fewer values, such as by an attribute that the program computes.",
    example: Example::Check {
        config: r#"[flags.lobby]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ "$ref" = "e0" }, "on", "off"] }

["$evaluators"]
e0 = { or = [{ "$ref" = "e1" }, { "$ref" = "e1" }] }
e1 = { or = [{ "$ref" = "e2" }, { "$ref" = "e2" }] }
e2 = { or = [{ "$ref" = "e3" }, { "$ref" = "e3" }] }
e3 = { or = [{ "$ref" = "e4" }, { "$ref" = "e4" }] }
e4 = { or = [{ "$ref" = "e5" }, { "$ref" = "e5" }] }
e5 = { or = [{ "$ref" = "e6" }, { "$ref" = "e6" }] }
e6 = { or = [{ "$ref" = "e7" }, { "$ref" = "e7" }] }
e7 = { or = [{ "$ref" = "e8" }, { "$ref" = "e8" }] }
e8 = { or = [{ "$ref" = "e9" }, { "$ref" = "e9" }] }
e9 = { or = [{ "$ref" = "e10" }, { "$ref" = "e10" }] }
e10 = { or = [{ "$ref" = "e11" }, { "$ref" = "e11" }] }
e11 = { or = [{ "$ref" = "e12" }, { "$ref" = "e12" }] }
e12 = { "==" = [{ var = "plan" }, "pro"] }"#,
        schema: Some(r#"{ "x-flags": true }"#),
        arguments: &[],
    },
};
