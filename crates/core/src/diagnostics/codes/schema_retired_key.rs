//! `schema/retired-key`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A top-level key that is no longer read.
pub const CODE: Code = Code {
    name: "schema/retired-key",
    level: Severity::Warning,
    what: "A key at the top of the config is marked `x-retired` in the schema: older versions of the program \
          wrote it, and this one ignores it.",
    why: "The config is still valid, but the value has no effect.",
    fix: "Remove the key.",
    example: Example::Check {
        config: "last_reload = 1714564800",
        schema: Some(r#"{ "properties": { "last_reload": { "x-retired": true } } }"#),
        arguments: &[],
    },
};
