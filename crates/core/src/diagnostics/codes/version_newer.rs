//! `version/newer`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config for a newer version.
pub const CODE: Code = Code {
    name: "version/newer",
    level: Severity::Error,
    what: "The config is written for a newer version of the schema than this program reads.",
    why: "An older program does not know the meaning of the new fields, and could ignore the ones that matter.",
    fix: "Update the program to one that reads the version, or use a config of the version that this program reads.",
    example: Example::Check {
        config: "version = 3",
        schema: Some(r#"{ "properties": { "version": { "type": "integer", "default": 1, "x-version": true } } }"#),
        arguments: &[],
    },
};
