//! `environment/unknown`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// An environment variable that names no known environment.
pub const CODE: Code = Code {
    name: "environment/unknown",
    level: Severity::Warning,
    what: "The variable that selects the environment (`<PREFIX>_ENV`) has a value that is not an environment.",
    why: "The service falls back to the environment of its bundle, or to Development, which may not be the one \
          that was meant.",
    fix: "Set the variable to Development, Testing, Staging or Production (or dev, test, stage, prod), or unset it.",
    example: Example::Command {
        files: &[("config.toml", "")],
        variables: &[("BITCRAPS_ENV", "prodcution")],
        arguments: &["show", "--config", "config.toml"],
    },
};
