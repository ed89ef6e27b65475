//! `nix/argument`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A module function with an argument of the wrong type.
pub const CODE: Code = Code {
    name: "nix/argument",
    level: Severity::Error,
    what: "A function of the module library has an argument of the wrong type, such as `mkIf` a condition that is not \
           a boolean.",
    why: "Nix has no other truth values than `true` and `false`, and priorities are compared as numbers.",
    fix: "Compare the value, as in `mkIf (x == \"yes\")`, or put brackets around the definitions of `mkMerge`.",
    example: Example::Nix {
        files: &[(
            "config.nix",
            "{ lib, ... }:
{
  network.max_connections = lib.mkIf \"yes\" 500;
}",
        )],
    },
};
