//! Parsing of the text of a variable by the type in the schema.

use confgate_core::schema::Subschema;
use confgate_core::toml;
use confgate_core::value::{Node, Source, Value};

use crate::value_types::ValueTypes;

/// Parses a text as the value of a field. A text that does not fit the type stays a string, which the gate rejects.
///
/// A string is taken literally. A list is separated by commas or written as in TOML; a table, or a list of tables, is written
/// as in TOML. An empty text makes a field absent that is optional or admits null, and a list empty.
pub(super) fn parse_value(subschema: Subschema<'_>, text: &str) -> Node {
    parse_typed(&ValueTypes::of(subschema), || Some(subschema), text)
}

/// Parses a text like [`parse_value`] as a value of these types. Only a list needs the subschema.
pub(super) fn parse_typed<'s>(
    types: &ValueTypes,
    subschema: impl FnOnce() -> Option<Subschema<'s>>,
    text: &str,
) -> Node {
    if text.is_empty() && types.may_be_absent {
        return Node::generated(Value::Null);
    }
    let trimmed = text.trim();
    let value = structured(types, subschema, text)
        .or_else(|| types.boolean.then(|| parse_boolean(trimmed))?)
        .or_else(|| types.integer.then(|| trimmed.parse().ok().map(Value::Integer))?)
        .or_else(|| types.float.then(|| trimmed.parse().ok().map(Value::Float))?);
    Node::generated(value.unwrap_or_else(|| Value::String(text.to_owned())))
}

/// Parses a list or a table.
fn structured<'s>(types: &ValueTypes, subschema: impl FnOnce() -> Option<Subschema<'s>>, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    if types.list && (text.is_empty() || !types.string) {
        return Some(parse_list(subschema()?, trimmed));
    }
    if types.table && trimmed.starts_with('{') {
        return parse_toml(trimmed).map(|node| node.value);
    }
    None
}

/// Parses a boolean: `true`, `1`, `yes`, `on` and their opposites.
fn parse_boolean(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(Value::Bool(true)),
        "false" | "0" | "no" | "off" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn parse_list(subschema: Subschema<'_>, text: &str) -> Value {
    // A text that is not valid TOML may still be a list, for instance of IPv6 addresses with ports.
    if text.starts_with('[')
        && let Some(node) = parse_toml(text)
    {
        return node.value;
    }
    let placeholder = Node::generated(Value::List(Vec::new()));
    let element = |index| {
        let own = subschema.element(index, &placeholder);
        own.or_else(|| subschema.alternatives().find_map(|alternative| alternative.element(index, &placeholder)))
    };
    let texts = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    let elements = texts.enumerate().map(|(index, text)| match element(index) {
        Some(subschema) => parse_value(subschema, text),
        None => Node::generated(Value::String(text.to_owned())),
    });
    Value::List(elements.collect())
}

/// Parses the value of a TOML key, if the text is one.
fn parse_toml(text: &str) -> Option<Node> {
    let source = Source::new("", format!("value = {text}\n"));
    let (mut tree, errors) = toml::read(&source);
    let table = tree.as_table_mut().filter(|table| errors.is_empty() && table.len() == 1)?;
    table.shift_remove("value")
}
