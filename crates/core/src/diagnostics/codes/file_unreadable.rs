//! `file/unreadable`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config file that cannot be read.
pub const CODE: Code = Code {
    name: "file/unreadable",
    level: Severity::Error,
    what: "The config file or bundle does not exist, cannot be opened, is not a regular file, or is larger than \
          its limit.",
    why: "Without the file the service would run on defaults that its operator did not choose.",
    fix: "Check the path and the permissions: the user of the service needs to read the file and to enter its \
          folders.",
    example: Example::Command { files: &[], variables: &[], arguments: &["show", "--config", "missing.toml"] },
};
