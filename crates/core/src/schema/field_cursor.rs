//! Lookup of the fields of a table in the order of the schema, in which most tables have their keys.

use crate::schema::subschema::Subschema;
use crate::value::{Node, Table, are_equal_keys};

/// Finder of the subschemas of the entries of one table. It looks at the next name of the schema before it searches one.
pub struct FieldCursor<'s> {
    view: Subschema<'s>,
    /// The index of the next field.
    next: usize,
}

impl<'s> FieldCursor<'s> {
    /// Creates the cursor of a table that a subschema describes.
    pub fn new(view: Subschema<'s>) -> Self {
        Self { view, next: 0 }
    }

    /// Returns the subschema of an entry of the table `node`, as [`Subschema::property`] does.
    pub fn property(&mut self, key: &str, node: &Node) -> Option<Subschema<'s>> {
        self.field(key).or_else(|| self.view.property(key, node))
    }

    /// Returns the field that the key of the entry at an index names. Entries may be left out.
    pub fn field_at(&mut self, index: usize, key: &str) -> Option<Subschema<'s>> {
        self.view.field_at(index, key).or_else(|| self.field(key))
    }

    /// Returns the field with the next name, if the key has it; after another key, the next name is the one behind that of the key.
    fn field(&mut self, key: &str) -> Option<Subschema<'s>> {
        let properties = self.view.properties().filter(|_| !self.view.is_overlay())?;
        let index = match properties.get_index(self.next) {
            Some((name, _)) if are_equal_keys(name, key) => self.next,
            _ => properties.get_index_of(key)?,
        };
        self.next = index + 1;
        properties.get_index(index).map(|(_, place)| self.view.to(*place))
    }
}

/// Returns the fields that a subschema names and a table lacks, in the order of the schema.
pub fn absent_fields<'s>(view: Subschema<'s>, table: &Table) -> Vec<(&'s String, Subschema<'s>)> {
    let mut absent = Vec::new();
    let Some(properties) = view.properties() else { return absent };
    let mut next = table.count_in_order(properties.keys());
    for (name, place) in properties.iter().skip(next) {
        let is_next = table.get_index(next).is_some_and(|(key, _)| are_equal_keys(key, name));
        match if is_next { Some(next) } else { table.get_index_of(name) } {
            Some(index) => next = index + 1,
            None => absent.push((name, view.to(*place))),
        }
    }
    absent
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value as Json, json};

    use super::*;
    use crate::schema::Schema;
    use crate::value::Value;

    /// A schema whose field `a` is a table with the fields, and a table with the keys, both in their order.
    fn schema_and_table(fields: &[String], keys: &[String], is_overlay: bool) -> (Schema, Node) {
        let named: Map<String, Json> = fields.iter().map(|name| (name.clone(), json!({ "title": name }))).collect();
        let described = json!({ "properties": named, "patternProperties": { "^d": {} }, "x-overlay": is_overlay });
        let described = json!({ "properties": { "a": described } });
        let entries = keys.iter().map(|key| (key.clone(), Node::generated(Value::Bool(true))));
        (Schema::new(described).unwrap(), Node::generated(Value::Table(entries.collect())))
    }

    proptest! {
        #[test]
        fn a_cursor_finds_what_a_search_finds(
            fields in prop::collection::vec("[a-e]{1,2}", 0..8),
            keys in prop::collection::vec("[a-e]{1,2}", 0..8),
            is_overlay: bool,
            skipped in 0_usize..4,
        ) {
            let (schema, node) = schema_and_table(&fields, &keys, is_overlay);
            let view = schema.view().field("a").unwrap();
            let table = node.as_table().unwrap();
            let mut cursor = FieldCursor::new(view);
            for key in table.keys() {
                let [found, expected] = [cursor.property(key, &node), view.property(key, &node)];
                prop_assert_eq!(found.map(Subschema::place), expected.map(Subschema::place));
            }
            let mut cursor = FieldCursor::new(view);
            for (index, key) in table.keys().enumerate().filter(|(index, _)| index % 3 != skipped) {
                let expected = view.field(key).filter(|_| !is_overlay);
                prop_assert_eq!(cursor.field_at(index, key).map(Subschema::place), expected.map(Subschema::place));
            }
            let absent: Vec<&String> = absent_fields(view, table).into_iter().map(|(name, _)| name).collect();
            let expected: Vec<&String> =
                view.fields().map(|(name, _)| name).filter(|name| !table.contains_key(*name)).collect();
            prop_assert_eq!(absent, expected);
        }
    }
}
