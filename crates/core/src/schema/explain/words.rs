//! What a schema asks for and what a value is, in words.

use std::fmt;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value as Json;

use crate::diagnostics::suggest::either;
use crate::schema::explain::Place;
use crate::schema::format::described;
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::value::Value;

/// Describes the values that a schema admits, in a few words each; empty for one without types and values.
pub(super) fn describe(view: Subschema<'_>) -> Vec<String> {
    if let Some(Json::Array(values)) = view.get("enum") {
        return values.iter().map(display::json).collect();
    }
    if let Some(value) = view.get("const") {
        return vec![display::json(value)];
    }
    if let Some((words, _)) = view.text("format").and_then(described) {
        return vec![words.to_owned()];
    }
    match (view.types().as_slice(), view.properties()) {
        (["object"], Some(names)) if names.len() == 1 => {
            let name = names.keys().next().map_or("", String::as_str);
            vec![format!("a table with the key {name}")]
        }
        ([], _) => Vec::new(),
        ([name @ ("integer" | "number")], _) => {
            let bounds = bounds(view).map(|bounds| format!(" ({bounds})")).unwrap_or_default();
            vec![format!("{}{bounds}", type_words(name))]
        }
        (types, _) => types.iter().map(|name| type_words(name).to_owned()).collect(),
    }
}

/// A type of JSON Schema in the words of config files.
pub fn type_words(name: &str) -> &'static str {
    match name {
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a string",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        "null" => "absent",
        _ => "a value",
    }
}

/// A demand, as the words after "must".
pub(super) struct Must {
    pub words: String,
    /// The bounds that the words state.
    pub states: Vec<Bounds>,
}

impl<W: Into<String>> From<W> for Must {
    fn from(words: W) -> Self {
        Self { words: words.into(), states: Vec::new() }
    }
}

/// Describes a demand, and the value that does not meet it.
pub(super) fn breach(kind: &Kind, place: &Place<'_>) -> (Must, Option<String>) {
    let bounded = |verb: &str, bounds: String| {
        let words = format!("{verb} {bounds}");
        Must { words, states: vec![Bounds::Range(bounds)] }
    };
    let plural = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let bound = |keyword: &str| place.get(keyword).and_then(Json::as_str).unwrap_or_default();
    let has = || has(place);
    let (must, is): (Must, _) = match kind {
        Kind::Type { kind } => (format!("be {}", expected_type(kind, place.view)).into(), is(place)),
        Kind::Minimum { limit } => (bounded("be", format!("at least {limit}")), is(place)),
        Kind::Maximum { limit } => (bounded("be", format!("at most {limit}")), is(place)),
        Kind::ExclusiveMinimum { limit } => (bounded("be", format!("more than {limit}")), is(place)),
        Kind::ExclusiveMaximum { limit } => (bounded("be", format!("less than {limit}")), is(place)),
        Kind::MultipleOf { multiple_of } => (format!("be a multiple of {multiple_of}").into(), is(place)),
        Kind::MinLength { limit: 1 } | Kind::MinItems { limit: 1 } | Kind::MinProperties { limit: 1 } => {
            ("not be empty".into(), None)
        }
        Kind::MinLength { limit } => (bounded("have", format!("at least {}", plural(*limit, "character"))), has()),
        Kind::MaxLength { limit } => (bounded("have", format!("at most {}", plural(*limit, "character"))), has()),
        Kind::MinItems { limit } => (format!("have at least {}", plural(*limit, "element")).into(), has()),
        Kind::MaxItems { limit } => (format!("have at most {}", plural(*limit, "element")).into(), has()),
        Kind::AdditionalItems { limit } => (format!("have at most {}", plural(*limit as u64, "element")).into(), has()),
        Kind::UnevaluatedItems { .. } => match place.get("prefixItems").and_then(Json::as_array) {
            Some(items) => (format!("have at most {}", plural(items.len() as u64, "element")).into(), has()),
            None => ("have no elements but those that the schema describes".into(), has()),
        },
        Kind::MinProperties { limit } => (format!("have at least {}", plural(*limit, "key")).into(), has()),
        Kind::MaxProperties { limit } => (format!("have at most {}", plural(*limit, "key")).into(), has()),
        Kind::Contains => (contents(place).into(), None),
        Kind::Enum { options } => match options.as_array().map(Vec::as_slice) {
            Some(options) => {
                (format!("be {}", either(&options.iter().map(display::json).collect::<Vec<_>>())).into(), is(place))
            }
            None => ("be one of the values of the schema".into(), is(place)),
        },
        Kind::Constant { expected_value } => (format!("be {}", display::json(expected_value)).into(), is(place)),
        Kind::Pattern { pattern } => {
            let words = place.get("patternErrorMessage").and_then(Json::as_str);
            let words = words.map(|words| words.strip_prefix("must ").unwrap_or(words).to_owned());
            let must = match words {
                Some(words) => pattern_in_words(words, place),
                None => format!("match {pattern}").into(),
            };
            (must, is(place))
        }
        Kind::Format { format } => match described(format) {
            Some((words, _)) => (format!("be {words}").into(), is(place)),
            None => (format!("have the format {format}").into(), is(place)),
        },
        Kind::Custom { message, .. } if message == "formatMinimum" => {
            (bounded("be", format!("at least {}", bound("formatMinimum"))), is(place))
        }
        Kind::Custom { message, .. } if message == "formatMaximum" => {
            (bounded("be", format!("at most {}", bound("formatMaximum"))), is(place))
        }
        Kind::Not { .. } => {
            let (must, is) = ruled_out(place);
            (must.into(), is)
        }
        Kind::OneOfMultipleValid { .. } => ("fit only one alternative of the schema".into(), is(place)),
        Kind::FalseSchema => ("not be here".into(), None),
        _ => (format!("keep {} of the schema", kind.keyword()).into(), is(place)),
    };
    (must, is)
}

