//! `secrets/providers`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Settings of the secret providers that are wrong.
pub const CODE: Code = Code {
    name: "secrets/providers",
    level: Severity::Error,
    what: "The variable that lists the secret providers (`<PREFIX>_SECRETS`), or the settings of one of them, \
          cannot be used.",
    why: "With the wrong providers every secret would be missing, or would come from the wrong place.",
    fix: "Correct the variable: `variables`, `credentials`, `vault` or the path of a folder, separated by commas.",
    example: Example::Command {
        files: &[("config.toml", "")],
        variables: &[("BITCRAPS_SECRETS", "variabels")],
        arguments: &["show", "--config", "config.toml"],
    },
};
