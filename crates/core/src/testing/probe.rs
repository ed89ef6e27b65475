//! A deserializer that records the names that serde reads: the fields of each struct, and the variants of each enum.

use std::cell::RefCell;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::value::{Node, Path, Value};

/// Names that serde reads at a path: those of fields and those of variants.
pub(super) struct Names {
    pub path: Path,
    pub fields: &'static [&'static str],
    pub variants: &'static [&'static str],
}

/// Reads a tree into a type, and returns the names of every struct and enum on the way.
pub(super) fn names_of<T: DeserializeOwned>(tree: &Node) -> Vec<Names> {
    let names = RefCell::new(Vec::new());
    // A tree that the type rejects is reported elsewhere; the names up to there are known.
    let _ = T::deserialize(Probe { node: tree, path: Path::root(), names: &names });
    names.into_inner()
}

#[derive(Clone)]
struct Probe<'de, 'r> {
    node: &'de Node,
    path: Path,
    names: &'r RefCell<Vec<Names>>,
}

impl<'de> Probe<'de, '_> {
    fn at(&self, node: &'de Node, path: Path) -> Self {
        Self { node, path, names: self.names }
    }

    fn record(&self, fields: &'static [&'static str], variants: &'static [&'static str]) {
        self.names.borrow_mut().push(Names { path: self.path.clone(), fields, variants });
    }

    /// Returns the entries of the table, without those that are absent.
    fn entries(&self) -> Option<Vec<(&'de str, Self)>> {
        let table = self.node.as_table()?;
        let present = table.iter().filter(|(_, node)| !node.is_null());
        Some(present.map(|(key, node)| (key.as_str(), self.at(node, self.path.key(key)))).collect())
    }
}

impl<'de> Deserializer<'de> for Probe<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some(entries) = self.entries() {
            return visitor.visit_map(Entries { entries: entries.into_iter(), value: None });
        }
        match &self.node.value {
            Value::List(elements) => {
                let probes = elements.iter().enumerate();
                let probes: Vec<Self> = probes.map(|(index, node)| self.at(node, self.path.index(index))).collect();
                visitor.visit_seq(Elements(probes.into_iter()))
            }
            _ => self.node.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.record(fields, &[]);
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.record(&[], variants);
        match (self.node.as_str(), self.entries()) {
            (Some(name), _) => visitor.visit_enum(Variant { name, content: None }),
            (None, Some(mut entries)) if entries.len() == 1 => {
                let (name, content) = entries.remove(0);
                visitor.visit_enum(Variant { name, content: Some(content) })
            }
            _ => Err(Error::invalid_type(Unexpected::Other(self.node.value.kind()), &visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Elements<'de, 'r>(std::vec::IntoIter<Probe<'de, 'r>>);

impl<'de> SeqAccess<'de> for Elements<'de, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|probe| seed.deserialize(probe)).transpose()
    }
}

struct Entries<'de, 'r> {
    entries: std::vec::IntoIter<(&'de str, Probe<'de, 'r>)>,
    value: Option<Probe<'de, 'r>>,
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        let key: StrDeserializer<'de, Error> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = self.value.take().ok_or_else(|| Error::custom("a value was asked for before its key"))?;
        seed.deserialize(value)
    }
}

/// The variant of an enum, and its content unless it is a unit.
struct Variant<'de, 'r> {
    name: &'de str,
    content: Option<Probe<'de, 'r>>,
}

impl<'de, 'r> EnumAccess<'de> for Variant<'de, 'r> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name: StrDeserializer<'de, Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.content.map_or(Ok(()), <()>::deserialize)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.content.ok_or_else(|| Error::custom("the variant has a value"))?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.content.ok_or_else(|| Error::custom("the variant has values"))?.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        let content = self.content.ok_or_else(|| Error::custom("the variant has fields"))?;
        content.record(fields, &[]);
        content.deserialize_any(visitor)
    }
}
