//! What a schema says of one value: the walk that defaults, messages, secrets and rendering share.

use serde_json::{Map, Value as Json};

use crate::environment::Environment;
use crate::schema::index::{IndexEntry, Types, follow};
use crate::value::{Node, Segment, Value, json};

/// The part of a schema that speaks of one value.
#[derive(Debug, Clone, Copy)]
pub struct Subschema<'s> {
    document: &'s Json,
    shapes: &'s [IndexEntry],
    shape: &'s IndexEntry,
    /// Whether it speaks of what stands in a secret.
    inside: bool,
}

impl<'s> Subschema<'s> {
    /// The whole schema, with its shapes.
    pub fn root(document: &'s Json, shapes: &'s [IndexEntry]) -> Self {
        Self { document, shapes, shape: &shapes[0], inside: false }
    }

    fn to(self, place: usize) -> Self {
        Self { shape: &self.shapes[place], inside: self.is_secret(), ..self }
    }

    /// A keyword's value.
    pub fn get(self, keyword: &str) -> Option<&'s Json> {
        self.document.pointer(&self.shape.pointer)?.get(keyword)
    }

    /// A keyword's text.
    pub fn text(self, keyword: &str) -> Option<&'s str> {
        self.get(keyword).and_then(Json::as_str)
    }

    /// Whether an extension is set: `x-environment`, `deprecated`.
    pub fn marked(self, keyword: &str) -> bool {
        self.shape.marks.iter().any(|mark| mark == keyword)
    }

    /// Whether the field may be absent: `x-optional`.
    pub fn is_optional(self) -> bool {
        self.shape.optional
    }

    /// Whether nobody may see the value: it says so itself, or one of its alternatives does, or it stands in one of which that
    /// is said.
    pub fn is_secret(self) -> bool {
        self.inside || self.shape.secret
    }

    /// Whether the table is laid on the config, and what is in it is what may stand at the top.
    pub fn is_overlay(self) -> bool {
        self.shape.overlay
    }

    /// The whole schema.
    pub fn top(self) -> Subschema<'s> {
        self.to(0)
    }

    /// Whether the text is a duration.
    pub fn is_duration(self) -> bool {
        self.shape.duration
    }

    /// Whether anything in the value may be written in another form: a duration, or an optional text that is empty.
    pub fn holds_forms(self) -> bool {
        self.shape.holds_forms
    }

    /// Whether there may be anything in the value that nobody may see.
    pub fn holds_secrets(self) -> bool {
        self.inside || self.shape.holds_secrets
    }

    /// Whether it describes lists of values that have one form alone: texts that are no durations, integers, booleans.
    pub fn lists_single(self) -> bool {
        let items = self.shape.items.map(|place| &self.shapes[place]);
        let single = items.is_some_and(|items| items.types.are_single() && !items.duration && !items.has_default);
        single && self.shape.first_items.is_empty()
    }

    /// Whether it describes a table with named keys.
    pub fn is_table(self) -> bool {
        self.shape.properties.is_some()
    }

    /// The properties, in the order of the schema.
    pub fn fields(self) -> impl Iterator<Item = (&'s String, Subschema<'s>)> {
        let fields = self.shape.properties.iter().flatten();
        fields.map(move |(name, place)| (name, self.to(*place)))
    }

    /// A property of its own.
    pub fn field(self, name: &str) -> Option<Subschema<'s>> {
        let place = self.shape.properties.as_ref()?.get(name)?;
        Some(self.to(*place))
    }

    /// The place of a property in that order.
    pub fn rank(self, name: &str) -> Option<usize> {
        self.shape.properties.as_ref()?.get_index_of(name)
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

    /// Whether it names a type among those that it admits.
    pub fn names_type(self, name: &str) -> bool {
        self.shape.types.name(name)
    }

    /// Whether it lists the values that it admits: `enum`.
    pub fn is_enumerated(self) -> bool {
        self.shape.enumerated
    }

    /// Whether it admits numbers that are no integers, and no integers as such: whole numbers are then written `1.0`.
    pub fn is_float(self) -> bool {
        self.shape.types == Types::NUMBER
    }

    /// The alternatives of `oneOf` or `anyOf`.
    pub fn alternatives(self) -> impl Iterator<Item = Subschema<'s>> {
        self.shape.alternatives.iter().map(move |place| self.to(*place))
    }

    /// The parts of `allOf`.
    pub fn parts(self) -> impl Iterator<Item = Subschema<'s>> {
        self.shape.parts.iter().map(move |place| self.to(*place))
    }

    /// What it says of the elements of a list: of the first ones, where it tells them apart, then of the others.
    pub fn elements(self) -> impl Iterator<Item = Subschema<'s>> {
        self.shape.first_items.iter().chain(&self.shape.items).map(move |place| self.to(*place))
    }

    /// What it says of the entries of a table that it does not name.
    pub fn others(self) -> Option<Subschema<'s>> {
        self.shape.others.map(|place| self.to(place))
    }

    /// Where it stands in the document, as a JSON Pointer: a schema that holds itself comes back to the same.
    pub fn place(self) -> &'s str {
        &self.shape.pointer
    }

    /// Which alternative `node` was most likely meant to be; `None` where there are none or none fits its type.
    pub fn chosen(self, node: &Node) -> Option<(usize, Subschema<'s>)> {
        let fitting = self.alternatives().enumerate().filter(|(_, view)| view.shape.types.fit(&node.value));
        // The first of the best: `max_by_key` would give the last.
        fitting.fold(None, |best: Option<(usize, Subschema<'s>)>, next| match best {
            Some(best) if best.1.likeness(node) >= next.1.likeness(node) => Some(best),
            _ => Some(next),
        })
    }

    /// How many keys of the table `node` it names.
    pub fn known_keys(self, node: &Node) -> usize {
        let (Some(properties), Some(table)) = (&self.shape.properties, node.as_table()) else { return 0 };
        table.keys().filter(|key| properties.contains_key(*key)).count()
    }

    /// How much the table `node` looks like what it describes: by the keys that it names, and above all by the values
    /// that tell one alternative from another.
    fn likeness(self, node: &Node) -> i64 {
        const TELLING: i64 = 1000;
        let (Some(properties), Some(table)) = (&self.shape.properties, node.as_table()) else { return 0 };
        let known = table.iter().filter_map(|(key, value)| Some((self.to(*properties.get(key)?), value)));
        known
            .map(|(view, value)| match view.get("const").filter(|_| view.shape.constant) {
                Some(constant) if *constant == json::write(value) => TELLING,
                Some(_) => -TELLING,
                None => 1,
            })
            .sum()
    }

    /// The names of keys that it knows of the table `node`, without those that are no longer read.
    pub fn names(self, node: &Node) -> Vec<&'s str> {
        let own = self.fields().filter(|(_, view)| !view.marked("deprecated"));
        let mut names: Vec<&str> = own.map(|(name, _)| name.as_str()).collect();
        names.extend(self.parts().flat_map(|part| part.names(node)));
        names.extend(self.chosen(node).into_iter().flat_map(|(_, view)| view.names(node)));
        names
    }

    /// The part of the schema at a JSON Pointer that an error of the validator gives, from here on.
    pub fn pointer(self, pointer: &str) -> Option<Self> {
        let steps = pointer.split('/').skip(1).filter(|step| *step != "$ref");
        let place = steps.fold(self.shape.pointer.clone(), |place, step| {
            let place = format!("{place}/{step}");
            match self.document.pointer(&place).and_then(|at| follow(self.document, at)) {
                Some((_, target)) => target,
                None => place,
            }
        });
        let shape = self.shapes.iter().find(|shape| shape.pointer == place)?;
        Some(Self { shape, ..self })
    }

    /// What it says of an entry of the table `node`.
    pub fn property(self, key: &str, node: &Node) -> Option<Subschema<'s>> {
        if self.shape.overlay {
            return self.top().property(key, node);
        }
        if let Some(property) = self.shape.properties.as_ref().and_then(|properties| properties.get(key)) {
            return Some(self.to(*property));
        }
        let inherited = self.parts().find_map(|part| part.property(key, node));
        let chosen = || self.chosen(node)?.1.property(key, node);
        inherited.or_else(chosen).or_else(|| self.shape.others.map(|others| self.to(others)))
    }

    /// What it says of an element of the list `node`.
    pub fn element(self, index: usize, node: &Node) -> Option<Subschema<'s>> {
        match self.shape.first_items.get(index).or(self.shape.items.as_ref()) {
            Some(items) => Some(self.to(*items)),
            None => self.chosen(node)?.1.element(index, node),
        }
    }

    /// What it says of the value at `path` in the tree `node`.
    pub fn at(self, path: &[Segment], node: &Node) -> Option<Subschema<'s>> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        let missing = Node::generated(Value::Null);
        let child = node.get(std::slice::from_ref(first)).unwrap_or(&missing);
        self.step(first, node)?.at(rest, child)
    }

    /// What it says of what stands one step further in the tree `node`.
    pub(super) fn step(self, segment: &Segment, node: &Node) -> Option<Subschema<'s>> {
        match (segment, &node.value) {
            (Segment::Key(key), _) => self.property(key, node),
            (Segment::Index(index), Value::Table(_)) => self.property(&index.to_string(), node),
            (Segment::Index(index), _) => self.element(*index, node),
        }
    }

    /// The default in `environment`.
    pub fn default_in(self, environment: Environment) -> Option<&'s Json> {
        if !self.shape.has_default {
            return None;
        }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::index::shapes;

    fn node(json: Json) -> Node {
        crate::value::json::read(json).unwrap()
    }

    #[test]
    fn references_inside_the_document_are_followed_and_circles_end() {
        let schema = json!({
            "properties": { "a": { "$ref": "#/$defs/name" }, "b": { "$ref": "#/$defs/loop" } },
            "$defs": { "name": { "type": "string" }, "loop": { "$ref": "#/$defs/loop" } },
        });
        let tree = node(json!({ "a": "x" }));
        let shapes = shapes(&schema);
        let view = Subschema::root(&schema, &shapes);
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
        let shapes = shapes(&schema);
        let view = Subschema::root(&schema, &shapes);
        assert_eq!(view.chosen(&node(json!("x"))).unwrap().0, 0);
        assert_eq!(view.chosen(&node(json!({ "a": 1 }))).unwrap().0, 1);
        let tree = node(json!({ "a": 1, "b": 2 }));
        assert_eq!(view.chosen(&tree).unwrap().0, 2);
        assert_eq!(view.property("b", &tree).unwrap().types(), ["integer"]);
        assert!(view.chosen(&node(json!(1))).is_none());
    }

    #[test]
    fn a_summary_is_one_sentence_that_can_go_on_another() {
        let summary = |text: &str| {
            let schema = json!({ "description": text });
            Subschema::root(&schema, &shapes(&schema)).summary().unwrap()
        };
        assert_eq!(summary("The port of\npeers. Needs a restart."), "the port of peers");
        assert_eq!(summary("TLS for peers."), "TLS for peers");
    }
}
