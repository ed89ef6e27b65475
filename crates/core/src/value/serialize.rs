//! Serialization of Rust values into trees.
//!
//! In contrast to a detour through JSON, no number changes: an `f32` keeps its digits, and NaN and infinity stay what they are, so that
//! the gate reports them.

use std::fmt;

use serde::ser::{self, Serialize, Serializer};
use thiserror::Error;

use crate::value::{Node, Table, Value};

/// Reason why a Rust value has no tree: its type fails to serialize, or a map has keys that are not texts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SerializeError {
    message: String,
}

impl ser::Error for SerializeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string() }
    }
}

/// Converts a Rust value to a tree of generated values. An integer beyond 64 bits becomes a text of its digits, which the gate
/// rejects with the name of the field.
///
/// # Errors
///
/// The type fails to serialize, or a map has keys that are not texts, integers, booleans or variants.
///
/// ```
/// use confgate_core::value::{self, Value};
/// let tree = value::serialize(&[0.1f32])?;
/// assert_eq!(tree.get(&value::Path::root().index(0).0).unwrap().value, Value::Float(0.1));
/// # Ok::<(), value::SerializeError>(())
/// ```
pub fn serialize<T: Serialize + ?Sized>(value: &T) -> Result<Node, SerializeError> {
    value.serialize(TreeSerializer)
}

/// Converts an `f32` to the `f64` that is written with the same digits: 0.1, not 0.10000000149011612.
pub fn widen(float: f32) -> f64 {
    // The shortest digits of a float parse without an error, also those of NaN and infinity.
    float.to_string().parse().unwrap_or_else(|_| f64::from(float))
}

struct TreeSerializer;

fn node(value: Value) -> Result<Node, SerializeError> {
    Ok(Node::generated(value))
}

/// Wraps a value in a table with one entry, as serde writes the variant of an enum.
fn variant(name: &str, value: Value) -> Result<Node, SerializeError> {
    node(Value::Table(Table::from_iter([(name.to_owned(), Node::generated(value))])))
}

macro_rules! serialize_integers {
    ($($method:ident: $type:ty),* $(,)?) => {$(
        fn $method(self, integer: $type) -> Result<Node, SerializeError> {
            node(i64::try_from(integer).map_or_else(|_| Value::String(integer.to_string()), Value::Integer))
        }
    )*};
}

impl Serializer for TreeSerializer {
    type Ok = Node;
    type Error = SerializeError;
    type SerializeSeq = ListSerializer;
    type SerializeTuple = ListSerializer;
    type SerializeTupleStruct = ListSerializer;
    type SerializeTupleVariant = ListSerializer;
    type SerializeMap = TableSerializer;
    type SerializeStruct = TableSerializer;
    type SerializeStructVariant = TableSerializer;

