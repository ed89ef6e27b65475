//! The tree itself: nodes, values and tables, which contain each other.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::value::entries_iter::{IntoIter, Iter, IterMut};
use crate::value::{Entries, Key, Origin, Path, Segment};

/// A value and its origin. Equality ignores the origin.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The place where it was written.
    pub origin: Origin,
}

/// A value of TOML, or null. A null in a table that is not written in a text means that the key is absent even where it has a
/// default.
#[derive(Debug, Clone)]
pub enum Value {
    /// Explicitly absent.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number that was written as one: `10`, never `10.0`.
    Integer(i64),
    /// A number that was written with a fraction or an exponent.
    Float(f64),
    /// A string.
    String(String),
    /// A date, a time or both, as TOML writes them.
    Datetime(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// A table: its entries in the order in which they were written. It dereferences to them. An empty table allocates nothing.
#[derive(Clone, Default, PartialEq)]
pub struct Table(Entries<Node>);

impl Node {
    /// Creates a node that was not written anywhere: a default, or a value made by a program.
    pub fn generated(value: Value) -> Self {
        Self { value, origin: Origin::Generated }
    }

    /// Returns the table, if the value is one.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Returns the table, if the value is one.
    pub fn as_table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Returns the string, if the value is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(string) => Some(string),
            _ => None,
        }
    }

    /// Returns whether the value is null, which means explicitly absent.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Returns whether the value is a null that nothing wrote: the key of a table is then absent. A null that is written, as JSON
    /// and YAML can, is a value that the schema admits or rejects.
    pub fn is_absent(&self) -> bool {
        self.is_null() && !self.origin.is_written()
    }

    /// Returns the node at `path`, if it exists.
    pub fn get(&self, path: &[Segment]) -> Option<&Self> {
        path.iter().try_fold(self, |node, segment| match (segment, &node.value) {
            (Segment::Key(key), Value::Table(table)) => table.get(key),
            (Segment::Index(index), Value::List(list)) => list.get(*index),
            // A JSON Pointer does not distinguish a numeric key from an index.
            (Segment::Index(index), Value::Table(table)) => table.get(index.to_string()),
            _ => None,
        })
    }

    /// Converts a JSON Pointer to a path of this tree: a number is a key where it meets a table.
    pub fn path_of(&self, pointer: &str) -> Path {
        let mut path = Path::from_pointer(pointer);
        let mut current = Some(self);
        for index in 0..path.0.len() {
            if let (Segment::Index(number), Some(Value::Table(_))) = (&path.0[index], current.map(|node| &node.value)) {
                path.0[index] = Segment::Key(number.to_string().into());
            }
            current = current.and_then(|node| node.get(&path.0[index..=index]));
        }
        path
    }

    /// Returns the node at `path`, if it exists.
    pub fn get_mut(&mut self, path: &[Segment]) -> Option<&mut Self> {
        path.iter().try_fold(self, |node, segment| match (segment, &mut node.value) {
            (Segment::Key(key), Value::Table(table)) => table.get_mut(key),
            (Segment::Index(index), Value::List(list)) => list.get_mut(*index),
            (Segment::Index(index), Value::Table(table)) => table.get_mut(index.to_string()),
            _ => None,
        })
    }

    /// Removes and returns the node at `path`.
    pub fn remove(&mut self, path: &[Segment]) -> Option<Self> {
        let (last, parent) = path.split_last()?;
        match (last, &mut self.get_mut(parent)?.value) {
            (Segment::Key(key), Value::Table(table)) => table.shift_remove(key),
            (Segment::Index(index), Value::List(list)) if *index < list.len() => Some(list.remove(*index)),
            _ => None,
        }
    }

    /// Removes the node at `path` in constant time: the last entry of its table or list takes its place.
    pub fn swap_remove(&mut self, path: &[Segment]) -> Option<Self> {
        let (last, parent) = path.split_last()?;
        match (last, &mut self.get_mut(parent)?.value) {
            (Segment::Key(key), Value::Table(table)) => table.swap_remove(key),
            (Segment::Index(index), Value::List(list)) if *index < list.len() => Some(list.swap_remove(*index)),
            _ => None,
        }
    }

    /// Counts the leaves. A list and an empty table count as one leaf, a null as none.
    pub fn leaf_count(&self) -> usize {
        match &self.value {
            Value::Null => 0,
            Value::Table(table) if !table.is_empty() => table.values().map(Self::leaf_count).sum(),
            _ => 1,
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Value {
    /// Names the type, with its article: `"an integer"`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::String(_) => "a string",
            Self::Datetime(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Equality by meaning: `nan` equals `nan`, unlike in IEEE 754, so that a tree equals itself.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::String(a), Self::String(b)) | (Self::Datetime(a), Self::Datetime(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Table(a), Self::Table(b)) => a == b,
            _ => false,
        }
    }
}

impl Table {
    /// Creates an empty table with room for `entries` entries.
    pub fn with_capacity(entries: usize) -> Self {
        Self(Entries::with_capacity(entries))
    }
}

impl Deref for Table {
    type Target = Entries<Node>;

    fn deref(&self) -> &Entries<Node> {
        &self.0
    }
}

impl DerefMut for Table {
    fn deref_mut(&mut self) -> &mut Entries<Node> {
        &mut self.0
    }
}

impl<K: Into<Key>> FromIterator<(K, Node)> for Table {
    fn from_iter<I: IntoIterator<Item = (K, Node)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl IntoIterator for Table {
    type Item = (Key, Node);
    type IntoIter = IntoIter<Node>;

    fn into_iter(self) -> IntoIter<Node> {
        self.0.into_iter()
    }
}

impl<'t> IntoIterator for &'t Table {
    type Item = (&'t Key, &'t Node);
    type IntoIter = Iter<'t, Node>;

    fn into_iter(self) -> Iter<'t, Node> {
        self.iter()
    }
}

impl<'t> IntoIterator for &'t mut Table {
    type Item = (&'t Key, &'t mut Node);
    type IntoIter = IterMut<'t, Node>;

    fn into_iter(self) -> IterMut<'t, Node> {
        self.iter_mut()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns the distance from the first node of a list to the last one, in bytes of their text.
pub(crate) fn written_in(nodes: &[Node]) -> usize {
    match nodes {
        [
            Node { origin: Origin::Text { key: first, .. }, .. },
            ..,
            Node { origin: Origin::Text { key: last, .. }, .. },
        ] => last.range().start.saturating_sub(first.range().start),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_no_larger_than_a_string_and_its_spans() {
        assert_eq!((size_of::<Value>(), size_of::<Node>()), (32, 56));
    }

    #[test]
    fn a_new_table_equals_an_emptied_one() {
        let mut emptied = Table::from_iter([("a".to_owned(), Node::generated(Value::Null))]);
        assert_ne!(emptied, Table::default());
        emptied.clear();
        assert_eq!(emptied, Table::default());
        assert_eq!(Table::default().into_iter().count() + Table::default().len(), 0);
        let mut table = Table::default();
        table.insert("b".to_owned(), Node::generated(Value::Bool(true)));
        assert_eq!(table.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), ["b"]);
    }
}
