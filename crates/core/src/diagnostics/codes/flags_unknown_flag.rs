//! `flags/unknown-flag`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A condition on a flag or a variant that is not declared.
pub const CODE: Code = Code {
    name: "flags/unknown-flag",
    level: Severity::Error,
    what: "The condition of a profile names a flag that the flags file does not declare, or a variant that the flag does not have.",
    why: "The profile would never be active.",
    fix: "Correct the name, or declare the flag.",
    example: Example::Command {
        files: &[
            (
                "config.toml",
                "[[profiles]]\nname = \"lobby\"\nwhen = { flag = \"new-loby\", variant = \"on\" }\nset.network.max_connections = 100",
            ),
            ("flags.toml", "[flags.new-lobby]\nvariants = { on = true, off = false }\ndefaultVariant = \"off\""),
        ],
        variables: &[],
        arguments: &["check", "config.toml", "--flags", "flags.toml"],
    },
};
