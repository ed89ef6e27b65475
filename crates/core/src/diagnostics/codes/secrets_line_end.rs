//! `secrets/line-end`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A secret that ends with a line end.
pub const CODE: Code = Code {
    name: "secrets/line-end",
    level: Severity::Warning,
    what: "A secret in a vault or in an environment variable ends with a line end, which is removed, as that of a file is.",
    why: "`echo` and editors add it, and a service that took it as a part of a password could not log in. Another program that reads \
          the same secret may keep it.",
    fix: "Store the secret without it: `printf %s` in place of `echo`.",
    example: Example::Command {
        files: &[
            ("schema.json", r#"{ "properties": { "token": { "type": "string", "x-secret": true } } }"#),
            ("config.toml", r#"token = "${SECRET_TOKEN}""#),
        ],
        variables: &[("RELAY_SECRET_TOKEN", "hunter2\n")],
        arguments: &["show", "--schema", "schema.json", "--service", "relay", "--config", "config.toml"],
    },
};
