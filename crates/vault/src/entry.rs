//! Responses of a KV store: an entry with its fields, or the versions of an entry.

use std::collections::HashMap;
use std::fmt;

use confgate_core::types::Secret;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A version of an entry that can be read.
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
    /// Text.
    Text(Secret),
    /// A value of this kind, which is not a secret: a server does not keep the digits of a number.
    Other(&'static str),
}

/// The state of a version of an entry.
#[derive(Debug, Clone)]
pub enum EntryState {
    /// It can be read.
    Present(Entry),
    /// It was deleted, and can be restored.
    Deleted {
        /// The number of the version.
        version: u64,
        /// The time at which it was deleted.
        time: String,
    },
    /// Its data was destroyed.
    Destroyed {
        /// The number of the version.
        version: u64,
        /// The time at which it was written.
        written: String,
    },
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
    #[serde(default)]
    created_time: String,
    #[serde(default)]
    deletion_time: String,
    #[serde(default)]
    destroyed: bool,
}

/// Parses a response about a version of an entry: a server sends the metadata of a deleted one with the status 404.
pub fn entry(body: &[u8]) -> Result<EntryState, serde_json::Error> {
    let EntryResponse { data: EntryData { data, metadata } } = serde_json::from_slice(body)?;
    let version = metadata.version;
    Ok(match data {
        Some(fields) => EntryState::Present(Entry { fields, version }),
        None if metadata.destroyed => {
            EntryState::Destroyed { version, written: displayed_time(&metadata.created_time) }
        }
        None => EntryState::Deleted { version, time: displayed_time(&metadata.deletion_time) },
    })
}

/// Displays a time of a server without the fraction of its second.
fn displayed_time(time: &str) -> String {
    match time.parse::<Timestamp>() {
        Ok(time) => time.strftime("%FT%TZ").to_string(),
        Err(_) => "an unknown time".to_owned(),
    }
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

/// The newest version of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewestVersion {
    /// Its number.
    pub number: u64,
    /// False if it was deleted or destroyed.
    pub is_readable: bool,
}

/// Parses a response with the versions of an entry. Returns `None` for an entry without versions.
pub fn newest(body: &[u8]) -> Result<Option<NewestVersion>, serde_json::Error> {
    let VersionsResponse { data } = serde_json::from_slice(body)?;
    let number = data.current_version;
    let newest = data.versions.get(&number.to_string());
    Ok(newest.map(|state| NewestVersion { number, is_readable: !state.destroyed && !is_past(&state.deletion_time) }))
}

/// Tells whether a time is over. A version whose lifetime is limited has a time in the future.
fn is_past(deletion_time: &str) -> bool {
    match deletion_time.parse::<Timestamp>() {
        Ok(time) => time <= Timestamp::now(),
        Err(_) => !deletion_time.is_empty(),
    }
}

impl<'de> Deserialize<'de> for Field {
    /// Written by hand: the buffer of a derived untagged enum is not wiped.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Field, E> {
        Ok(Field::Text(Secret::from(text)))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Field, E> {
        Ok(Field::Other("a number"))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Field, E> {
        Ok(Field::Other("a number"))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Field, E> {
        Ok(Field::Other("a number"))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Field, E> {
        Ok(Field::Other("a boolean"))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Field, E> {
        Ok(Field::Other("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Field, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Field, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Other("a table"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_a_text_or_is_rejected_by_its_kind() {
        let body =
            br#"{"data": {"data": {"a": "x\n", "n": 1.10, "i": 12345678901234567890123, "m": -5, "b": true, "l": [1],
            "t": {"k": "v"}, "z": null}, "metadata": {"version": 3, "destroyed": false}}}"#;
        let EntryState::Present(entry) = entry(body).unwrap() else { panic!() };
        let seen = |name: &str| match &entry.fields[name] {
            Field::Text(secret) => secret.expose().to_owned(),
            Field::Other(kind) => (*kind).to_owned(),
        };
        assert_eq!((entry.version, seen("a").as_str()), (3, "x\n"));
        assert_eq!(["n", "i", "m", "b"].map(seen), ["a number", "a number", "a number", "a boolean"]);
        assert_eq!(["l", "t", "z"].map(seen), ["a list", "a table", "null"]);
        assert!(!format!("{entry:?}").contains("x\\n"));
    }

    #[test]
    fn a_deleted_version_a_destroyed_one_and_another_answer_are_told_apart() {
        let state = |more: &str| {
            let created = r#""created_time": "2026-01-01T00:00:00.123456789Z""#;
            let body = format!(r#"{{"data": {{"data": null, "metadata": {{"version": 2, {created}, {more}}}}}}}"#);
            format!("{:?}", entry(body.as_bytes()).unwrap())
        };
        assert_eq!(
            state(r#""deletion_time": "2026-01-02T03:04:05.9Z", "destroyed": false"#),
            r#"Deleted { version: 2, time: "2026-01-02T03:04:05Z" }"#
        );
        assert_eq!(
            state(r#""deletion_time": "", "destroyed": true"#),
            r#"Destroyed { version: 2, written: "2026-01-01T00:00:00Z" }"#
        );
        // A server says what it wants, which is not displayed.
        assert_eq!(state(r#""deletion_time": "hunter2""#), r#"Deleted { version: 2, time: "an unknown time" }"#);
        assert!(entry(br#"{"data": {"password": "hunter2"}}"#).is_err());
        assert!(entry(br#"{"errors": []}"#).is_err());
    }

    #[test]
    fn the_newest_version_is_readable_until_it_is_deleted() {
        let listed = |state: &str| {
            let body = format!(r#"{{"data": {{"current_version": 2, "versions": {{"2": {state}}}}}}}"#);
            let newest = newest(body.as_bytes()).unwrap().unwrap();
            assert_eq!(newest.number, 2);
            newest.is_readable
        };
        assert!(listed(r#"{"deletion_time": "", "destroyed": false}"#));
        // The version of an entry with a limited lifetime is deleted later.
        assert!(listed(r#"{"deletion_time": "9026-01-01T00:00:00Z"}"#));
        assert!(!listed(r#"{"deletion_time": "2026-01-01T00:00:00Z"}"#));
        assert!(!listed(r#"{"destroyed": true}"#));
        assert_eq!(newest(br#"{"data": {"current_version": 0, "versions": {}}}"#).unwrap(), None);
    }
}
