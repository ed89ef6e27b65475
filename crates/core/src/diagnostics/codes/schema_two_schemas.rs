//! `schema/two-schemas`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config that names a schema, and an option that names another one.
pub const CODE: Code = Code {
    name: "schema/two-schemas",
    level: Severity::Warning,
    what: "The config names its schema, and --schema names another one, which is not used.",
    why: "The schema in the config takes precedence, so that files of several services can be validated in one run. An \
          option that has no effect may be a mistake.",
    fix: "Remove the reference from the config, or leave the option out.",
    example: Example::Command {
        files: &[
            ("config.toml", "#:schema ./own.json\nport = 8080"),
            ("own.json", "{ \"properties\": { \"port\": { \"type\": \"integer\" } } }"),
            ("other.json", "{}"),
        ],
        variables: &[],
        arguments: &["check", "config.toml", "--schema", "other.json"],
    },
};
