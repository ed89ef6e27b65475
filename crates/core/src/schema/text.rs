//! The text of a schema.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

/// Parses the text of a schema or of a document that it refers to. A byte order mark is skipped, as in configs.
///
/// # Errors
///
/// The text is not JSON, or has a key twice in a table: readers of JSON disagree on which of the two applies. Of `$comment`, the
/// last one is kept, since it has no effect.
///
/// ```
/// use confgate_core::schema::from_bytes;
///
/// let schema = from_bytes("\u{FEFF}{ \"type\": \"object\" }".as_bytes())?;
/// assert_eq!(schema, serde_json::json!({ "type": "object" }));
/// let error = from_bytes(br#"{ "type": "object", "type": "array" }"#).unwrap_err();
/// assert_eq!(error.to_string(), "the key \"type\" is written twice at line 1 column 26");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn from_bytes(bytes: &[u8]) -> serde_json::Result<Json> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let json = UniqueKeys.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(json)
}

/// Reads JSON whose tables have each key once.
#[derive(Clone, Copy)]
struct UniqueKeys;

impl<'de> DeserializeSeed<'de> for UniqueKeys {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueKeys {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut table = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if table.contains_key(&key) && key != "$comment" {
                return Err(A::Error::custom(format_args!("the key {} is written twice", Json::String(key))));
            }
            let value = entries.next_value_seed(self)?;
            table.insert(key, value);
        }
        Ok(Json::Object(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_written_twice_is_an_error_at_its_place() {
        let schema = b"{\n  \"properties\": {\n    \"port\": {},\n    \"host\": {},\n    \"p\\u006frt\": {}\n  }\n}";
        let error = from_bytes(schema).unwrap_err();
        assert_eq!(error.to_string(), "the key \"port\" is written twice at line 5 column 15");
    }

    #[test]
    fn of_two_comments_the_last_is_kept() {
        let schema = from_bytes(br#"{ "$comment": "a", "$comment": "b" }"#).unwrap();
        assert_eq!(schema, serde_json::json!({ "$comment": "b" }));
    }

    #[test]
    fn every_value_is_that_of_serde_json() {
        let text = r#"{ "a": [null, true, -1, 18446744073709551615, 1e400, "\ud83d\ude00", {}], "b": 0.1 }"#;
        assert!(from_bytes(text.as_bytes()).is_err(), "a number beyond floats");
        let text = text.replace("1e400", "1e300");
        assert_eq!(from_bytes(text.as_bytes()).unwrap(), serde_json::from_str::<Json>(&text).unwrap());
        assert!(from_bytes(b"{} {}").is_err());
    }
}
