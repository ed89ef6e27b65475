//! Conversion of a text to a value by the type in the schema: for variables, for `--set` and for `confgate set`.

use confgate_core::schema::Subschema;
use confgate_core::toml;
use confgate_core::value::{Node, Source, Value, json};

use crate::value_types::{self, ValueTypes};

/// Parses a text as the value of a field. A text that does not fit the type stays a string, which the gate rejects.
///
/// A listed value (`enum`, `const`) takes precedence, then a number, a boolean, a list or a table in the syntax of TOML, and a string,
/// which is taken literally. Where a string is admitted, a number is one only if it is written as the text: `1.10` and `007` are
/// strings. `1`, `yes` and `on` are a boolean only where neither a number nor a string is admitted. A list that may not be a string is
/// also separated by commas. Without a type in the schema, the text is a value of TOML, if it is one. An empty text makes a field
/// absent that is optional or admits null, and a list empty.
pub(super) fn parse_value(subschema: Subschema<'_>, text: &str) -> Node {
    parse_typed(&ValueTypes::of(subschema), || Some(subschema), text)
}

/// Parses a text like [`parse_value`], as the new value of a field that is set. The type of `current` is kept where the text reads as
/// that type, and the schema admits it.
pub(super) fn parse_in_place(subschema: Option<Subschema<'_>>, current: &Node, text: &str) -> Node {
    let types = subschema.map(ValueTypes::of).unwrap_or_default();
    let parse = |text: &str| parse_typed(&types, || subschema, text);
    if subschema.is_some_and(|subschema| listed(subschema, text).is_some()) {
        return parse(text);
    }
    // A string that could be read as another type is a string on purpose.
    let is_deliberate = || current.as_str().is_some_and(|string| parse(string).as_str().is_none());
    let may_be_string = types.string || types.is_unknown();
    match kept(&types, subschema, current, text) {
        Some(value) => Node::generated(value),
        None if may_be_string && is_deliberate() => Node::generated(Value::String(text.to_owned())),
        None => parse(text),
    }
}

/// Parses a text like [`parse_value`] as a value of these types. Only a list and a listed value need the subschema.
pub(super) fn parse_typed<'s>(types: &ValueTypes, subschema: impl Fn() -> Option<Subschema<'s>>, text: &str) -> Node {
    if types.has_listed
        && let Some(value) = subschema().and_then(|subschema| listed(subschema, text))
    {
        return Node::generated(value);
    }
    if text.is_empty() && types.may_be_absent {
        return Node::generated(Value::Null);
    }
    if types.is_unknown() {
        return parse_toml(text.trim()).unwrap_or_else(|| Node::generated(Value::String(text.to_owned())));
    }
    let trimmed = text.trim();
    let value = (types.integer.then(|| parse_integer(trimmed, types.string)).flatten())
        .or_else(|| types.float.then(|| parse_number(trimmed, types.string))?)
        .or_else(|| types.boolean.then(|| parse_boolean(trimmed, types.string))?)
        .or_else(|| structured(types, subschema, text));
    Node::generated(value.unwrap_or_else(|| Value::String(text.to_owned())))
}

/// Returns the listed value that a text stands for: a number or a boolean, else a string.
fn listed(subschema: Subschema<'_>, text: &str) -> Option<Value> {
    let literal = parse_toml(text.trim()).map(|node| json::write(&node));
    let mut string = None;
    for part in value_types::views(subschema) {
        let options = part.get("enum").and_then(serde_json::Value::as_array).into_iter().flatten();
        for option in options.chain(part.get("const")) {
            if option.as_str() == Some(text) {
                string = Some(Value::String(text.to_owned()));
            } else if literal.as_ref() == Some(option) && !option.is_string() {
                return parse_toml(text.trim()).map(|node| node.value);
            }
        }
    }
    string
}

