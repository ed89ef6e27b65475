//! Deserialization of trees into Rust values.

use serde::de::value::{Error, MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use crate::value::{Node, Table, Value};

/// Treats a null in a table as an absent key, and a date as a string.
impl<'de> Deserializer<'de> for &'de Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(boolean) => visitor.visit_bool(*boolean),
            Value::Integer(integer) => visitor.visit_i64(*integer),
            Value::Float(float) => visitor.visit_f64(*float),
            Value::String(text) | Value::Datetime(text) => visitor.visit_borrowed_str(text),
            Value::List(elements) => {
                let mut list = SeqDeserializer::new(elements.iter());
                let value = visitor.visit_seq(&mut list)?;
                list.end()?;
                Ok(value)
            }
            Value::Table(table) => {
                let mut map = MapDeserializer::new(present_entries(table));
                let value = visitor.visit_map(&mut map)?;
                map.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            Value::String(variant) => visitor.visit_enum(variant.as_str().into_deserializer()),
            Value::Table(table) if present_entries(table).count() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(MapDeserializer::new(present_entries(table))))
            }
            other => {
                Err(Error::invalid_type(Unexpected::Other(other.kind()), &"the name of a variant, or a table with one"))
            }
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

fn present_entries(table: &Table) -> impl Iterator<Item = (Key<'_>, &Node)> {
    table.iter().filter(|(_, node)| !node.is_null()).map(|(key, node)| (Key(key), node))
}

/// A key of a table. Keys are texts; a map with integers or booleans as keys reads them from the text.
#[derive(Clone, Copy)]
struct Key<'k>(&'k str);

macro_rules! deserialize_parsed {
    ($($method:ident => $visit:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Error::invalid_type(Unexpected::Str(self.0), &visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    deserialize_parsed! {
        deserialize_bool => visit_bool,
        deserialize_i8 => visit_i8, deserialize_i16 => visit_i16, deserialize_i32 => visit_i32,
        deserialize_i64 => visit_i64, deserialize_i128 => visit_i128,
        deserialize_u8 => visit_u8, deserialize_u16 => visit_u16, deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64, deserialize_u128 => visit_u128,
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Key<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> IntoDeserializer<'de, Error> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use crate::toml;
    use crate::value::{Source, json};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct All {
        whole: u16,
        share: f32,
        on: bool,
        names: Vec<String>,
        pair: (i64, String),
        wrapped: Wrapped,
        absent: Option<String>,
        plain: IndexEntry,
        sized: IndexEntry,
        more: BTreeMap<String, i8>,
        day: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(i64);

    #[derive(Debug, PartialEq, Deserialize)]
    enum IndexEntry {
        Dot,
        Circle { radius: f64 },
    }

    const TEXT: &str = "whole = 1\nshare = 2\non = true\nnames = ['a']\npair = [1, 'x']\nwrapped = 5\nplain = 'Dot'\n\
                        sized = { Circle = { radius = 1.5 } }\nmore = { x = -1 }\nday = 2020-01-02\n";

    #[test]
    fn a_tree_deserializes_into_the_same_value_as_its_json() {
        let (tree, errors) = toml::read(&Source::new("x", TEXT));
        assert_eq!(errors, []);
        let all = All::deserialize(&tree).unwrap();
        assert_eq!(all, serde_json::from_value(json::write(&tree)).unwrap());
        assert_eq!(all.sized, IndexEntry::Circle { radius: 1.5 });
    }

    #[test]
    fn a_value_that_the_type_rejects_is_an_error() {
        for (from, to) in [
            ("whole = 1", "whole = 65536"),
            ("whole = 1", "whole = '1'"),
            ("pair = [1, 'x']", "pair = [1, 'x', 2]"),
            ("plain = 'Dot'", "plain = 'Square'"),
            ("plain = 'Dot'", "plain = { Dot = 1, Circle = 2 }"),
            ("on = true", "on = true\nunknown = 1"),
        ] {
            let (tree, _) = toml::read(&Source::new("x", TEXT.replace(from, to)));
            assert!(All::deserialize(&tree).is_err(), "{to}");
        }
    }
}
