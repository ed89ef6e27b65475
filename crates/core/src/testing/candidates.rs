//! Values that a subschema may admit: constants, bounds, examples. They need not be valid; the caller validates them.

use serde_json::Value as Json;

use crate::schema::{FORMATS, Subschema};
use crate::value::{Node, Table, Value, json};

/// The longest text that is made from a minimum or maximum length.
const MAX_LENGTH: u64 = 4096;

/// The depth to which values are nested.
const MAX_DEPTH: usize = 6;

/// Examples of the formats of JSON Schema.
const STANDARD: &[(&str, &str)] = &[
    ("date", "2024-02-29"),
    ("date-time", "2024-02-29T12:30:00Z"),
    ("time", "12:30:00Z"),
    ("email", "user@example.net"),
    ("hostname", "host.example.net"),
    ("ipv4", "192.0.2.10"),
    ("ipv6", "2001:db8::10"),
    ("uri", "https://example.net/path"),
    ("uuid", "2b1f0b52-9f1c-4c83-9d6c-6a2a5b1d2c3e"),
    ("duration", "PT5M"),
];

/// Returns candidates for a value, the plainest first.
pub(super) fn values(view: Subschema<'_>) -> Vec<Value> {
    let mut found = Vec::new();
    collect(view, 0, &mut found);
    found
}

fn collect(view: Subschema<'_>, depth: usize, found: &mut Vec<Value>) {
    let mut add = |value: Value| {
        if !found.contains(&value) {
            found.push(value);
        }
    };
    let list = |keyword: &str| view.get(keyword).and_then(Json::as_array).into_iter().flatten();
    let stated = view.get("const").into_iter().chain(list("enum")).chain(view.get("default")).chain(list("examples"));
    for value in stated {
        // A value that no tree holds is not a value of a config.
        json::read(value.clone()).into_iter().map(|node| node.value).for_each(&mut add);
    }
    if view.get("const").is_some() || view.get("enum").is_some() {
        return;
    }
    if view.names_type("boolean") {
        [true, false].map(Value::Bool).into_iter().for_each(&mut add);
    }
    if view.names_type("integer") {
        integers(view).into_iter().map(Value::Integer).for_each(&mut add);
    }
    if view.names_type("number") {
        numbers(view).into_iter().map(Value::Float).for_each(&mut add);
    }
    if view.names_type("string") {
        texts(view).into_iter().map(Value::String).for_each(&mut add);
    }
    if depth < MAX_DEPTH {
        if view.names_type("array") {
            lists(view, depth).into_iter().map(Value::List).for_each(&mut add);
        }
        if view.names_type("object") || view.is_table() {
            tables(view, depth).into_iter().map(Value::Table).for_each(&mut add);
        }
        for alternative in view.alternatives().chain(view.parts()) {
            collect(alternative, depth + 1, found);
        }
    }
}

fn integers(view: Subschema<'_>) -> Vec<i64> {
    let bound = |keyword: &str| view.get(keyword).and_then(Json::as_i64);
    let least = bound("minimum").or_else(|| bound("exclusiveMinimum")?.checked_add(1));
    let greatest = bound("maximum").or_else(|| bound("exclusiveMaximum")?.checked_sub(1));
    let step = bound("multipleOf").filter(|step| *step != 0);
    let typical = [1, 0, -1, 2];
    let ends = [least.unwrap_or(i64::MIN), greatest.unwrap_or(i64::MAX)];
    let steps = step.into_iter().flat_map(|step| ends.map(|end| end - end % step));
    typical.into_iter().chain(ends).chain(steps).collect()
}

fn numbers(view: Subschema<'_>) -> Vec<f64> {
    let bound = |keyword: &str| view.get(keyword).and_then(Json::as_f64);
    let ends = [bound("minimum").unwrap_or(-1e300), bound("maximum").unwrap_or(1e300)];
    let middle = ends[0] / 2.0 + ends[1] / 2.0;
    [0.5, 1.0, 0.1, middle].into_iter().chain(ends).collect()
}

