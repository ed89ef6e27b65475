//! The families of names that schemas and models define.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// The names of fields: a value that its schema rejects is reported under the name of its field.
pub const FIELD: Code = Code {
    name: "<section>/<field>",
    level: Severity::Error,
    what: "The value of this field is not one that the schema admits.",
    why: "The program could not use the value, or would behave in a way that its authors rule out. The keyword of the \
          schema that rejects it is in the JSON report under `keyword`.",
    fix: "Write a value that the diagnostic names. `confgate explain KEY` prints the type, the bounds and the default of \
          a field.",
    example: Example::Check {
        config: "port = 70000",
        schema: Some(r#"{ "properties": { "port": { "type": "integer", "maximum": 65535 } } }"#),
        arguments: &[],
    },
};

/// The names of the rules of a model: a relation between fields that does not hold.
pub const RULE: Code = Code {
    name: "<section>/<rule>",
    level: Severity::Error,
    what: "A rule of the model does not hold: values that are each valid do not fit together.",
    why: "A schema speaks of one value at a time. A model declares what must hold between them, and whether breaking it \
          is an error or a warning.",
    fix: "Change one of the fields that the diagnostic lists. `confgate rules` prints every rule of the model, and \
          `confgate explain RULE` one of them.",
    example: Example::Check { config: "[game]\nmin_bet = 10\nmax_bet = 5", schema: None, arguments: &[] },
};

/// A keyword of JSON Schema, as diagnostics of fields carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// The keyword.
    pub name: &'static str,
    /// The condition that it states.
    pub what: &'static str,
}

/// The keywords that a diagnostic can carry, sorted by name.
pub const KEYWORDS: &[Keyword] = &[
    keyword("additionalItems", "The list has no more elements than the schema describes."),
    keyword("additionalProperties", "The table has only keys that the schema names."),
    keyword("anyOf", "The value fits at least one of several schemas."),
    keyword("const", "The value is this one."),
    keyword("contains", "The list has an element of this kind, or as many as `minContains` and `maxContains` say."),
    keyword("contentEncoding", "The text is encoded in this way."),
    keyword("contentMediaType", "The text is of this media type."),
    keyword("dependentRequired", "The key is present when another one is."),
    keyword("enum", "The value is one of a list."),
    keyword("exclusiveMaximum", "The number is less than this one."),
    keyword("exclusiveMinimum", "The number is more than this one."),
    keyword("falseSchema", "The schema allows no value here."),
    keyword("format", "The text has this form: a duration, an address, a URL, a version."),
    keyword("formatMaximum", "The duration is at most this one."),
    keyword("formatMinimum", "The duration is at least this one."),
    keyword("maxItems", "The list has at most this many elements."),
    keyword("maxLength", "The text has at most this many characters."),
    keyword("maxProperties", "The table has at most this many keys."),
    keyword("maximum", "The number is at most this one."),
    keyword("minItems", "The list has at least this many elements."),
    keyword("minLength", "The text has at least this many characters."),
    keyword("minProperties", "The table has at least this many keys."),
    keyword("minimum", "The number is at least this one."),
    keyword("multipleOf", "The number is a multiple of this one."),
    keyword("not", "The value does not fit this schema."),
    keyword("oneOf", "The value fits exactly one of several schemas."),
    keyword("pattern", "The text matches this regular expression."),
    keyword("propertyNames", "The names of the keys fit this schema."),
    keyword("required", "The key is present."),
    keyword("type", "The value is of this type."),
    keyword("unevaluatedItems", "The list has only elements that the schema describes."),
    keyword("unevaluatedProperties", "The table has only keys that the schema names."),
    keyword("uniqueItems", "Each element is in the list only once."),
];

const fn keyword(name: &'static str, what: &'static str) -> Keyword {
    Keyword { name, what }
}
