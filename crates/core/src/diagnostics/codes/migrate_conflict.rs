//! `migrate/conflict`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// Two values for one migrated field.
pub const CODE: Code = Code {
    name: "migrate/conflict",
    level: Severity::Error,
    what: "A migration moves a field to a new name, and the config sets both the old and the new field, to \
          different values.",
    why: "Only one of the values can take effect, and a migration cannot decide which.",
    fix: "Remove one of the two fields.",
    example: Example::Described(
        "A migration renames `network.timeout` to `client.timeout`, and a config of the older version sets \
          `network.timeout = \"1s\"` and `client.timeout = \"2s\"`.",
    ),
};
