//! `environment/agrees`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config for another environment.
pub const CODE: Code = Code {
    name: "environment/agrees",
    level: Severity::Error,
    what: "The config names an environment, or was built for one, and it is loaded or checked for another.",
    why: "A staging config in production, or the reverse, passes every other check and connects to the wrong systems.",
    fix: "Use the config of the environment that was asked for, correct the field that names the environment, or \
          ask for the other environment.",
    example: Example::Check {
        config: r#"[app]
environment = "Development""#,
        schema: None,
        arguments: &["--environment", "production"],
    },
};