/// Returns the value of a text in the type of the current value.
fn kept(types: &ValueTypes, subschema: Option<Subschema<'_>>, current: &Node, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    let unknown = types.is_unknown();
    match &current.value {
        Value::Integer(_) if types.integer || types.float || unknown => parse_integer(trimmed, types.string || unknown),
        Value::Bool(_) if types.boolean || unknown => match trimmed {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Value::List(_) if unknown && trimmed.contains(',') && !trimmed.starts_with('[') => separated(None, trimmed),
        Value::List(_) if types.list || unknown => parse_toml(trimmed).map(|node| node.value).filter(is_list),
        Value::Datetime(_) if unknown || subschema.is_some_and(admits_dates) => {
            parse_toml(trimmed).map(|node| node.value).filter(is_datetime)
        }
        _ => None,
    }
}

fn is_list(value: &Value) -> bool {
    matches!(value, Value::List(_))
}

fn is_datetime(value: &Value) -> bool {
    matches!(value, Value::Datetime(_))
}

/// Returns whether a schema admits dates of TOML. It sees them as strings.
fn admits_dates(subschema: Subschema<'_>) -> bool {
    let is_date = |format: &str| matches!(format, "date-time" | "date" | "time");
    value_types::views(subschema).into_iter().any(|view| view.text("format").is_some_and(is_date))
}

/// Parses a list or a table.
fn structured<'s>(types: &ValueTypes, subschema: impl Fn() -> Option<Subschema<'s>>, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    if types.list && trimmed.is_empty() && (text.is_empty() || !types.string) {
        return Some(Value::List(Vec::new()));
    }
    let is_table = types.table && trimmed.starts_with('{');
    if is_table || types.list && trimmed.starts_with('[') {
        let written = parse_toml(trimmed).map(|node| node.value);
        if written.is_some() || is_table || !is_addresses(trimmed) {
            return written;
        }
    }
    if types.list && !types.string { separated(subschema(), trimmed) } else { None }
}

/// Returns whether a text that begins as a list of TOML does lists addresses with ports, the first of them one of IPv6.
fn is_addresses(text: &str) -> bool {
    let is_address = |part: &str| !part.starts_with('[') || part.contains("]:");
    text.split(',').map(str::trim).all(is_address)
}

/// Parses an integer. Where a string is admitted, digits that an integer does not keep make it one.
fn parse_integer(text: &str, may_be_string: bool) -> Option<Value> {
    let integer: i64 = text.parse().ok()?;
    (!may_be_string || integer.to_string() == text).then_some(Value::Integer(integer))
}

/// Parses a number. An integer that a float does not hold exactly stays an integer. Where a string is admitted, digits that a number
/// does not keep make it one.
fn parse_number(text: &str, may_be_string: bool) -> Option<Value> {
    let float: f64 = text.parse().ok()?;
    let is_same = || float.is_finite() && (format!("{float}") == text || format!("{float:?}") == text);
    match text.parse::<i64>() {
        Ok(integer) if float as i128 != i128::from(integer) => parse_integer(text, may_be_string),
        _ if may_be_string && !is_same() => None,
        _ => Some(Value::Float(float)),
    }
}

/// Parses a boolean: `true`, `1`, `yes`, `on` and their opposites. Where a string is admitted, `true` and `false` alone.
fn parse_boolean(text: &str, may_be_string: bool) -> Option<Value> {
    let lower = text.to_ascii_lowercase();
    match if may_be_string { text } else { lower.as_str() } {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "1" | "yes" | "on" if !may_be_string => Some(Value::Bool(true)),
        "0" | "no" | "off" if !may_be_string => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Parses a list without brackets: strings of TOML, or texts without quotes, which commas separate.
fn separated(subschema: Option<Subschema<'_>>, text: &str) -> Option<Value> {
    // A comma in quotes separates nothing.
    if text.starts_with('"') {
        return parse_toml(&format!("[{text}]")).map(|node| node.value);
    }
    let placeholder = Node::generated(Value::List(Vec::new()));
    let element = |index| {
        let subschema = subschema?;
        let own = subschema.element(index, &placeholder);
        own.or_else(|| subschema.alternatives().find_map(|alternative| alternative.element(index, &placeholder)))
    };
    let texts = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    let elements = texts.enumerate().map(|(index, text)| match element(index) {
        Some(subschema) => parse_value(subschema, text),
        None => parse_typed(&ValueTypes::default(), || None, text),
    });
    Some(Value::List(elements.collect()))
}

/// Parses the value of a TOML key, if the text is one.
fn parse_toml(text: &str) -> Option<Node> {
    let source = Source::new("", format!("value = {text}\n"));
    let (mut tree, errors) = toml::read(&source);
    let table = tree.as_table_mut().filter(|table| errors.is_empty() && table.len() == 1)?;
    table.shift_remove("value")
}

#[cfg(test)]
mod tests;
