//! `yaml/syntax`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A text that is not YAML, or that is no config although it is.
pub const CODE: Code = Code {
    name: "yaml/syntax",
    level: Severity::Error,
    what: "The file is not valid YAML 1.2, or it contains what a config cannot mean: a key that is not a string, a \
           merge key, a custom tag, a second document.",
    why: "Programs that read the file would reject it, or each would read something else. Merge keys and most tags \
          are not part of YAML 1.2, and only some readers know them.",
    fix: "Correct the marked place. Confgate reads YAML 1.2 with its core schema, in which no, on and 07:00 are \
          strings.",
    example: Example::Command {
        files: &[("config.yaml", "app:\n\tname: node")],
        variables: &[],
        arguments: &["check", "config.yaml"],
    },
};
