//! `secrets/missing`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A secret that no provider has.
pub const CODE: Code = Code {
    name: "secrets/missing",
    level: Severity::Error,
    what: "A value refers to a secret that none of the providers of this node has.",
    why: "A service that starts without a password fails later, at the first use of it.",
    fix: "Give the secret to the node in one of the places that the diagnostic lists.",
    example: Example::Command {
        files: &[
            ("schema.json", r#"{ "properties": { "token": { "type": "string", "x-secret": true } } }"#),
            ("config.toml", r#"token = "${SECRET_TOKEN}""#),
        ],
        variables: &[("RELAY_SECRETS", "variables")],
        arguments: &["show", "--schema", "schema.json", "--service", "relay", "--config", "config.toml"],
    },
};
