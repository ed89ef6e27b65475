//! Values in migrations.

use crate::value::{Node, Value};

/// A value in a migration, usable in a `const`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// A string.
    Text(&'static str),
    /// A list.
    List(&'static [Literal]),
}

impl Literal {
    /// Converts to a generated node.
    pub fn to_node(self) -> Node {
        Node::generated(match self {
            Self::Bool(boolean) => Value::Bool(boolean),
            Self::Integer(integer) => Value::Integer(integer),
            Self::Float(float) => Value::Float(float),
            Self::Text(text) => Value::String(text.to_owned()),
            Self::List(elements) => Value::List(elements.iter().map(|element| element.to_node()).collect()),
        })
    }
}
