//! `schema/unknown-key`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A key that the schema does not name.
pub const CODE: Code = Code {
    name: "schema/unknown-key",
    level: Severity::Error,
    what: "The config has a key, or a table, that the schema does not describe.",
    why: "A misspelt key is the most common mistake in a config, and the program would silently use the default \
          of the field that was meant.",
    fix: "Rename the key to the one that is suggested, move it to the section that it belongs to, or remove it. \
          `--unknown-keys warn` makes these diagnostics warnings.",
    example: Example::Check {
        config: "prot = 8080",
        schema: Some(r#"{ "properties": { "port": { "type": "integer" } }, "additionalProperties": false }"#),
        arguments: &[],
    },
};
