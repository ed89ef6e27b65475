//! Types, bounds and choices in words.

use crate::schema::{Subschema, bounds, describe_format, describe_type};
use crate::sensitive::display;
use serde_json::Value as Json;

use crate::describe::choice::Choice;

/// Deepest nested type that is described.
const DEPTH: usize = 4;

/// Returns the type: `integer`, `list, each a host and a port`.
pub fn kind(view: Subschema<'_>) -> String {
    plain(&phrase(view, 0)).to_owned()
}

/// Removes the article at the beginning.
pub fn plain(words: &str) -> &str {
    words.strip_prefix("a ").or_else(|| words.strip_prefix("an ")).unwrap_or(words)
}

/// Returns the type with its article.
fn phrase(view: Subschema<'_>, depth: usize) -> String {
    if let Some((words, _)) = view.text("format").and_then(describe_format) {
        return words.to_owned();
    }
    if let Some(values) = view.get("enum").and_then(Json::as_array) {
        return match values.as_slice() {
            [only] => display::json(only),
            several => format!("one of {} values", several.len()),
        };
    }
    if let Some(value) = view.get("const") {
        return display::json(value);
    }
    let types: Vec<&str> = view.types().into_iter().filter(|name| *name != "null").collect();
    match types.as_slice() {
        _ if depth == DEPTH => "a value".to_owned(),
        ["array"] => list(view, depth),
        ["object"] => match view.others() {
            Some(others) if !view.is_table() => format!("a table, each entry {}", inner(others, depth)),
            _ => "a table".to_owned(),
        },
        [] if view.is_table() => "a table".to_owned(),
        [] => {
            let mut kinds: Vec<String> = view.alternatives().map(|view| inner(view, depth)).collect();
            kinds.extend(view.parts().map(|view| inner(view, depth)));
            kinds.dedup();
            kinds.retain(|kind| kind != ANY);
            if kinds.is_empty() { ANY.to_owned() } else { kinds.join(" or ") }
        }
        types => types.iter().map(|name| describe_type(name)).collect::<Vec<_>>().join(" or "),
    }
}

const ANY: &str = "any value";

fn list(view: Subschema<'_>, depth: usize) -> String {
    let mut kinds: Vec<String> = view.elements().map(|view| inner(view, depth)).collect();
    kinds.retain(|kind| kind != ANY);
    match kinds.as_slice() {
        [] => "a list".to_owned(),
        [only] => format!("a list, each {only}"),
        several => format!("a list: {}", several.join(", then ")),
    }
}

/// Returns a nested type with its bounds.
fn inner(view: Subschema<'_>, depth: usize) -> String {
    let words = phrase(view, depth + 1);
    match limits(view) {
        Some(limits) => format!("{words} ({limits})"),
        None => words,
    }
}

/// Returns the bounds: `1 to 10000`.
pub fn limits(view: Subschema<'_>) -> Option<String> {
    let count = |keyword: &str| view.get(keyword).and_then(Json::as_u64);
    let counted = |least: Option<u64>, most: Option<u64>, one: &str, many: &str| {
        let plural = |count: u64| format!("{count} {}", if count == 1 { one } else { many });
        match (least, most) {
            (None | Some(0), None) => None,
            (Some(least), Some(most)) if least == most => Some(plural(least)),
            (Some(least), Some(most)) => Some(format!("{least} to {}", plural(most))),
            (Some(1), None) => Some("not empty".to_owned()),
            (Some(least), None) => Some(format!("at least {}", plural(least))),
            (None, Some(most)) => Some(format!("at most {}", plural(most))),
        }
    };
    // Bounds of examples are not bounds of the value.
    let bounds = bounds(view).filter(|bounds| !bounds.are_examples()).map(|bounds| bounds.to_string());
    let not_empty = || (count("minLength") == Some(1)).then(|| "not empty".to_owned());
    let words = [
        bounds.or_else(not_empty),
        view.get("multipleOf").map(|step| format!("a multiple of {step}")),
        pattern(view),
        counted(count("minItems"), count("maxItems"), "element", "elements"),
        view.marked("uniqueItems").then(|| "no element twice".to_owned()),
        counted(count("minProperties"), count("maxProperties"), "entry", "entries"),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Returns the pattern of a string.
fn pattern(view: Subschema<'_>) -> Option<String> {
    let pattern = view.text("pattern")?;
    match view.text(crate::schema::keywords::PATTERN_ERROR_MESSAGE) {
        Some(words) => Some(words.to_owned()),
        None => Some(format!("matching `{pattern}`")),
    }
}

/// Returns the permitted values with their descriptions.
pub fn choices(view: Subschema<'_>) -> Vec<Choice> {
    let mut found = own_choices(view);
    for inner in view.elements() {
        found.extend(own_choices(inner));
    }
    for alternative in view.alternatives() {
        let about = alternative.text("description").map(str::to_owned);
        if alternative.is_table() {
            found.extend(about.map(|about| Choice { value: table(alternative), about: Some(about) }));
        } else if let (Some(value), Some(about)) = (alternative.get("const"), about) {
            found.push(Choice { value: value.to_string(), about: Some(about) });
        } else {
            found.extend(own_choices(alternative));
        }
    }
    found
}

fn own_choices(view: Subschema<'_>) -> Vec<Choice> {
    let values = view.get("enum").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let about = |place: usize| view.get(crate::schema::keywords::ENUM_DESCRIPTIONS)?.get(place)?.as_str();
    let choices = values.iter().enumerate();
    choices
        .map(|(place, value)| Choice {
            value: display::sanitize(&value.to_string()).into(),
            about: about(place).map(str::to_owned),
        })
        .collect()
}

/// Returns the TOML syntax of an alternative that is a table.
fn table(view: Subschema<'_>) -> String {
    match (tag_entry(view), tag(view)) {
        (Some(entry), _) => format!("{{ {entry}, … }}"),
        (None, Some((key, _))) => format!("{{ {key} = {{ … }} }}"),
        (None, None) => "{ … }".to_owned(),
    }
}

/// Returns the label of one of several alternative tables.
pub fn form(view: Subschema<'_>) -> Option<String> {
    tag_entry(view).or_else(|| view.text("title").map(str::to_owned))
}

/// Returns the entry whose constant value identifies the table.
fn tag_entry(view: Subschema<'_>) -> Option<String> {
    view.fields().find_map(|(key, field)| Some(format!("{key} = {}", field.get("const")?)))
}

/// Returns the key and the content of a table whose only key identifies it.
pub fn tag(view: Subschema<'_>) -> Option<(&str, Subschema<'_>)> {
    let mut fields = view.fields();
    match (fields.next(), fields.next()) {
        (Some((key, inner)), None) if view.requires(key) && inner.is_table() => Some((key, inner)),
        _ => None,
    }
}
