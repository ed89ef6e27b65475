//! `nix/conflict`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Definitions in Nix that conflict.
pub const CODE: Code = Code {
    name: "nix/conflict",
    level: Severity::Error,
    what: "Several Nix modules define the same value differently, with the same priority.",
    why: "As in the module system of nixpkgs, only values of the same priority that are equal, or that can be \
          merged, are combined.",
    fix: "Remove all definitions but one, or give them different priorities with `lib.mkForce` and `lib.mkDefault`.",
    example: Example::Nix {
        files: &[
            (
                "config.nix",
                "{
  imports = [ ./limits.nix ];
  network.max_connections = 500;
}",
            ),
            (
                "limits.nix",
                "{
  network.max_connections = 800;
}",
            ),
        ],
    },
};
