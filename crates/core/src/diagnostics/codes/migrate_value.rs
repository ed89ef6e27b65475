//! `migrate/value`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A value that a migration cannot convert.
pub const CODE: Code = Code {
    name: "migrate/value",
    level: Severity::Error,
    what: "A migration has to convert a value, and the value is not in a form that it can convert.",
    why: "A guess would change the meaning of the config.",
    fix: "Write the value as the diagnostic says, or write the field in its new form.",
    example: Example::Described(
        "A migration turns a number of seconds into a duration, and a config of the older version sets \
          `network.timeout_secs = -1`.",
    ),
};
