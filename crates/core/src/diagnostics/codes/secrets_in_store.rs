//! `secrets/in-store`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// The file of a secret in the Nix store.
pub const CODE: Code = Code {
    name: "secrets/in-store",
    level: Severity::Error,
    what: "A field with the path of a secret's file (`x-secret-file`), such as a private key, names a file in the Nix store.",
    why: "Every user of the machine, and of each machine and cache that the store is copied to, can read it.",
    fix: "Name a file outside of the store that the service alone can read. In Nix, write the path in quotes, since `${./key.pem}` \
          copies the file. Replace a key that was in the store: others may have read it.",
    example: Example::Command {
        files: &[
            ("schema.json", r#"{ "properties": { "key": { "type": "string", "x-secret-file": true } } }"#),
            ("config.toml", r#"key = "/nix/store/0c0i0a8n9vr4mp4nyrz5ai2hm3yyl6xk-key.pem""#),
        ],
        variables: &[],
        arguments: &["check", "--schema", "schema.json", "config.toml"],
    },
};
