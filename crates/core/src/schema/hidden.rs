//! What nobody may see: secrets, and whatever stands where a schema knows of secrets and is not what it describes.

use serde_json::Value as Json;

use crate::schema::Subschema;
use crate::value::{Node, Segment, Value, json};

impl<'s> Subschema<'s> {
    /// Whether nobody may see the value at `path` in the tree `node`, whatever it is. What stands in a secret is one, even where
    /// nothing else is said of it.
    pub fn hides(self, path: &[Segment], node: &Node) -> bool {
        let Some((first, rest)) = path.split_first() else { return self.is_secret() };
        let missing = Node::generated(Value::Null);
        let child = node.get(std::slice::from_ref(first)).unwrap_or(&missing);
        let (view, hidden) = self.below(first, node);
        hidden || view.is_some_and(|view| view.hides(rest, child))
    }

    /// Whether nobody may see `value` at `path` in the tree `tree`, where another may stand.
    pub fn conceals(self, path: &[Segment], tree: &Node, value: &Node) -> bool {
        self.hides(path, tree) || self.at(path, tree).is_some_and(|view| view.hides_value(value))
    }

    /// Whether nobody may see this value: it is secret, or it is a text or a number where a table or a list with secrets belongs.
    /// Somebody wrote all of that into it then.
    pub fn hides_value(self, value: &Node) -> bool {
        let holds_nothing = matches!(value.value, Value::Null | Value::Bool(_) | Value::List(_) | Value::Table(_));
        self.is_secret() || self.holds_secrets() && !holds_nothing && !self.lists(&json::write(value))
    }

    /// What it says of what stands one step further in `node`, and whether nobody may see that: it stands in a secret, or in a
    /// list or table that is none of those with secrets that belong there.
    pub fn below(self, segment: &Segment, node: &Node) -> (Option<Subschema<'s>>, bool) {
        let view = self.step(segment, node);
        (view, self.is_secret() || view.is_none() && self.hides_strangers(node))
    }

    /// Whether nobody may see what stands in `node` and is not described: secrets belong there, in another list or table.
    pub fn hides_strangers(self, node: &Node) -> bool {
        let astray = || match &node.value {
            Value::List(_) => true,
            Value::Table(_) => !self.describes_tables(),
            _ => false,
        };
        self.holds_secrets() && astray()
    }

    fn describes_tables(self) -> bool {
        self.is_overlay()
            || self.is_table()
            || self.others().is_some()
            || self.alternatives().chain(self.parts()).any(Subschema::describes_tables)
    }

    /// Whether the value is one that the schema itself names.
    fn lists(self, value: &Json) -> bool {
        let named = self.get("const") == Some(value);
        let options = self.get("enum").and_then(Json::as_array);
        named
            || options.is_some_and(|options| options.contains(value))
            || self.alternatives().chain(self.parts()).any(|view| view.lists(value))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::index::shapes;
    use crate::value::Path;

    #[test]
    fn what_stands_where_secrets_belong_is_hidden_unless_it_is_what_the_schema_describes() {
        let schema = json!({ "properties": {
            "turn": { "type": "array", "items": { "properties": { "password": { "x-secret": true }, "url": {} } } },
            "hook": { "oneOf": [{ "const": "none" }, { "properties": { "token": { "x-secret": true }, "on": {} } }] },
            "open": { "type": "array", "items": { "type": "string" } },
        } });
        let shapes = shapes(&schema);
        let view = Subschema::root(&schema, &shapes);
        let hides = |path: &str, tree: Json| {
            let (path, tree) = (Path::dotted(path), json::read(tree).unwrap());
            let value = tree.get(&path.0).unwrap_or_else(|| panic!("no {path}"));
            view.conceals(&path.0, &tree, value)
        };
        for (path, tree) in [
            ("turn", json!({ "turn": "[{ password = 'x' }]" })),
            ("turn", json!({ "turn": 4711 })),
            ("turn[0]", json!({ "turn": ["password = 'x'"] })),
            ("turn[0].password", json!({ "turn": [{ "password": "x" }] })),
            ("turn.password", json!({ "turn": { "password": "x" } })),
            ("turn.deep.er", json!({ "turn": { "deep": { "er": "x" } } })),
            ("hook", json!({ "hook": "token = 'x'" })),
            ("hook[0]", json!({ "hook": ["token = 'x'"] })),
        ] {
            assert!(hides(path, tree), "{path}");
        }
        for (path, tree) in [
            ("turn", json!({ "turn": [] })),
            ("turn[0].url", json!({ "turn": [{ "url": "x" }] })),
            ("hook", json!({ "hook": "none" })),
            ("hook", json!({ "hook": true })),
            ("hook.on", json!({ "hook": { "on": "x" } })),
            ("open", json!({ "open": "x" })),
            ("open.a", json!({ "open": { "a": "x" } })),
            ("open[0]", json!({ "open": ["x"] })),
        ] {
            assert!(!hides(path, tree), "{path}");
        }
    }
}
