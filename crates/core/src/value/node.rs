use crate::value::origin::Origin;
use crate::value::path::{Path, Segment};
use crate::value::table::Table;
/// A value and where it was written.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

/// What TOML can hold, and null, which in a table means that the key is absent even where it has a default.
#[derive(Debug, Clone)]
pub enum Value {
    /// Explicitly absent.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that was written as one: `10`, never `10.0`.
    Integer(i64),
    /// A number that was written with a fraction or an exponent.
    Float(f64),
    /// A text.
    String(String),
    /// A date, a time or both, as TOML writes them.
    Datetime(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// Values are equal when they mean the same; what is not a number is as little a number in the other tree.
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

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Node {
    /// A value that was written nowhere: a default, or one that a program made.
    pub fn bare(value: Value) -> Self {
        Self { value, origin: Origin::Unwritten }
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn as_table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is explicitly absent.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The node at `path`, if there is one.
    pub fn get(&self, path: &[Segment]) -> Option<&Self> {
        path.iter().try_fold(self, |node, segment| match (segment, &node.value) {
            (Segment::Key(key), Value::Table(table)) => table.get(key),
            (Segment::Index(index), Value::List(list)) => list.get(*index),
            // A pointer does not tell a key that is a number from an index.
            (Segment::Index(index), Value::Table(table)) => table.get(&index.to_string()),
            _ => None,
        })
    }

    /// The path that a JSON Pointer names in this tree: a step that is a number is a key where it meets a table.
    pub fn path_of(&self, pointer: &str) -> Path {
        let mut path = Path::from_pointer(pointer);
        let mut at = Some(self);
        for index in 0..path.0.len() {
            if let (Segment::Index(number), Some(Value::Table(_))) = (&path.0[index], at.map(|node| &node.value)) {
                path.0[index] = Segment::Key(number.to_string());
            }
            at = at.and_then(|node| node.get(&path.0[index..=index]));
        }
        path
    }

    /// The node at `path`, if there is one.
    pub fn get_mut(&mut self, path: &[Segment]) -> Option<&mut Self> {
        path.iter().try_fold(self, |node, segment| match (segment, &mut node.value) {
            (Segment::Key(key), Value::Table(table)) => table.get_mut(key),
            (Segment::Index(index), Value::List(list)) => list.get_mut(*index),
            (Segment::Index(index), Value::Table(table)) => table.get_mut(&index.to_string()),
            _ => None,
        })
    }

    /// Takes out the node at `path`.
    pub fn remove(&mut self, path: &[Segment]) -> Option<Self> {
        let (last, parent) = path.split_last()?;
        match (last, &mut self.get_mut(parent)?.value) {
            (Segment::Key(key), Value::Table(table)) => table.shift_remove(key),
            (Segment::Index(index), Value::List(list)) if *index < list.len() => Some(list.remove(*index)),
            _ => None,
        }
    }

    /// How many values stand in it: leaves, and empty lists and tables, but no nulls.
    pub fn keys(&self) -> usize {
        match &self.value {
            Value::Null => 0,
            Value::Table(table) if !table.is_empty() => table.values().map(Self::keys).sum(),
            _ => 1,
        }
    }
}

impl Value {
    /// What it is, in words: `"an integer"`.
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
