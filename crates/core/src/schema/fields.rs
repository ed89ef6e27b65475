//! The walk over a schema that finds every field that one variable can set.
//!
//! A running node asks for it; a build does not.

use crate::profile;
use crate::schema::subschema::Subschema;
use crate::value::{Node, Path, Segment, Value};

/// A field that is no table with named entries, and that stands in no list.
#[derive(Debug, Clone)]
pub struct Leaf<'s> {
    /// Where it stands.
    pub path: Path,
    /// What the schema says of it.
    pub view: Subschema<'s>,
    /// `x-reload` of its own or of what it stands in.
    pub reload: Option<&'s str>,
}

/// Every leaf of a schema, in its order. A field that may be a text or one of several tables is a leaf, and so is what stands
/// in those tables.
pub fn leaves(root: Subschema<'_>) -> Vec<Leaf<'_>> {
    let mut walk = Walk { found: Vec::new(), open: Vec::new() };
    walk.entries(&Leaf { path: Path::root(), view: root, reload: None });
    walk.found
}

struct Walk<'s> {
    found: Vec<Leaf<'s>>,
    /// The parts of the schema around the current one: one that holds itself has no end.
    open: Vec<&'s str>,
}

impl<'s> Walk<'s> {
    fn entries(&mut self, table: &Leaf<'s>) {
        if self.open.contains(&table.view.place()) {
            return;
        }
        self.open.push(table.view.place());
        // Profiles are for files.
        let set = |view: &Subschema<'_>| !view.marked("x-retired") && !view.marked(profile::MARK);
        for (key, view) in table.view.fields().filter(|(_, view)| set(view)) {
            let reload = view.text("x-reload").or(table.reload);
            let field = Leaf { path: table.path.key(key), view, reload };
            if !view.is_table() && !self.found.iter().any(|known| known.path == field.path) {
                self.found.push(field.clone());
            }
            self.entries(&field);
        }
        for view in table.view.parts().chain(table.view.alternatives()) {
            self.entries(&Leaf { view, ..table.clone() });
        }
        self.open.pop();
    }
}

/// The fields whose new value needs a restart of the service.
pub fn restarts(root: Subschema<'_>) -> Vec<Path> {
    let restart = leaves(root).into_iter().filter(|leaf| leaf.reload == Some("restart"));
    restart.map(|leaf| leaf.path).collect()
}

/// What a schema says of the value at `path`, whatever tree it will stand in.
pub fn at<'s>(root: Subschema<'s>, path: &Path) -> Option<Subschema<'s>> {
    path.0.iter().try_fold(root, |view, step| match step {
        Segment::Key(key) => named(view, key, 0),
        Segment::Index(index) => view.element(*index, &Node::generated(Value::List(Vec::new()))),
    })
}

/// The entry of a table that it or a part or an alternative of it names.
fn named<'s>(view: Subschema<'s>, key: &str, depth: usize) -> Option<Subschema<'s>> {
    let inner = || view.parts().chain(view.alternatives()).find_map(|part| named(part, key, depth + 1));
    // A schema that is its own part has no end.
    view.field(key).or_else(|| if depth < 8 { inner() } else { None }).or_else(|| view.others())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::Schema;

    #[test]
    fn every_field_outside_of_lists_is_a_leaf_and_a_schema_that_holds_itself_ends() {
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
        let found = leaves(schema.view());
        let paths: Vec<String> = found.iter().map(|leaf| leaf.path.to_string()).collect();
        assert_eq!(paths, ["a", "t.b", "mode", "mode.Custom.c", "list"]);
        assert_eq!(found[1].reload, Some("restart"));
        for leaf in &found {
            let view = at(schema.view(), &leaf.path).unwrap();
            assert_eq!(view.place(), leaf.view.place(), "{}", leaf.path);
        }
    }
}
