//! The fields of a schema that an environment variable can set, and lookup by path.

use std::collections::HashSet;

use crate::schema::keywords::{PROFILES, RELOAD, RELOAD_RESTART, RETIRED};
use crate::schema::subschema::{MAX_NESTING, Subschema};
use crate::value::{Node, Path, Segment, Value};

/// A field outside of lists that is not a table with named keys.
#[derive(Debug, Clone)]
pub struct Field<'s> {
    /// The path of the field.
    pub path: Path,
    /// The subschema of the field.
    pub view: Subschema<'s>,
    /// The value of `x-reload`, of the field or inherited from a table.
    pub reload: Option<&'s str>,
}

/// The maximum number of settable fields. Tables that refer to the same definitions have more fields than the schema has
/// text.
const MAX_FIELDS: usize = 1 << 16;

/// Returns every settable field, in the order of the schema. A field that is either a text or a table is settable, and so are
/// the fields of that table.
pub fn settable_fields(root: Subschema<'_>) -> Vec<Field<'_>> {
    let mut walk = Walk { found: Vec::new(), known: HashSet::new(), visited: 0, open: Vec::new() };
    walk.entries(&Field { path: Path::root(), view: root, reload: None });
    walk.found
}

struct Walk<'s> {
    found: Vec<Field<'s>>,
    known: HashSet<Path>,
    /// The number of subschemas that were visited.
    visited: usize,
    /// The places of the subschemas around the current one, because a schema may contain itself.
    open: Vec<&'s str>,
}

impl<'s> Walk<'s> {
    fn entries(&mut self, table: &Field<'s>) {
        self.visited += 1;
        let is_too_large = self.visited.max(self.found.len()) >= MAX_FIELDS || table.path.0.len() >= MAX_NESTING;
        if is_too_large || self.open.contains(&table.view.place()) {
            return;
        }
        self.open.push(table.view.place());
        // Profiles can only be set in files.
        let is_settable = |view: &Subschema<'_>| !view.marked(RETIRED) && !view.marked(PROFILES);
        for (key, view) in table.view.fields().filter(|(_, view)| is_settable(view)) {
            let reload = view.text(RELOAD).or(table.reload);
            let field = Field { path: table.path.key(key), view, reload };
            if !view.is_table() && self.known.insert(field.path.clone()) {
                self.found.push(field.clone());
            }
            self.entries(&field);
        }
        for view in table.view.parts().chain(table.view.alternatives()).chain(table.view.conditional()) {
            self.entries(&Field { view, ..table.clone() });
        }
        self.open.pop();
    }
}

/// Returns the restart-only fields.
pub fn restart_fields(root: Subschema<'_>) -> Vec<Path> {
    let fields = settable_fields(root).into_iter().filter(|field| field.reload == Some(RELOAD_RESTART));
    fields.map(|field| field.path).collect()
}

/// Returns the subschema of the field at `path`, without a tree that decides between alternatives.
pub fn at<'s>(root: Subschema<'s>, path: &Path) -> Option<Subschema<'s>> {
    path.0.iter().try_fold(root, |view, step| match step {
        Segment::Key(key) => named(view, key, 0),
        Segment::Index(index) => view.element(*index, &Node::generated(Value::List(Vec::new()))),
    })
}

/// Returns the subschema of a key that a schema, one of its parts or one of its alternatives names.
fn named<'s>(view: Subschema<'s>, key: &str, depth: usize) -> Option<Subschema<'s>> {
    let same = || view.parts().chain(view.alternatives()).chain(view.conditional());
    let inner = || same().find_map(|part| named(part, key, depth + 1));
    // The limit ends the search in a schema that is a part of itself.
    let inner = || if depth < 8 { inner() } else { None };
    view.field(key).or_else(|| view.matching(key)).or_else(inner).or_else(|| view.others())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::Schema;

    #[test]
    fn every_field_outside_of_lists_is_settable_and_a_recursive_schema_ends() {
        let schema = Schema::new(json!({
            "properties": {
                "a": { "type": "string" },
                "t": { "x-reload": "restart", "properties": { "b": { "type": "integer" }, "again": { "$ref": "#" } } },
                "mode": { "oneOf": [{ "type": "string" }, { "properties": { "Custom": { "properties": { "c": {} } } } }] },
                "list": { "type": "array", "items": { "properties": { "d": {} } } },
                "old": { "x-retired": true },
            },
        }));
        let schema = schema.unwrap();
        let found = settable_fields(schema.view());
        let paths: Vec<String> = found.iter().map(|field| field.path.to_string()).collect();
        assert_eq!(paths, ["a", "t.b", "mode", "mode.Custom.c", "list"]);
        assert_eq!(found[1].reload, Some("restart"));
        for field in &found {
            let view = at(schema.view(), &field.path).unwrap();
            assert_eq!(view.place(), field.view.place(), "{}", field.path);
        }
    }
}
