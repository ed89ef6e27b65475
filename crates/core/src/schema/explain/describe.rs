//! Noun phrases for the values that a schema admits: "an integer (1 to 9)", "a list of strings", "a table with the key path".

use serde_json::Value as Json;

use crate::diagnostics::suggest::{join_and, join_or};
use crate::schema::explain::bounds::bounds;
use crate::schema::format::describe_format;
use crate::schema::keywords::PATTERN_ERROR_MESSAGE;
use crate::schema::subschema::Subschema;
use crate::sensitive::display;

/// The maximum depth of parts and alternatives that a description looks into; a schema may contain itself.
const MAX_DEPTH: usize = 4;

/// The maximum number of required keys that a description names.
const MAX_KEYS: usize = 4;

/// Describes the values that a schema admits, a few words for each kind; empty for a schema without types and values.
pub(super) fn describe(view: Subschema<'_>) -> Vec<String> {
    described(view, MAX_DEPTH)
}

fn described(view: Subschema<'_>, depth: usize) -> Vec<String> {
    let own = own_description(view);
    if !own.is_empty() || depth == 0 {
        return own;
    }
    let part = view.parts().map(|part| described(part, depth - 1)).find(|words| !words.is_empty());
    part.unwrap_or_else(|| distinct(view.alternatives().flat_map(|view| described(view, depth - 1))))
}

/// Removes `absent` from the descriptions of a value that is there, unless nothing else is admitted.
pub(super) fn without_absent(mut words: Vec<String>) -> Vec<String> {
    let absent = describe_type("null");
    if words.iter().any(|word| word != absent && word != "null") {
        words.retain(|word| word != absent && word != "null");
    }
    words
}

/// Removes repetitions, and keeps the order.
pub(super) fn distinct(words: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept
}

fn own_description(view: Subschema<'_>) -> Vec<String> {
    if let Some(Json::Array(values)) = view.get("enum") {
        return values.iter().map(display::json).collect();
    }
    if let Some(value) = view.get("const") {
        return vec![display::json(value)];
    }
    if let Some((words, _)) = view.text("format").and_then(describe_format) {
        return vec![words.to_owned()];
    }
    match view.types().as_slice() {
        [] if view.is_table() || required(view).next().is_some() => vec![describe_table(view)],
        [] => view.text("pattern").map(|pattern| matching(view, pattern)).into_iter().collect(),
        types => types.iter().map(|name| describe_kind(name, view)).collect(),
    }
}

/// Describes the values of one type that a schema admits.
fn describe_kind(name: &str, view: Subschema<'_>) -> String {
    match name {
        "object" => describe_table(view),
        "array" => match view.elements().next().map(plural) {
            Some(Some(elements)) => format!("a list of {elements}"),
            _ => describe_type(name).to_owned(),
        },
        "string" => match view.text("pattern") {
            Some(pattern) => matching(view, pattern),
            None => with_bounds(name, view),
        },
        "integer" | "number" => with_bounds(name, view),
        _ => describe_type(name).to_owned(),
    }
}

fn with_bounds(name: &str, view: Subschema<'_>) -> String {
    let bounds = bounds(view).filter(|bounds| !bounds.are_examples());
    format!("{}{}", describe_type(name), bounds.map(|bounds| format!(" ({bounds})")).unwrap_or_default())
}

fn matching(view: Subschema<'_>, pattern: &str) -> String {
    match view.text(PATTERN_ERROR_MESSAGE) {
        Some(words) => {
            let words = words.strip_prefix("must ").unwrap_or(words);
            words.strip_prefix("be ").map_or_else(|| format!("a string that must {words}"), str::to_owned)
        }
        None => format!("a string that matches {}", display::short(pattern)),
    }
}

fn required<'s>(view: Subschema<'s>) -> impl Iterator<Item = &'s str> {
    view.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}

/// Describes a table by the values that distinguish it, or by the keys that it requires.
fn describe_table(view: Subschema<'_>) -> String {
    let constant = |key: &str| Some(format!("{key} = {}", display::json(view.field(key)?.get("const")?)));
    let constants: Vec<String> = required(view).filter_map(constant).collect();
    if !constants.is_empty() {
        return format!("a table with {}", join_and(&constants));
    }
    let mut keys: Vec<String> = required(view).map(str::to_owned).collect();
    if let (true, Some(names)) = (keys.is_empty(), view.properties().filter(|names| names.len() == 1)) {
        keys = names.keys().cloned().collect();
    }
    match keys.len() {
        0 => describe_type("object").to_owned(),
        1 => format!("a table with the key {}", keys[0]),
        2..=MAX_KEYS => format!("a table with the keys {}", join_and(&keys)),
        _ => {
            format!("a table with the keys {} and {} more", keys[..MAX_KEYS - 1].join(", "), keys.len() + 1 - MAX_KEYS)
        }
    }
}

/// Describes several values of one schema.
fn plural(view: Subschema<'_>) -> Option<String> {
    if view.is_enumerated() || view.get("const").is_some() {
        return Some(join_or(&own_description(view)));
    }
    let words = match view.types().as_slice() {
        ["string"] => "strings",
        ["integer"] => "integers",
        ["number"] => "numbers",
        ["array"] => "lists",
        ["object"] => "tables",
        _ => return None,
    };
    Some(words.to_owned())
}

/// Names a type of JSON Schema in the terms of config files.
pub fn describe_type(name: &str) -> &'static str {
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
