//! `compatible/version`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Versions of a schema that do not follow one another.
pub const CODE: Code = Code {
    name: "compatible/version",
    level: Severity::Error,
    what: "The version of the newer schema is lower than that of the older one, is missing, or has no migration \
          that leads to it.",
    why: "The version is what decides which migrations a stored config needs.",
    fix: "Only increase the version, one step for each change, and write a migration for each step.",
    example: Example::Command {
        files: &[
            ("old.json", r#"{ "properties": { "version": { "type": "integer", "default": 2, "x-version": true } } }"#),
            ("new.json", r#"{ "properties": { "version": { "type": "integer", "default": 1, "x-version": true } } }"#),
        ],
        variables: &[],
        arguments: &["schema", "--schema", "new.json", "--against", "old.json"],
    },
};
