//! `environment/missing-variable`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A reference to a variable that is not set.
pub const CODE: Code = Code {
    name: "environment/missing-variable",
    level: Severity::Error,
    what: "A value refers to an environment variable, `${NAME}`, that is not set or is not UTF-8.",
    why: "The value is not known without the variable, and an empty text in its place could mean anything.",
    fix: "Set the variable, or give the reference a default: `${NAME:-default}`.",
    example: Example::Command {
        files: &[
            ("schema.json", r#"{ "properties": { "host": { "type": "string" } } }"#),
            ("config.toml", r#"host = "${RELAY_HOST_NAME}""#),
        ],
        variables: &[],
        arguments: &["show", "--schema", "schema.json", "--service", "relay", "--config", "config.toml"],
    },
};
