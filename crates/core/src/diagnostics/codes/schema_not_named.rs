//! `schema/not-named`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config that is not of the bundled model, and names no schema.
pub const CODE: Code = Code {
    name: "schema/not-named",
    level: Severity::Error,
    what: "The config has no key in common with the model of this program, and nothing names another schema for it.",
    why: "The config belongs to another service. A diagnostic for each of its keys would not say so.",
    fix: "Name the schema: in the config (#:schema FILE in TOML, # yaml-language-server: $schema=FILE in YAML, the key \
          $schema in JSON and YAML), with --schema FILE, or in confgate.toml.",
    example: Example::Check {
        config: "[package]
name = \"relay\"",
        schema: None,
        arguments: &[],
    },
};
