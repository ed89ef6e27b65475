//! A JSON value in a binary form, which does not tell the types of values apart: a scalar with its type, and a list or an object
//! as its text.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

#[derive(Serialize, Deserialize)]
enum Binary<'t> {
    Bool(bool),
    Integer(i64),
    String(&'t str),
    Text(&'t str),
}

pub fn serialize<S: Serializer>(value: &Option<Box<Json>>, serializer: S) -> Result<S::Ok, S::Error> {
    let text;
    let binary = match value.as_deref() {
        None => None,
        Some(Json::Bool(value)) => Some(Binary::Bool(*value)),
        Some(Json::String(value)) => Some(Binary::String(value)),
        Some(value) => Some(match value.as_i64() {
            Some(integer) => Binary::Integer(integer),
            None => {
                text = serde_json::to_string(value).map_err(S::Error::custom)?;
                Binary::Text(&text)
            }
        }),
    };
    binary.serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<Json>>, D::Error> {
    let Some(binary) = <Option<Binary<'de>>>::deserialize(deserializer)? else { return Ok(None) };
    let value = match binary {
        Binary::Bool(value) => value.into(),
        Binary::Integer(value) => value.into(),
        Binary::String(value) => value.into(),
        Binary::Text(text) => serde_json::from_str(text).map_err(D::Error::custom)?,
    };
    Ok(Some(Box::new(value)))
}
