//! `toml/syntax`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A text that is not TOML.
pub const CODE: Code = Code {
    name: "toml/syntax",
    level: Severity::Error,
    what: "The file is not valid TOML.",
    why: "A text that cannot be read whole has no certain meaning: a key behind the mistake may belong to another \
          section. Every syntax error of the file is reported in one pass, one diagnostic for each mistake.",
    fix: "Correct the marked place. Most of these diagnostics name the form that TOML expects there. Confgate \
          reads TOML 1.1.",
    example: Example::Check {
        config: "[network]
listen_port: 8333",
        schema: None,
        arguments: &[],
    },
};
