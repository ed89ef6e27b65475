//! Trees from JSON and to JSON.

use serde_json::{Map, Number};

use crate::value::{Node, Path, Table, Value};

/// A number that no tree holds: beyond 64 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLarge {
    /// Where it stands.
    pub path: Path,
    /// Its digits.
    pub digits: String,
}

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} is {}, which does not fit in 64 bits: TOML integers reach to {}",
            self.path,
            self.digits,
            i64::MAX
        )
    }
}

impl std::error::Error for TooLarge {}

/// The tree of a JSON value; its values were written nowhere.
///
/// # Errors
///
/// A number beyond 64 bits.
pub fn read(json: serde_json::Value) -> Result<Node, TooLarge> {
    read_at(json, &Path::root())
}

fn read_at(json: serde_json::Value, path: &Path) -> Result<Node, TooLarge> {
    use serde_json::Value as Json;
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(boolean) => Value::Bool(boolean),
        Json::Number(number) => read_number(&number, path)?,
        Json::String(text) => Value::String(text),
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
    Ok(Node::bare(value))
}

fn read_number(number: &Number, path: &Path) -> Result<Value, TooLarge> {
    if let Some(integer) = number.as_i64() {
        return Ok(Value::Integer(integer));
    }
    match number.as_f64() {
        Some(float) if number.is_f64() => Ok(Value::Float(float)),
        _ => Err(TooLarge { path: path.clone(), digits: number.to_string() }),
    }
}

/// The JSON value of a tree: nulls in tables are left out, dates are texts, numbers that JSON does not know are null.
pub fn write(node: &Node) -> serde_json::Value {
    use serde_json::Value as Json;
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(boolean) => Json::Bool(*boolean),
        Value::Integer(integer) => Json::from(*integer),
        Value::Float(float) => Number::from_f64(*float).map_or(Json::Null, Json::Number),
        Value::String(text) | Value::Datetime(text) => Json::String(text.clone()),
        Value::List(elements) => Json::Array(elements.iter().map(write).collect()),
        Value::Table(table) => {
            let entries = table.iter().filter(|(_, node)| !node.is_null());
            Json::Object(entries.map(|(key, node)| (key.clone(), write(node))).collect::<Map<_, _>>())
        }
    }
}

/// The first number of a tree that JSON does not know, and how TOML writes it: `inf`, `nan`.
pub fn unknown_number(node: &Node) -> Option<(Path, f64)> {
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

/// A value of JSON as it would be written in TOML; what TOML cannot hold stays as it is.
pub fn written(value: &serde_json::Value) -> String {
    read(value.clone()).map_or_else(|_| value.to_string(), |node| crate::toml::writer::inline(&node))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_comes_back_as_it_was_without_nulls_in_tables() {
        let tree = read(json!({ "a": 1, "b": [1.5, true, "x"], "c": null, "d": { "e": {} } })).unwrap();
        assert_eq!(write(&tree), json!({ "a": 1, "b": [1.5, true, "x"], "d": { "e": {} } }));
    }

    #[test]
    fn a_number_beyond_64_bits_is_refused_with_its_place() {
        let refused = read(json!({ "a": [0, u64::MAX] })).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a[1] is 18446744073709551615, which does not fit in 64 bits: TOML integers reach to 9223372036854775807"
        );
    }
}
