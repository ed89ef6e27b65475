//! A JSON value as its text: a binary form does not tell the types of values apart.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

pub fn serialize<S: Serializer>(value: &Option<Box<Json>>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = value.as_ref().map(serde_json::to_string).transpose();
    text.map_err(S::Error::custom)?.serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<Json>>, D::Error> {
    let text = <Option<Cow<'_, str>>>::deserialize(deserializer)?;
    text.map(|text| serde_json::from_str(&text).map(Box::new).map_err(D::Error::custom)).transpose()
}