/// Returns the demand of a pattern in the words of its author, which may name the examples.
fn pattern_in_words(words: String, place: &Place<'_>) -> Must {
    let bounds = [place.stated, place.view].into_iter().flatten().find_map(bounds);
    let named = bounds.filter(|bounds| bounds.are_examples() && words.contains(&bounds.to_string()));
    Must { words, states: named.into_iter().collect() }
}

/// What the value is, where a line can show it.
pub(super) fn is(place: &Place<'_>) -> Option<String> {
    if let Some(written) = place.written {
        // The secret itself may hide what it stands in.
        let hidden = place.inside || [place.view, place.stated].into_iter().flatten().any(Subschema::is_secret);
        return Some(format!("is what {} stands for", display::short(&display::written(written, hidden))));
    }
    let node = place.node?;
    if place.is_hidden() && !place.is_secret() {
        return Some(format!("is {}", node.value.kind()));
    }
    display::value(node, place.is_secret()).map(|value| format!("is {value}"))
}

/// How much the value has of what is counted.
pub(super) fn has(place: &Place<'_>) -> Option<String> {
    let count = match &place.node?.value {
        // How long a secret is, is a part of it.
        _ if place.is_hidden() => return None,
        Value::String(text) => text.chars().count(),
        Value::List(elements) => elements.len(),
        Value::Table(table) => table.values().filter(|node| !node.is_null()).count(),
        _ => return None,
    };
    Some(if count == 0 { "has none".to_owned() } else { format!("has {count}") })
}

/// What a list must hold.
pub(super) fn contents(place: &Place<'_>) -> String {
    let wanted = place.stated.and_then(|view| view.pointer("/contains")).map(describe).unwrap_or_default();
    let count = |keyword: &str| place.get(keyword).and_then(Json::as_u64);
    let number = match (count("minContains").unwrap_or(1), count("maxContains")) {
        (1, None) => "an element that is".to_owned(),
        (1, Some(1)) => "exactly one element that is".to_owned(),
        (least, None) => format!("at least {least} elements that are"),
        (least, Some(most)) if least == most => format!("exactly {most} elements that are"),
        (least, Some(most)) => format!("{least} to {most} elements that are"),
    };
    let wanted = if wanted.is_empty() { "of the kind that the schema asks for".to_owned() } else { either(&wanted) };
    format!("hold {number} {wanted}")
}

/// What a value must not be.
pub(super) fn ruled_out(place: &Place<'_>) -> (String, Option<String>) {
    let Some(no) = place.stated.and_then(|view| view.pointer("/not")) else {
        return ("not fit what the schema rules out".to_owned(), is(place));
    };
    let keys = no.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let keys: Vec<&str> = keys.collect();
    match (keys.as_slice(), no.get("const").or(no.get("enum")), describe(no)) {
        ([only], ..) => (format!("not have the key {only}"), None),
        ([first @ .., last], ..) => (format!("not have {} and {last} at once", first.join(", ")), None),
        (_, Some(_), words) => (format!("not be {}", either(&words)), None),
        (_, None, words) if !words.is_empty() => (format!("not be {}", either(&words)), is(place)),
        _ => ("not fit what the schema rules out".to_owned(), is(place)),
    }
}

