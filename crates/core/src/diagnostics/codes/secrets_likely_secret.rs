//! `secrets/likely-secret`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A value that looks like a secret.
pub const CODE: Code = Code {
    name: "secrets/likely-secret",
    level: Severity::Warning,
    what: "A value of a field that is not marked secret has the form of a well-known kind of key, or is as random \
          as one.",
    why: "A key in a field that was not made for it is shown in logs, diffs and reports like any other value.",
    fix: "Write a reference in its place. Where the value is not a secret, accept it: `--accept \
          secrets/likely-secret:FIELD`.",
    example: Example::Check {
        config: r#"name = "AKIAIOSFODNN7EXAMPLE""#,
        schema: Some(r#"{ "properties": { "name": { "type": "string" } } }"#),
        arguments: &[],
    },
};
