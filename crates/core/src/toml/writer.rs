//! Trees to TOML.

use std::fmt;

use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::value::{Node, Value};

/// A tree that TOML cannot say: its root is no table, or a list holds null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotToml(String);

impl fmt::Display for NotToml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotToml {}

/// The TOML text of a table: entries in the order of the tree, plain values before tables, a line for each element of
/// a list with more than one, nulls left out. The same tree gives the same bytes.
///
/// # Errors
///
/// The root is no table, or a list holds null.
///
/// ```
/// use confgate_core::toml::{reader, writer};
/// use confgate_core::value::Source;
/// let (tree, _) = reader::read(&Source::new("x", "b = { c = 1e0 }\na = 'x'"));
/// assert_eq!(writer::write(&tree)?, "a = \"x\"\n\n[b]\nc = 1.0\n");
/// # Ok::<(), write::NotToml>(())
/// ```
pub fn write(node: &Node) -> Result<String, NotToml> {
    if node.as_table().is_none() {
        return Err(NotToml(format!("a TOML file is a table, and this is {}", node.value.kind())));
    }
    toml::to_string_pretty(&AsToml(node)).map_err(|error| NotToml(error.to_string()))
}

/// One value as it would stand after `key =`, on one line.
pub fn inline(node: &Node) -> String {
    let mut text = String::new();
    match AsToml(node).serialize(toml::ser::ValueSerializer::new(&mut text)) {
        Ok(_) => text,
        // TOML cannot say it; people still want to see it.
        Err(_) => crate::value::json::write(node).to_string(),
    }
}

struct AsToml<'n>(&'n Node);

impl Serialize for AsToml<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.value {
            Value::Null => Err(S::Error::custom("null in a list: TOML has no word for it")),
            Value::Bool(boolean) => serializer.serialize_bool(*boolean),
            Value::Integer(integer) => serializer.serialize_i64(*integer),
            Value::Float(float) => serializer.serialize_f64(*float),
            Value::String(text) => serializer.serialize_str(text),
            Value::Datetime(text) => match text.parse::<toml::value::Datetime>() {
                Ok(datetime) => datetime.serialize(serializer),
                Err(_) => serializer.serialize_str(text),
            },
            Value::List(elements) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    list.serialize_element(&AsToml(element))?;
                }
                list.end()
            }
            Value::Table(table) => {
                let mut map = serializer.serialize_map(None)?;
                for (key, node) in table.iter().filter(|(_, node)| !node.is_null()) {
                    map.serialize_entry(key, &AsToml(node))?;
                }
                map.end()
            }
        }
    }
}
