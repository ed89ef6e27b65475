//! `environment/two-variables`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Two variables that set one field.
pub const CODE: Code = Code {
    name: "environment/two-variables",
    level: Severity::Warning,
    what: "The long and the short variable of the same field are both set, to different values.",
    why: "Only one of them takes effect: the long one, which names the whole path of the field.",
    fix: "Unset one of the two variables.",
    example: Example::Command {
        files: &[("config.toml", "")],
        variables: &[("BITCRAPS_NETWORK__LISTEN_PORT", "9000"), ("BITCRAPS_LISTEN_PORT", "9001")],
        arguments: &["show", "--config", "config.toml"],
    },
};
