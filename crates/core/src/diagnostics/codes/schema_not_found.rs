//! `schema/not-found`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A schema that a config or a project names, and that cannot be used.
pub const CODE: Code = Code {
    name: "schema/not-found",
    level: Severity::Error,
    what: "The schema that the config or confgate.toml names cannot be used: its file cannot be read, it is not a JSON \
           Schema, or it is a URL that no file stands for.",
    why: "Without its schema the config cannot be validated, and another schema would give a verdict on another \
          service. Confgate reads no schema from the network: the verdict would depend on it.",
    fix: "Correct the reference, which is relative to the file that contains it. For a URL, download the schema and \
          name the file with --schema-map URL=FILE, or below [schema-map] in confgate.toml.",
    example: Example::Check {
        config: "#:schema https://example.net/game.json
port = 8080",
        schema: None,
        arguments: &[],
    },
};