pub(super) fn expected_type(kind: &TypeKind, view: Option<Subschema<'_>>) -> String {
    // A format says more than the type of the text that has it.
    if let Some((words, _)) = view.and_then(|view| view.text("format")).and_then(described) {
        return format!("{words} in a string");
    }
    let names: Vec<String> = match kind {
        TypeKind::Single(name) => vec![type_words(&name.to_string()).to_owned()],
        TypeKind::Multiple(names) => names.iter().map(|name| type_words(&name.to_string()).to_owned()).collect(),
    };
    either(&names)
}

/// What the field is, and its bounds.
pub(super) fn help_of(view: Subschema<'_>) -> Option<String> {
    help_without(Some(view), None, |_| false)
}

/// What the field is, and its bounds, unless they are said already.
pub(super) fn help_without(
    view: Option<Subschema<'_>>,
    stated: Option<Subschema<'_>>,
    is_said: impl FnOnce(&Bounds) -> bool,
) -> Option<String> {
    let either = || [view, stated].into_iter().flatten();
    let summary = either().find_map(Subschema::summary);
    // The part that was not kept knows its bounds better than the rest.
    let bounds = stated.and_then(bounds).or_else(|| view.and_then(bounds)).filter(|bounds| !is_said(bounds));
    let parts: Vec<String> = [summary, bounds.map(|bounds| bounds.to_string())].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The values that a field may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bounds {
    /// A range: `1 to 10000`.
    Range(String),
    /// Examples, where it has no range: `a, b or c`.
    Examples(String),
}

impl Bounds {
    /// Tells whether they are examples, not a range.
    pub fn are_examples(&self) -> bool {
        matches!(self, Self::Examples(_))
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(range) => f.write_str(range),
            Self::Examples(examples) => write!(f, "such as {examples}"),
        }
    }
}

/// The values that it may have.
pub fn bounds(view: Subschema<'_>) -> Option<Bounds> {
    let number = |keyword: &str| view.get(keyword).map(display::json);
    let is = |keyword: &str, number: u64| view.get(keyword).and_then(Json::as_u64) == Some(number);
    let text = |keyword: &str| view.text(keyword).map(str::to_owned);
    // The bounds of an integer type alone are no decision of anybody.
    let of_type = is("maximum", u32::MAX.into()) || is("maximum", i64::MAX.unsigned_abs());
    let to = number("maximum").filter(|_| !of_type);
    let from = number("minimum").filter(|_| to.is_some() || !is("minimum", 0));
    let exclusive = [
        number("exclusiveMinimum").map(|limit| format!("more than {limit}")),
        number("exclusiveMaximum").map(|limit| format!("less than {limit}")),
    ];
    let exclusive: Vec<String> = exclusive.into_iter().flatten().collect();
    let numbers = match (exclusive.as_slice(), range(from, to)) {
        ([], numbers) => numbers,
        (_, Some(numbers)) => Some(format!("{numbers} and {}", exclusive.join(" and "))),
        (_, None) => Some(exclusive.join(" and ")),
    };
    numbers
        .or_else(|| range(text("formatMinimum"), text("formatMaximum")))
        .or_else(|| {
            let least = number("minLength").filter(|_| !is("minLength", 1) || view.get("maxLength").is_some());
            let lengths = range(least, number("maxLength"))?;
            let last = if view.get("maxLength").is_some() { "maxLength" } else { "minLength" };
            Some(format!("{lengths} character{}", if is(last, 1) { "" } else { "s" }))
        })
        .map(Bounds::Range)
        .or_else(|| {
            let examples = view.get("examples").and_then(Json::as_array)?;
            let examples: Vec<String> = examples.iter().filter_map(Json::as_str).map(str::to_owned).collect();
            (!examples.is_empty()).then(|| Bounds::Examples(either(&examples)))
        })
        .or_else(|| view.text("format").and_then(described).map(|(_, example)| Bounds::Examples(example.to_owned())))
}

pub(super) fn range(from: Option<String>, to: Option<String>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("at least {from}")),
        (None, Some(to)) => Some(format!("at most {to}")),
        (None, None) => None,
    }
}
