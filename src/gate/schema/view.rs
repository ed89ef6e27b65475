//! What a schema says of one value: the walk that defaults, messages, secrets and rendering share.

use serde_json::{Map, Value as Json};

use crate::environment::Environment;
use crate::tree::{Node, Path, Segment, Value, json};

/// The part of a schema that speaks of one value.
#[derive(Debug, Clone, Copy)]
pub struct View<'s> {
    root: &'s Json,
    at: &'s Json,
}

impl<'s> View<'s> {
    /// The whole schema.
    pub fn root(schema: &'s Json) -> Self {
        Self { root: schema, at: schema }.resolved()
    }

    fn to(self, at: &'s Json) -> Self {
        Self { root: self.root, at }.resolved()
    }

    /// Follows `$ref` inside the document; a reference that leads nowhere or in circles says nothing.
    fn resolved(mut self) -> Self {
        for _ in 0..16 {
            let Some(reference) = self.at.get("$ref").and_then(Json::as_str) else { return self };
            let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            self.at = target.unwrap_or(&Json::Null);
        }
        self
    }

    /// A keyword's value.
    pub fn get(self, keyword: &str) -> Option<&'s Json> {
        self.at.get(keyword)
    }

    /// A keyword's text.
    pub fn text(self, keyword: &str) -> Option<&'s str> {
        self.get(keyword).and_then(Json::as_str)
    }

    /// Whether an extension is set: `x-secret`, `x-optional`, `x-environment`.
    pub fn marked(self, keyword: &str) -> bool {
        self.get(keyword).and_then(Json::as_bool).unwrap_or(false)
    }

    /// The properties, when it describes a table with named keys.
    pub fn properties(self) -> Option<&'s Map<String, Json>> {
        self.get("properties").and_then(Json::as_object)
    }

    /// Whether a table must have this key.
    pub fn requires(self, key: &str) -> bool {
        self.get("required").and_then(Json::as_array).is_some_and(|names| names.iter().any(|name| name == key))
    }

    /// The names of types that it admits.
    pub fn types(self) -> Vec<&'s str> {
        match self.get("type") {
            Some(Json::String(name)) => vec![name],
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it admits numbers that are no integers, and no integers as such: whole numbers are then written `1.0`.
    pub fn is_float(self) -> bool {
        self.types() == ["number"]
    }

    /// The alternatives of `oneOf` or `anyOf`.
    pub fn alternatives(self) -> impl Iterator<Item = View<'s>> {
        let list = self.get("oneOf").or_else(|| self.get("anyOf")).and_then(Json::as_array);
        list.into_iter().flatten().map(move |at| self.to(at))
    }

    /// Which alternative `node` was most likely meant to be; `None` where there are none or none fits its type.
    pub fn chosen(self, node: &Node) -> Option<(usize, View<'s>)> {
        let fitting = self.alternatives().enumerate().filter(|(_, view)| view.fits_type(node));
        // The first of the best: `max_by_key` would give the last.
        fitting.fold(None, |best: Option<(usize, View<'s>)>, next| match best {
            Some(best) if best.1.likeness(node) >= next.1.likeness(node) => Some(best),
            _ => Some(next),
        })
    }

    /// How many keys of the table `node` it names.
    pub fn known_keys(self, node: &Node) -> usize {
        let (Some(properties), Some(table)) = (self.properties(), node.as_table()) else { return 0 };
        table.keys().filter(|key| properties.contains_key(*key)).count()
    }

    /// How much the table `node` looks like what it describes: by the keys that it names, and above all by the values
    /// that tell one alternative from another.
    fn likeness(self, node: &Node) -> i64 {
        const TELLING: i64 = 1000;
        let (Some(properties), Some(table)) = (self.properties(), node.as_table()) else { return 0 };
        let known = table.iter().filter_map(|(key, value)| Some((properties.get(key)?.get("const"), value)));
        known
            .map(|(constant, value)| match constant {
                Some(constant) if *constant == json::write(value) => TELLING,
                Some(_) => -TELLING,
                None => 1,
            })
            .sum()
    }

    /// Whether nobody may see the value: it says so itself, or one of its alternatives does.
    pub fn is_secret(self) -> bool {
        self.marked("x-secret") || self.alternatives().any(|view| view.marked("x-secret"))
    }

    /// The names of keys that it knows of the table `node`, without those that are no longer read.
    pub fn names(self, node: &Node) -> Vec<&'s str> {
        let own = self.properties().into_iter().flatten();
        let mut names: Vec<&str> =
            own.filter(|(_, property)| property["deprecated"] != true).map(|(name, _)| name.as_str()).collect();
        names.extend(self.parts().flat_map(|part| part.names(node)));
        names.extend(self.chosen(node).into_iter().flat_map(|(_, view)| view.names(node)));
        names
    }

    /// The parts of `allOf`.
    fn parts(self) -> impl Iterator<Item = View<'s>> {
        self.get("allOf").and_then(Json::as_array).into_iter().flatten().map(move |part| self.to(part))
    }

    /// The dotted paths at which it, or an alternative of it, names the key `name`, the nearest to the root first.
    pub fn paths_of(self, name: &str) -> Vec<Path> {
        let mut found = Vec::new();
        let mut level = vec![(Path::root(), self)];
        // A schema that refers to itself has no end.
        for _ in 0..8 {
            level.truncate(4096);
            let mut next = Vec::new();
            for (path, view) in level {
                next.extend(view.parts().chain(view.alternatives()).map(|part| (path.clone(), part)));
                for (key, property) in view.properties().into_iter().flatten() {
                    let (path, deprecated) = (path.key(key), property["deprecated"] == true);
                    if key == name && !deprecated && !found.contains(&path) {
                        found.push(path.clone());
                    }
                    next.push((path, view.to(property)));
                }
            }
            level = next;
        }
        found.sort_by_key(|path| path.0.len());
        found
    }

    /// The part of the document at a JSON Pointer that an error of the validator gives.
    pub fn pointer(self, pointer: &str) -> Option<Self> {
        pointer.split('/').skip(1).try_fold(self, |view, step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            match (&view.at, step.as_str()) {
                // Followed already.
                (_, "$ref") => Some(view),
                (Json::Object(object), step) => object.get(step).map(|at| view.to(at)),
                (Json::Array(array), step) => array.get(step.parse::<usize>().ok()?).map(|at| view.to(at)),
                _ => None,
            }
        })
    }

    fn fits_type(self, node: &Node) -> bool {
        let types = self.types();
        let own = match node.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Integer(_) => return types.is_empty() || types.contains(&"integer") || types.contains(&"number"),
            Value::Float(_) => "number",
            Value::String(_) | Value::Datetime(_) => "string",
            Value::List(_) => "array",
            Value::Table(_) => "object",
        };
        types.is_empty() || types.contains(&own)
    }

    /// What it says of an entry of the table `node`.
    pub fn property(self, key: &str, node: &Node) -> Option<View<'s>> {
        if let Some(property) = self.properties().and_then(|properties| properties.get(key)) {
            return Some(self.to(property));
        }
        let inherited = self.parts().find_map(|part| part.property(key, node));
        inherited.or_else(|| self.chosen(node)?.1.property(key, node)).or_else(|| {
            let others = self.get("additionalProperties")?;
            others.is_object().then(|| self.to(others))
        })
    }

    /// What it says of an element of the list `node`.
    pub fn element(self, index: usize, node: &Node) -> Option<View<'s>> {
        let first = self.get("prefixItems").and_then(|items| items.get(index));
        if let Some(items) = first.or_else(|| self.get("items")) {
            return Some(self.to(items));
        }
        self.chosen(node)?.1.element(index, node)
    }

    /// What it says of the value at `path` in the tree `node`.
    pub fn at(self, path: &[Segment], node: &Node) -> Option<View<'s>> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        let missing = Node::bare(Value::Null);
        let child = node.get(std::slice::from_ref(first)).unwrap_or(&missing);
        let view = match first {
            Segment::Key(key) => self.property(key, node)?,
            Segment::Index(index) => match node.value {
                Value::Table(_) => self.property(&index.to_string(), node)?,
                _ => self.element(*index, node)?,
            },
        };
        view.at(rest, child)
    }

    /// The default in `environment`.
    pub fn default_in(self, environment: Environment) -> Option<&'s Json> {
        let by_environment = self.get("x-defaults").and_then(|defaults| defaults.get(environment.name()));
        by_environment.or_else(|| self.get("default"))
    }

    /// The first sentence of the description, without its end, to go on a sentence with.
    pub fn summary(self) -> Option<String> {
        let description = self.text("description")?;
        let paragraph = description.split("\n\n").next()?.replace('\n', " ");
        let sentence = paragraph.split_inclusive(". ").next()?.trim_end().trim_end_matches('.');
        let mut chars = sentence.chars();
        let first = chars.next()?;
        // An abbreviation keeps its capitals.
        let lower = chars.clone().next().is_none_or(|second| !second.is_uppercase());
        let first = if lower { first.to_lowercase().to_string() } else { first.to_string() };
        Some(first + chars.as_str())
    }
}

