//! `file/gone`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config file that disappeared.
pub const CODE: Code = Code {
    name: "file/gone",
    level: Severity::Error,
    what: "A reload finds no config file where the running config was read from.",
    why: "A running service does not fall back to defaults because its file is missing; it keeps the config that \
          it has.",
    fix: "Put the file back. To run on the defaults of the environment, restart the service.",
    example: Example::Described(
        "A service runs on `/etc/app/production.toml`; the file is removed and SIGHUP is sent to the service.",
    ),
};
