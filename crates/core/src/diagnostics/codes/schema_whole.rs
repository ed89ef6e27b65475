//! `schema/whole`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A rule of the schema for the config as a whole.
pub const CODE: Code = Code {
    name: "schema/whole",
    level: Severity::Error,
    what: "The config as a whole does not satisfy a keyword at the top of the schema, such as `minProperties` or \
          `oneOf`.",
    why: "The diagnostics of a field carry the name of the field; the whole config has no name, so they carry \
          this code.",
    fix: "Change the config as the message says. The keyword is in the JSON report under `keyword`.",
    example: Example::Check { config: "", schema: Some(r#"{ "minProperties": 1 }"#), arguments: &[] },
};
