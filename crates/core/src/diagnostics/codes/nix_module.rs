//! `nix/module`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A mistake in the structure of Nix modules.
pub const CODE: Code = Code {
    name: "nix/module",
    level: Severity::Error,
    what: "A Nix module has a wrong structure: an import that is not a module, or a word of NixOS modules that settings \
           do not have.",
    why: "The settings of such a module are not known, so the others are not checked against them.",
    fix: "Import paths, sets and functions in a list, and define only settings that the schema describes.",
    example: Example::Nix {
        files: &[(
            "config.nix",
            "{
  imports = ./base.nix;
}",
        )],
    },
};
