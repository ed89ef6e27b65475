//! `secrets/no-plain-text`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A secret in plain text.
pub const CODE: Code = Code {
    name: "secrets/no-plain-text",
    level: Severity::Error,
    what: "A field that is marked secret, or the password in a URL, is written in plain text. A warning in TOML; \
          an error in Nix, and with `--deny warnings`.",
    why: "What Nix renders is in the Nix store, which every user of the machine can read; a config file is in a \
          repository, in backups and in logs.",
    fix: "Write a reference in its place, `${SECRET_NAME}` in TOML and `secret \"NAME\"` in Nix, and give the \
          secret to the node. Or seal it with `confgate seal`.",
    example: Example::Check {
        config: r#"token = "hunter2""#,
        schema: Some(r#"{ "properties": { "token": { "type": "string", "x-secret": true } } }"#),
        arguments: &[],
    },
};
