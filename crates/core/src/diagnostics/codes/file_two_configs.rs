//! `file/two-configs`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Two configs where one is expected.
pub const CODE: Code = Code {
    name: "file/two-configs",
    level: Severity::Error,
    what: "A folder has a plain and a sealed config for the same environment, or a bundle has a file beside it \
          that would be read as a config.",
    why: "Only one of the files takes effect, and an edit of the other would have none.",
    fix: "Remove the file that is not meant to be read.",
    example: Example::Command {
        files: &[("config/development.toml", ""), ("config/development.toml.age", "")],
        variables: &[],
        arguments: &["show", "--config", "config"],
    },
};
