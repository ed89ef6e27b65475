//! The reader of a program that was built without YAML.

use crate::value::{Node, Origin, ReadError, Source, Span, Table, Value};

/// Reports that this program reads no YAML.
pub fn read(source: &Source) -> (Node, Vec<ReadError>) {
    let span = Span::from(0..source.text().len());
    let tree = Node { value: Value::Table(Table::default()), origin: Origin::Text { key: span, value: span } };
    let message = "this program was built without YAML";
    (tree, vec![ReadError::unsupported(Span::default(), message, "write TOML, or build it with the feature `yaml`")])
}
