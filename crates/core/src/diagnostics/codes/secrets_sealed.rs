//! `secrets/sealed`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A sealed value that cannot be opened.
pub const CODE: Code = Code {
    name: "secrets/sealed",
    level: Severity::Error,
    what: "A sealed value or a sealed config cannot be opened: the identity is missing, is not a recipient, or \
          the sealed text is damaged.",
    why: "Without the value the config is incomplete.",
    fix: "Give the node an identity that is among the recipients (`<PREFIX>_IDENTITY`, or the credential \
          `identity`), or seal the value again for this node.",
    example: Example::Command {
        files: &[
            ("schema.json", r#"{ "properties": { "token": { "type": "string", "x-secret": true } } }"#),
            ("config.toml", r#"token = "encrypted:YWdl""#),
        ],
        variables: &[],
        arguments: &["show", "--schema", "schema.json", "--service", "relay", "--config", "config.toml"],
    },
};