    serialize_integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
    }

    fn serialize_bool(self, boolean: bool) -> Result<Node, SerializeError> {
        node(Value::Bool(boolean))
    }

    fn serialize_f32(self, float: f32) -> Result<Node, SerializeError> {
        node(Value::Float(widen(float)))
    }

    fn serialize_f64(self, float: f64) -> Result<Node, SerializeError> {
        node(Value::Float(float))
    }

    fn serialize_char(self, char: char) -> Result<Node, SerializeError> {
        node(Value::String(char.to_string()))
    }

    fn serialize_str(self, text: &str) -> Result<Node, SerializeError> {
        node(Value::String(text.to_owned()))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Node, SerializeError> {
        bytes.serialize(self)
    }

    fn serialize_none(self) -> Result<Node, SerializeError> {
        node(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Node, SerializeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Node, SerializeError> {
        node(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Node, SerializeError> {
        node(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Node, SerializeError> {
        node(Value::String(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Node, SerializeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<Node, SerializeError> {
        variant(name, value.serialize(self)?.value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<ListSerializer, SerializeError> {
        // The length is a hint of the type; a wrong one must not reserve all memory.
        Ok(ListSerializer { variant: None, elements: Vec::with_capacity(length.unwrap_or_default().min(1024)) })
    }

    fn serialize_tuple(self, length: usize) -> Result<ListSerializer, SerializeError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<ListSerializer, SerializeError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<ListSerializer, SerializeError> {
        Ok(ListSerializer { variant: Some(variant), ..self.serialize_seq(Some(length))? })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<TableSerializer, SerializeError> {
        Ok(TableSerializer { variant: None, key: None, table: Table::default() })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<TableSerializer, SerializeError> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<TableSerializer, SerializeError> {
        Ok(TableSerializer { variant: Some(variant), ..self.serialize_map(None)? })
    }
}

/// Collects the elements of a list, which may be in the variant of an enum.
struct ListSerializer {
    variant: Option<&'static str>,
    elements: Vec<Node>,
}

impl ListSerializer {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.elements.push(value.serialize(TreeSerializer)?);
        Ok(())
    }

    fn finish(self) -> Result<Node, SerializeError> {
        let list = Value::List(self.elements);
        match self.variant {
            Some(name) => variant(name, list),
            None => node(list),
        }
    }
}

impl ser::SerializeSeq for ListSerializer {
    type Ok = Node;
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Result<Node, SerializeError> {
        self.finish()
    }
}

impl ser::SerializeTuple for ListSerializer {
    type Ok = Node;
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Result<Node, SerializeError> {
        self.finish()
    }
}

impl ser::SerializeTupleStruct for ListSerializer {
    type Ok = Node;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Result<Node, SerializeError> {
        self.finish()
    }
}

impl ser::SerializeTupleVariant for ListSerializer {
    type Ok = Node;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Result<Node, SerializeError> {
        self.finish()
    }
}

/// Collects the entries of a table, which may be in the variant of an enum.
struct TableSerializer {
    variant: Option<&'static str>,
    key: Option<String>,
    table: Table,
}

impl TableSerializer {
    fn finish(self) -> Result<Node, SerializeError> {
        let table = Value::Table(self.table);
        match self.variant {
            Some(name) => variant(name, table),
            None => node(table),
        }
    }
}

impl ser::SerializeMap for TableSerializer {
    type Ok = Node;
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerializeError> {
        let key = match key.serialize(TreeSerializer)?.value {
            Value::String(text) => text,
            Value::Integer(integer) => integer.to_string(),
            Value::Bool(boolean) => boolean.to_string(),
            other => return Err(ser::Error::custom(format!("a key of a map is {}, and keys are texts", other.kind()))),
        };
        self.key = Some(key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        let value = value.serialize(TreeSerializer)?;
        // `SerializeMap` asks for each key before its value.
        let key =
            self.key.take().ok_or_else(|| <SerializeError as ser::Error>::custom("a value of a map has no key"))?;
        self.table.insert(key, value);
        Ok(())
    }

    fn end(self) -> Result<Node, SerializeError> {
        self.finish()
    }
}

impl ser::SerializeStruct for TableSerializer {
    type Ok = Node;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), SerializeError> {
        self.table.insert(key.to_owned(), value.serialize(TreeSerializer)?);
        Ok(())
    }

    fn end(self) -> Result<Node, SerializeError> {
        self.finish()
    }
}

impl ser::SerializeStructVariant for TableSerializer {
    type Ok = Node;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), SerializeError> {
        self.table.insert(key.to_owned(), value.serialize(TreeSerializer)?);
        Ok(())
    }

    fn end(self) -> Result<Node, SerializeError> {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::value::json;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        unit: (),
        share: f32,
        wide: f64,
        absent: Option<u8>,
        shape: Vec<Shape>,
        by_number: BTreeMap<u16, bool>,
        letter: char,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Dot,
        Side(f32),
        Pair(i8, i8),
        Circle { radius: f64 },
    }

    #[test]
    fn a_value_serializes_as_in_json_and_deserializes_again() {
        let all = All {
            unit: (),
            share: 0.1,
            wide: 0.1,
            absent: None,
            shape: vec![Shape::Dot, Shape::Side(1e38), Shape::Pair(-1, 1), Shape::Circle { radius: 2.0 }],
            by_number: BTreeMap::from([(1, true), (65535, false)]),
            letter: 'x',
        };
        let tree = serialize(&all).unwrap();
        let mut expected: serde_json::Value = serde_json::from_str(&serde_json::to_string(&all).unwrap()).unwrap();
        // Trees leave out what is absent.
        expected.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        assert_eq!(json::write(&tree), expected);
        assert_eq!(expected["share"], 0.1);
        #[derive(Debug, PartialEq, Deserialize)]
        struct Read {
            share: f32,
            shape: Vec<Shape>,
            by_number: BTreeMap<u16, bool>,
        }
        let read = Read::deserialize(&tree).unwrap();
        assert_eq!((read.share, read.shape, read.by_number), (all.share, all.shape, all.by_number));
    }

    #[test]
    fn no_number_changes_in_silence() {
        assert!(matches!(serialize(&f64::NAN).unwrap().value, Value::Float(float) if float.is_nan()));
        assert_eq!(serialize(&f32::NEG_INFINITY).unwrap().value, Value::Float(f64::NEG_INFINITY));
        assert_eq!(serialize(&u64::MAX).unwrap().value, Value::String("18446744073709551615".to_owned()));
        assert_eq!(serialize(&i128::from(i64::MIN)).unwrap().value, Value::Integer(i64::MIN));
        assert_eq!(widen(f32::MAX), 3.402_823_5e38);
    }

    #[test]
    fn a_key_that_is_not_a_text_is_an_error() {
        let error = serialize(&BTreeMap::from([((1, 2), 3)])).unwrap_err();
        assert_eq!(error.to_string(), "a key of a map is a list, and keys are texts");
    }
}
