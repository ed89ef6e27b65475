//! `secrets/provider`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A secret provider that fails.
pub const CODE: Code = Code {
    name: "secrets/provider",
    level: Severity::Error,
    what: "A provider of secrets was asked for a secret and returned an error: a file that cannot be read, a \
          server that does not answer.",
    why: "An error is not the same as an absent secret: the next provider or a default would hide an outage.",
    fix: "Correct the problem that the message names, then load again.",
    example: Example::Command {
        files: &[
            ("schema.json", r#"{ "properties": { "token": { "type": "string", "x-secret": true } } }"#),
            ("config.toml", r#"token = "${SECRET_TOKEN}""#),
            ("secrets/TOKEN/a", ""),
        ],
        variables: &[("RELAY_SECRETS", "./secrets")],
        arguments: &["show", "--schema", "schema.json", "--service", "relay", "--config", "config.toml"],
    },
};
