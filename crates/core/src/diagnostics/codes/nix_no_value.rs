//! `nix/no-value`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A Nix value that no config can hold.
pub const CODE: Code = Code {
    name: "nix/no-value",
    level: Severity::Error,
    what: "A Nix module sets a field to a function, a path, or a list with `null` in it.",
    why: "These have no form in TOML. A path would be copied to the store, where every user can read it.",
    fix: "Call the function, write the path in quotes, or leave `null` out of the list.",
    example: Example::Nix {
        files: &[(
            "config.nix",
            "{ secret, ... }:
{
  monitoring.alert_webhook = secret;
}",
        )],
    },
};
