//! `compatible/narrowed`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A field that admits less than before.
pub const CODE: Code = Code {
    name: "compatible/narrowed",
    level: Severity::Error,
    what: "The newer schema rejects values of a field that the older one admits: another type, tighter bounds, \
          fewer options, another pattern.",
    why: "Stored configs with such a value would be rejected.",
    fix: "Keep admitting the old values, or step the version of the schema and write a migration for the field.",
    example: Example::Command {
        files: &[
            ("old.json", r#"{ "properties": { "port": { "type": "integer", "maximum": 65535 } } }"#),
            ("new.json", r#"{ "properties": { "port": { "type": "integer", "maximum": 1024 } } }"#),
        ],
        variables: &[],
        arguments: &["schema", "--schema", "new.json", "--against", "old.json"],
    },
};
