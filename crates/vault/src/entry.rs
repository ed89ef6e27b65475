//! Responses of a KV store: an entry with its fields, or the versions of an entry.

use std::collections::HashMap;
use std::fmt;

use confgate_core::types::Secret;
use serde::Deserialize;
use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One version of an entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The fields by name.
    pub fields: HashMap<String, Field>,
    /// The number of this version.
    pub version: u64,
}

/// The value of a field.
#[derive(Debug, Clone)]
pub enum Field {
    /// Text, or a number or boolean written as text.
    Text(Secret),
    /// A list, a table or null.
    Other,
}

#[derive(Deserialize)]
struct EntryResponse {
    data: EntryData,
}

#[derive(Deserialize)]
struct EntryData {
    data: Option<HashMap<String, Field>>,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    version: u64,
}

/// Parses a response with an entry. Returns `None` for a deleted version.
pub fn entry(body: &[u8]) -> Result<Option<Entry>, serde_json::Error> {
    let EntryResponse { data } = serde_json::from_slice(body)?;
    let version = data.metadata.version;
    Ok(data.data.map(|fields| Entry { fields, version }))
}

#[derive(Deserialize)]
struct VersionsResponse {
    data: Versions,
}

#[derive(Deserialize)]
struct Versions {
    current_version: u64,
    versions: HashMap<String, VersionState>,
}

#[derive(Deserialize)]
struct VersionState {
    #[serde(default)]
    deletion_time: String,
    #[serde(default)]
    destroyed: bool,
}

/// Parses a response with the versions of an entry. Returns the newest, or `None` if it was deleted.
pub fn newest(body: &[u8]) -> Result<Option<u64>, serde_json::Error> {
    let VersionsResponse { data } = serde_json::from_slice(body)?;
    let state = data.versions.get(&data.current_version.to_string());
    Ok(state.filter(|state| state.deletion_time.is_empty() && !state.destroyed).map(|_| data.current_version))
}

impl<'de> Deserialize<'de> for Field {
    /// Written by hand: the buffer of a derived untagged enum is not wiped.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl FieldVisitor {
    fn text<E>(text: &str) -> Result<Field, E> {
        Ok(Field::Text(Secret::from(text)))
    }
}

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Field, E> {
        Self::text(text)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Field, E> {
        Self::text(&number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Field, E> {
        Self::text(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Field, E> {
        Self::text(&number.to_string())
    }

    fn visit_bool<E: de::Error>(self, is: bool) -> Result<Field, E> {
        Self::text(if is { "true" } else { "false" })
    }

    fn visit_unit<E: de::Error>(self) -> Result<Field, E> {
        Ok(Field::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Field, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Field, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_texts_and_what_is_none_is_told_apart() {
        let body = br#"{"data": {"data": {"a": "x\n", "n": 5, "b": true, "l": [1], "t": {"k": "v"}, "z": null},
            "metadata": {"version": 3, "destroyed": false}}}"#;
        let entry = entry(body).unwrap().unwrap();
        let text = |name: &str| match &entry.fields[name] {
            Field::Text(secret) => Some(secret.expose().to_owned()),
            Field::Other => None,
        };
        assert_eq!((entry.version, text("a").as_deref(), text("n").as_deref()), (3, Some("x\n"), Some("5")));
        assert_eq!((text("b").as_deref(), text("l"), text("t"), text("z")), (Some("true"), None, None, None));
        assert!(!format!("{entry:?}").contains("x\\n"));
    }

    #[test]
    fn a_deleted_version_is_none_and_another_answer_is_no_entry() {
        let deleted =
            br#"{"data": {"data": null, "metadata": {"version": 2, "deletion_time": "2026-01-01T00:00:00Z"}}}"#;
        assert!(entry(deleted).unwrap().is_none());
        assert!(entry(br#"{"data": {"password": "hunter2"}}"#).is_err());
    }

    #[test]
    fn the_newest_version_counts_while_it_is_there() {
        let listed = |state: &str| {
            newest(format!(r#"{{"data": {{"current_version": 2, "versions": {{"2": {state}}}}}}}"#).as_bytes()).unwrap()
        };
        assert_eq!(listed(r#"{"deletion_time": "", "destroyed": false}"#), Some(2));
        assert_eq!(listed(r#"{"deletion_time": "2026-01-01T00:00:00Z"}"#), None);
        assert_eq!(listed(r#"{"destroyed": true}"#), None);
        assert_eq!(newest(br#"{"data": {"current_version": 0, "versions": {}}}"#).unwrap(), None);
    }
}
