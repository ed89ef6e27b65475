//! `version/older`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config for an older version.
pub const CODE: Code = Code {
    name: "version/older",
    level: Severity::Warning,
    what: "The config is written for an older version of the schema, and was migrated in memory while it was read.",
    why: "The file keeps working, and the migrations that it needs may be removed in a later version of the program.",
    fix: "Write the file in the new form: `confgate migrate --in-place FILE`.",
    example: Example::Check {
        config: "version = 0

[network]
connection_timeout = { secs = 15, nanos = 0 }",
        schema: None,
        arguments: &[],
    },
};
