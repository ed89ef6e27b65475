//! `profiles/nothing-else`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A key other than profiles in profiles.toml.
pub const CODE: Code = Code {
    name: "profiles/nothing-else",
    level: Severity::Error,
    what: "The file `profiles.toml` beside a config holds a key other than `profiles`.",
    why: "The file is read for its profiles alone; any other value in it would have no effect.",
    fix: "Move the value to the config file, or into the `set` of a profile.",
    example: Example::Command {
        files: &[("config/development.toml", ""), ("config/profiles.toml", "listen_port = 9000")],
        variables: &[],
        arguments: &["show", "--config", "config"],
    },
};
