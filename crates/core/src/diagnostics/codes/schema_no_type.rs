//! `schema/no-type`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A schema without a config type.
pub const CODE: Code = Code {
    name: "schema/no-type",
    level: Severity::Error,
    what: "A program asks for a typed config from a gate that was made of a JSON Schema alone.",
    why: "A schema describes values, and only a model (a Rust type) can receive them.",
    fix: "Load with the gate of a model, `Gate::of::<Config>()`, or read the values of the loaded tree instead of \
          a typed config.",
    example: Example::Described(
        "A Rust program makes its gate with `Gate::of_schema(schema)` and then loads a typed config with it.",
    ),
};
