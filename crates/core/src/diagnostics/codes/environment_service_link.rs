//! `environment/service-link`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Variables of a Kubernetes service that begin with the prefix.
pub const CODE: Code = Code {
    name: "environment/service-link",
    level: Severity::Warning,
    what: "Kubernetes sets variables with the address of each service in the namespace, and those of one begin with the prefix of this \
          program. They are ignored.",
    why: "GAME_PORT=tcp://10.0.0.5:80 is the link of a service `game`, and the port of a program with the prefix GAME: one of both \
          has to give way.",
    fix: "Set `enableServiceLinks: false` in the spec of the pod. A field with such a name is then set by its variable again.",
    example: Example::Command {
        files: &[
            ("schema.json", r#"{ "properties": { "port": { "type": "integer" } } }"#),
            ("config.toml", "port = 80"),
        ],
        variables: &[
            ("GAME_SERVICE_HOST", "10.0.0.5"),
            ("GAME_SERVICE_PORT", "80"),
            ("GAME_PORT", "tcp://10.0.0.5:80"),
        ],
        arguments: &["show", "--schema", "schema.json", "--service", "game", "--config", "config.toml"],
    },
};