fn texts(view: Subschema<'_>) -> Vec<String> {
    let format = view.text("format");
    let own = FORMATS.iter().filter(|known| Some(known.name) == format);
    // An example names several values: "30s, 5m, 500ms or 1h".
    let own = own.flat_map(|known| known.example.split([',', ' '])).filter(|word| !word.is_empty() && *word != "or");
    let standard = STANDARD.iter().filter(|(name, _)| Some(*name) == format).map(|(_, example)| *example);
    let mut texts: Vec<String> = own.chain(standard).map(str::to_owned).collect();
    let length = |keyword: &str| view.get(keyword).and_then(Json::as_u64).filter(|length| *length <= MAX_LENGTH);
    let lengths = [length("minLength"), length("maxLength")].into_iter().flatten();
    texts.push("text".to_owned());
    texts.push("1".to_owned());
    texts.extend(lengths.map(|length| "x".repeat(length as usize)));
    texts.push(String::new());
    texts
}

fn lists(view: Subschema<'_>, depth: usize) -> Vec<Vec<Node>> {
    let fewest = view.get("minItems").and_then(Json::as_u64).unwrap_or(0).min(64) as usize;
    let first = |view: Subschema<'_>| {
        let mut found = Vec::new();
        collect(view, depth + 1, &mut found);
        found.into_iter().next().map(Node::generated)
    };
    let mut elements: Vec<Node> = view.elements().filter_map(first).collect();
    if let Some(last) = elements.last().cloned() {
        elements.resize(elements.len().max(fewest), last);
    }
    vec![elements, Vec::new()]
}

fn tables(view: Subschema<'_>, depth: usize) -> Vec<Table> {
    let with = |is_wanted: &dyn Fn(&str) -> bool| -> Table {
        let fields = view.fields().filter(|(name, _)| is_wanted(name));
        fields.filter_map(|(name, field)| Some((name.clone(), plainest(field, depth + 1)?))).collect()
    };
    let mut found = vec![with(&|name| view.requires(name)), with(&|_| true)];
    if let Some(others) = view.others() {
        found.extend(plainest(others, depth + 1).map(|value| Table::from_iter([("key".to_owned(), value)])));
    }
    // A map with integers as keys is described by a pattern.
    for (pattern, schema) in view.get("patternProperties").and_then(Json::as_object).into_iter().flatten() {
        let value = match schema["type"].as_str() {
            Some("boolean") => Value::Bool(true),
            Some("integer") => Value::Integer(1),
            Some("number") => Value::Float(0.5),
            Some("string") => Value::String("text".to_owned()),
            _ => continue,
        };
        let key = if pattern.contains("\\d") { "1" } else { "key" };
        found.push(Table::from_iter([(key.to_owned(), Node::generated(value))]));
    }
    found
}

/// Returns the first candidate, of a required field or in a table.
fn plainest(view: Subschema<'_>, depth: usize) -> Option<Node> {
    let mut found = Vec::new();
    collect(view, depth, &mut found);
    // A default or a constant comes first; without one, take a value within the bounds.
    let fits = |value: &Value| {
        let node = Node::generated(value.clone());
        view.admits_type_of(&node) && view.lists(&node) && is_within(view, value)
    };
    let index = found.iter().position(fits)?;
    Some(Node::generated(found.swap_remove(index)))
}

/// Returns whether a number or a text is within the bounds of a subschema.
fn is_within(view: Subschema<'_>, value: &Value) -> bool {
    let bound = |keyword: &str| view.get(keyword).and_then(Json::as_f64);
    let (number, least, greatest) = match value {
        Value::Integer(integer) => (*integer as f64, "minimum", "maximum"),
        Value::Float(float) => (*float, "minimum", "maximum"),
        Value::String(text) => (text.chars().count() as f64, "minLength", "maxLength"),
        _ => return true,
    };
    bound(least).is_none_or(|least| number >= least)
        && bound(greatest).is_none_or(|greatest| number <= greatest)
        && bound("exclusiveMinimum").is_none_or(|least| number > least)
        && bound("exclusiveMaximum").is_none_or(|greatest| number < greatest)
}
