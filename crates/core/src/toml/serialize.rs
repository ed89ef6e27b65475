//! Serialization of trees as TOML.

use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::value::{Node, Value};

/// Serializes a tree as TOML, with nulls in tables left out.
pub(super) struct AsToml<'n>(pub(super) &'n Node);

impl Serialize for AsToml<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.value {
            Value::Null => Err(S::Error::custom("a list contains null, which TOML cannot represent")),
            Value::Bool(boolean) => serializer.serialize_bool(*boolean),
            Value::Integer(integer) => serializer.serialize_i64(*integer),
            Value::Float(float) => serializer.serialize_f64(*float),
            Value::String(text) => serializer.serialize_str(text),
            Value::Datetime(text) => match text.parse::<toml::value::Datetime>() {
                // A program may have made the text.
                Ok(mut datetime) => {
                    if let Some(time) = &mut datetime.time {
                        time.second.get_or_insert(0);
                    }
                    datetime.serialize(serializer)
                }
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
