//! `json/syntax`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A text that is not JSON.
pub const CODE: Code = Code {
    name: "json/syntax",
    level: Severity::Error,
    what: "The file is not valid JSON.",
    why: "Programs that read the file would reject it, or each would read something else: of a key that is set \
          twice, some take the first value and some the last. Comments and trailing commas belong to other formats \
          that resemble JSON.",
    fix: "Correct the marked place. Confgate reads JSON by RFC 8259; TOML and YAML have comments.",
    example: Example::Command {
        files: &[("config.json", "{ \"app\": { \"name\": \"node\" }, \"app\": {} }")],
        variables: &[],
        arguments: &["check", "config.json"],
    },
};
