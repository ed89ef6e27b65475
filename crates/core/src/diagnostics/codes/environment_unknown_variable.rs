//! `environment/unknown-variable`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A variable that sets no field.
pub const CODE: Code = Code {
    name: "environment/unknown-variable",
    level: Severity::Warning,
    what: "An environment variable begins with the prefix of the service, and no field has it.",
    why: "A misspelt variable has no effect, and the field that was meant keeps its value.",
    fix: "Rename the variable to the one that is suggested, or unset it. `confgate explain KEY` prints the \
          variable of a field.",
    example: Example::Command {
        files: &[("config.toml", "")],
        variables: &[("BITCRAPS_NETWORK__LISTEN_PROT", "9000")],
        arguments: &["show", "--config", "config.toml"],
    },
};
