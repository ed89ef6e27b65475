//! Conversion of trees from and to JSON.

use serde_json::{Map, Number, Value as Json};
use thiserror::Error;

use crate::value::{Node, Path, Table, Value};

/// A JSON number that does not fit in 64 bits.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path} is {digits}, which does not fit in 64 bits: TOML integers reach to {}", i64::MAX)]
pub struct NumberTooLarge {
    /// Path of the number.
    pub path: Path,
    /// Its digits.
    pub digits: String,
}

/// Converts a JSON value to a tree of generated values.
///
/// # Errors
///
/// Fails on a number that does not fit in 64 bits.
pub fn read(json: Json) -> Result<Node, NumberTooLarge> {
    read_at(json, &Path::root())
}

fn read_at(json: Json, path: &Path) -> Result<Node, NumberTooLarge> {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(boolean) => Value::Bool(boolean),
        Json::Number(number) => read_number(&number, path)?,
        Json::String(string) => Value::String(string),
        Json::Array(elements) => {
            let elements = elements.into_iter().enumerate();
            Value::List(
                elements.map(|(index, element)| read_at(element, &path.index(index))).collect::<Result<_, _>>()?,
            )
        }
        Json::Object(entries) => {
            let mut table = Table::with_capacity(entries.len());
            for (key, entry) in entries {
                let node = read_at(entry, &path.key(&key))?;
                table.insert(key, node);
            }
            Value::Table(table)
        }
    };
    Ok(Node::generated(value))
}

fn read_number(number: &Number, path: &Path) -> Result<Value, NumberTooLarge> {
    if let Some(integer) = number.as_i64() {
        return Ok(Value::Integer(integer));
    }
    match number.as_f64() {
        Some(float) if number.is_f64() => Ok(Value::Float(float)),
        _ => Err(NumberTooLarge { path: path.clone(), digits: number.to_string() }),
    }
}

/// Converts a tree to JSON. Nulls in tables that are not written in a text are left out, dates become strings, and `nan` and `inf` become null.
pub fn write(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(boolean) => Json::Bool(*boolean),
        Value::Integer(integer) => Json::from(*integer),
        Value::Float(float) => Number::from_f64(*float).map_or(Json::Null, Json::Number),
        Value::String(text) | Value::Datetime(text) => Json::String(text.clone()),
        Value::List(elements) => Json::Array(elements.iter().map(write).collect()),
        Value::Table(table) => {
            let entries = table.iter().filter(|(_, node)| !node.is_absent());
            Json::Object(entries.map(|(key, node)| (key.to_string(), write(node))).collect::<Map<_, _>>())
        }
    }
}

/// Returns the first number of a tree that JSON cannot represent (`nan`, `inf`) and its path.
pub fn first_non_finite(node: &Node) -> Option<(Path, f64)> {
    fn find(node: &Node, path: &Path) -> Option<(Path, f64)> {
        match &node.value {
            Value::Float(float) if !float.is_finite() => Some((path.clone(), *float)),
            Value::List(elements) => {
                elements.iter().enumerate().find_map(|(index, element)| find(element, &path.index(index)))
            }
            Value::Table(table) => table.iter().find_map(|(key, node)| find(node, &path.key(key))),
            _ => None,
        }
    }
    find(node, &Path::root())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_round_trips_but_for_nulls_in_tables() {
        let tree = read(json!({ "a": 1, "b": [1.5, true, "x"], "c": null, "d": { "e": {} } })).unwrap();
        assert_eq!(write(&tree), json!({ "a": 1, "b": [1.5, true, "x"], "d": { "e": {} } }));
    }

    #[test]
    fn a_number_beyond_64_bits_is_rejected_with_its_path() {
        let error = read(json!({ "a": [0, u64::MAX] })).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a[1] is 18446744073709551615, which does not fit in 64 bits: TOML integers reach to 9223372036854775807"
        );
    }
}