/// The dotted path of the first property that carries a mark.
pub fn find_marked(schema: &Json, keyword: &str) -> Option<Path> {
    fn find(view: View<'_>, keyword: &str, path: &Path) -> Option<Path> {
        if view.marked(keyword) {
            return Some(path.clone());
        }
        let properties = view.properties()?;
        properties.iter().find_map(|(key, property)| find(view.to(property), keyword, &path.key(key)))
    }
    find(View::root(schema), keyword, &Path::root())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(json: Json) -> Node {
        crate::tree::json::read(json).unwrap()
    }

    #[test]
    fn references_inside_the_document_are_followed_and_circles_end() {
        let schema = json!({
            "properties": { "a": { "$ref": "#/$defs/name" }, "b": { "$ref": "#/$defs/loop" } },
            "$defs": { "name": { "type": "string" }, "loop": { "$ref": "#/$defs/loop" } },
        });
        let tree = node(json!({ "a": "x" }));
        let view = View::root(&schema);
        assert_eq!(view.property("a", &tree).unwrap().types(), ["string"]);
        assert_eq!(view.property("b", &tree).unwrap().types(), [""; 0]);
    }

    #[test]
    fn of_alternatives_the_one_of_the_same_type_that_knows_most_keys_is_chosen() {
        let schema = json!({ "oneOf": [
            { "type": "string" },
            { "type": "object", "properties": { "a": {} } },
            { "type": "object", "properties": { "a": {}, "b": { "type": "integer" } } },
        ] });
        let view = View::root(&schema);
        assert_eq!(view.chosen(&node(json!("x"))).unwrap().0, 0);
        assert_eq!(view.chosen(&node(json!({ "a": 1 }))).unwrap().0, 1);
        let tree = node(json!({ "a": 1, "b": 2 }));
        assert_eq!(view.chosen(&tree).unwrap().0, 2);
        assert_eq!(view.property("b", &tree).unwrap().types(), ["integer"]);
        assert!(view.chosen(&node(json!(1))).is_none());
    }

    #[test]
    fn a_summary_is_one_sentence_that_can_go_on_another() {
        let summary = |text: &str| View::root(&json!({ "description": text })).summary().unwrap();
        assert_eq!(summary("The port of\npeers. Needs a restart."), "the port of peers");
        assert_eq!(summary("TLS for peers."), "TLS for peers");
    }
}
