//! `schema/invalid-default`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A default that the schema itself rejects.
pub const CODE: Code = Code {
    name: "schema/invalid-default",
    level: Severity::Warning,
    what: "The schema has a default that its own keywords reject, alone or together with the config. The default is not \
          used, and the field stays absent.",
    why: "A config that is filled with such a default would be rejected when it is read again, by Confgate and by the \
          service.",
    fix: "Set the field in the config, or correct the default in the schema at the place that the diagnostic names.",
    example: Example::Command {
        files: &[
            ("game.toml", ""),
            ("schema.json", r#"{ "properties": { "debug": { "type": "boolean", "default": "false" } } }"#),
        ],
        variables: &[],
        arguments: &["show", "--config", "game.toml", "--schema", "schema.json", "--service", "game"],
    },
};
