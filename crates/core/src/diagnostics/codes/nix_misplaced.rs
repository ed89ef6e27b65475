//! `nix/misplaced`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A module function inside one that is applied later.
pub const CODE: Code = Code {
    name: "nix/misplaced",
    level: Severity::Error,
    what: "A function of the module library stands where it has no effect, such as `mkIf` inside `mkForce`.",
    why: "The functions are resolved from the outside in, as in nixpkgs: conditions first, then priorities, then \
          order.",
    fix: "Put `mkIf` and `mkMerge` outermost, then `mkForce` or `mkDefault`, then `mkBefore` or `mkAfter`.",
    example: Example::Nix {
        files: &[(
            "config.nix",
            "{ lib, ... }:
{
  network.max_connections = lib.mkForce (lib.mkIf true 500);
}",
        )],
    },
};
