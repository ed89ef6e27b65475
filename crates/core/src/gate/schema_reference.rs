//! The key `$schema`, by which JSON and YAML name their schema. It is no value of the config, unless the schema describes it.

use crate::schema::Subschema;
use crate::value::{Key, Node};

/// Key of JSON and YAML that names the schema of the file.
pub const SCHEMA_KEY: &str = "$schema";

/// Removes the reference to the schema from a tree that was read from JSON or YAML, and returns it.
pub fn take_schema_reference(view: Subschema<'_>, tree: &mut Node) -> Option<Node> {
    let is_described = view.properties().is_some_and(|properties| properties.contains_key(SCHEMA_KEY));
    let table = tree.as_table_mut().filter(|_| !is_described)?;
    table.get(SCHEMA_KEY)?.as_str()?;
    table.shift_remove(SCHEMA_KEY)
}

/// Puts a reference to a schema in the first place of a tree.
pub fn put_schema_reference(tree: &mut Node, reference: Node) {
    let Some(table) = tree.as_table_mut() else { return };
    let first = [(Key::from(SCHEMA_KEY), reference)];
    *table = first.into_iter().chain(std::mem::take(table)).collect();
}
