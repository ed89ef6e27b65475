//! `schema/deprecated`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A field that is marked deprecated.
pub const CODE: Code = Code {
    name: "schema/deprecated",
    level: Severity::Warning,
    what: "The config sets a field that the schema marks `deprecated`.",
    why: "The field is still read, and a later version of the program may stop reading it.",
    fix: "Use the replacement that the field's description names, and remove the deprecated field.",
    example: Example::Check {
        config: "port = 8080",
        schema: Some(r#"{ "properties": { "port": { "type": "integer", "deprecated": true } } }"#),
        arguments: &[],
    },
};
