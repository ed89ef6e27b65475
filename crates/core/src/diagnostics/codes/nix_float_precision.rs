//! `nix/float-precision`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A float with more digits than Nix renders.
pub const CODE: Code = Code {
    name: "nix/float-precision",
    level: Severity::Error,
    what: "A float in a Nix module has more than six digits, and Nix before 2.12 renders only six.",
    why: "The rendered value would differ from the written one.",
    fix: "Write the float with at most six digits.",
    example: Example::Nix {
        files: &[(
            "config.nix",
            "{
  game.house_edge = 0.01361234567;
}",
        )],
    },
};
