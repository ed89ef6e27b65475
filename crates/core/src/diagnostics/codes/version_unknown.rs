//! `version/unknown`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config for a version without a migration.
pub const CODE: Code = Code {
    name: "version/unknown",
    level: Severity::Error,
    what: "The config is written for an older version, and no migration leads from it to the current one.",
    why: "The program no longer has the steps that would convert the config.",
    fix: "Migrate the config with a version of the program that has the missing step, or write it for the current \
          version.",
    example: Example::Command {
        files: &[
            (
                "schema.json",
                r#"{ "properties": { "version": { "type": "integer", "default": 2, "x-version": true } } }"#,
            ),
            ("config.toml", "version = 1"),
        ],
        variables: &[],
        arguments: &["show", "--schema", "schema.json", "--service", "relay", "--config", "config.toml"],
    },
};
