//! `environment/not-named`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A directory of configs without the one of the default environment, and nothing that names the environment.
pub const CODE: Code = Code {
    name: "environment/not-named",
    level: Severity::Error,
    what: "The config directory has configs of some environments, none of them for Development, and nothing names the \
           environment of this machine.",
    why: "Without the environment the service would run on the defaults of Development, and the config in the \
          directory would have no effect.",
    fix: "Set the variable `<PREFIX>_ENV`, give `--environment`, or give the path of one file.",
    example: Example::Command { files: &[("config/production.toml", "")], variables: &[], arguments: &["show"] },
};
