//! `compatible/removed`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A field that a newer schema no longer has.
pub const CODE: Code = Code {
    name: "compatible/removed",
    level: Severity::Error,
    what: "A field of the older schema is missing from the newer one.",
    why: "Stored configs that set the field would be rejected.",
    fix: "Keep the field (it may be marked `deprecated`), or step the version of the schema and write a migration \
          for the field.",
    example: Example::Command {
        files: &[
            (
                "old.json",
                r#"{ "properties": { "port": { "type": "integer" }, "host": { "type": "string" } }, "additionalProperties": false }"#,
            ),
            ("new.json", r#"{ "properties": { "port": { "type": "integer" } }, "additionalProperties": false }"#),
        ],
        variables: &[],
        arguments: &["schema", "--schema", "new.json", "--against", "old.json"],
    },
};
