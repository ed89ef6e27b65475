//! `secrets/readable`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A secret that other users can read.
pub const CODE: Code = Code {
    name: "secrets/readable",
    level: Severity::Warning,
    what: "The file of a secret, or of the identity that opens sealed values, can be read by its group or by \
          every user.",
    why: "Any process on the machine could read the secret.",
    fix: "Restrict the permissions: `chmod 600`, or 400.",
    example: Example::Command {
        files: &[
            ("schema.json", r#"{ "properties": { "token": { "type": "string", "x-secret": true } } }"#),
            ("config.toml", r#"token = "${SECRET_TOKEN}""#),
            ("secrets/TOKEN", "hunter2"),
        ],
        variables: &[("RELAY_SECRETS", "./secrets")],
        arguments: &["show", "--schema", "schema.json", "--service", "relay", "--config", "config.toml"],
    },
};
