//! `profiles/restart`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A profile that sets a restart-only field.
pub const CODE: Code = Code {
    name: "profiles/restart",
    level: Severity::Warning,
    what: "A profile whose conditions change while the service runs sets a field that only a restart applies.",
    why: "When the profile becomes active, the new value waits for a restart that may never come.",
    fix: "Set the field outside of profiles, or under conditions that are decided at the start: `environment` and \
          `feature`.",
    example: Example::Check {
        config: r#"[[profiles]]
name = "night"
when.time = "22:00-06:00"
set.network.listen_port = 9000"#,
        schema: None,
        arguments: &[],
    },
};
