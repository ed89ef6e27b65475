//! `compatible/required`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A field that a newer schema requires.
pub const CODE: Code = Code {
    name: "compatible/required",
    level: Severity::Error,
    what: "The newer schema requires a field that could be absent before.",
    why: "Stored configs without the field would be rejected.",
    fix: "Give the field a default, or step the version of the schema and write a migration that sets it.",
    example: Example::Command {
        files: &[
            (
                "old.json",
                r#"{ "properties": { "port": { "type": "integer" }, "host": { "type": "string" } }, "additionalProperties": false }"#,
            ),
            (
                "new.json",
                r#"{ "properties": { "port": { "type": "integer" }, "host": { "type": "string" } }, "required": ["port"], "additionalProperties": false }"#,
            ),
        ],
        variables: &[],
        arguments: &["schema", "--schema", "new.json", "--against", "old.json"],
    },
};
