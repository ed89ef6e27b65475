//! Expressions of targeting: JSON Logic, a table with one key for each operation.

use crate::flags::site::Site;
use crate::value::Value;

/// An expression.
pub(super) enum Expression<'a> {
    /// An operator, its operands, and the site of its operands as a whole.
    Operation { operator: &'a str, operands: Vec<Site<'a>>, at: Site<'a> },
    /// A list of expressions.
    List(Vec<Site<'a>>),
    /// A value that stands for itself.
    Literal,
    /// A table that is not an operation, with its keys.
    Other(Vec<&'a str>),
}

impl<'a> Expression<'a> {
    pub fn of(site: &Site<'a>) -> Self {
        match &site.node.value {
            Value::List(_) => Self::List(site.elements()),
            Value::Table(table) => {
                let mut entries = site.entries();
                match (entries.next(), entries.next()) {
                    (Some((operator, at)), None) => Self::Operation { operator, operands: at.elements(), at },
                    _ => Self::Other(table.keys().map(|key| key.as_str()).collect()),
                }
            }
            _ => Self::Literal,
        }
    }
}
