//! What a schema says of each value, looked up once.
//!
//! The walks ask it of every value of every config, several times over. Asking the document each time would cost more
//! than all that they do with the answers.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::profile::OVERLAY;
use crate::types::Duration;
use crate::value::Value;

/// The part of a schema that speaks of one value. Other parts are named by their place among all.
#[derive(Debug, Default)]
pub struct IndexEntry {
    /// Where it stands in the document, as a JSON Pointer.
    pub pointer: String,
    /// `x-optional`.
    pub optional: bool,
    /// `x-secret`, of its own or of an alternative.
    pub secret: bool,
    /// Whether it has `default` or `x-defaults`.
    pub has_default: bool,
    /// Whether it has `const`.
    pub constant: bool,
    /// Whether it has `enum`.
    pub enumerated: bool,
    /// Whether its format is that of durations.
    pub duration: bool,
    /// `x-overlay`.
    pub overlay: bool,
    /// The keywords that are true.
    pub marks: Vec<String>,
    /// `type`.
    pub types: Types,
    /// `properties`.
    pub properties: Option<IndexMap<String, usize, RandomState>>,
    /// `additionalProperties`, when it is a schema.
    pub others: Option<usize>,
    /// `allOf`.
    pub parts: Vec<usize>,
    /// `oneOf`, or else `anyOf`.
    pub alternatives: Vec<usize>,
    /// `prefixItems`.
    pub first_items: Vec<usize>,
    /// `items`.
    pub items: Option<usize>,
    /// Whether it, or a part of it that speaks of what the value holds, is optional or a duration.
    pub holds_forms: bool,
    /// Whether it, or such a part, is secret.
    pub holds_secrets: bool,
}

impl IndexEntry {
    /// The parts that speak of the same value or of what it holds.
    fn inner(&self) -> impl Iterator<Item = usize> {
        let named = self.properties.iter().flat_map(IndexMap::values).chain(&self.others);
        let same = self.parts.iter().chain(&self.alternatives);
        // What is laid on the whole config holds what that holds.
        let whole = self.overlay.then_some(0);
        named.chain(same).chain(&self.first_items).chain(&self.items).copied().chain(whole)
    }
}

/// The types that a schema names; none when any will do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Types(u8);

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

impl Types {
    /// Any number, and no integer as such.
    pub const NUMBER: Self = Self(1 << 3);
    /// What is neither a number with a fraction nor holds anything, nor is absent.
    const SINGLE: Self = Self(1 << 1 | 1 << 2 | 1 << 4);

    fn of(names: &Json) -> Self {
        let bit = |name: &Json| TYPES.iter().position(|known| name == known).map_or(0, |place| 1 << place);
        match names {
            Json::Array(names) => Self(names.iter().map(bit).fold(0, |all, bit| all | bit)),
            name => Self(bit(name)),
        }
    }

    /// Whether it names this one.
    pub fn name(self, name: &str) -> bool {
        TYPES.iter().position(|known| *known == name).is_some_and(|place| self.0 & 1 << place != 0)
    }

    /// Whether it names texts, integers and booleans alone.
    pub fn are_single(self) -> bool {
        self.0 != 0 && self.0 & !Self::SINGLE.0 == 0
    }

    /// Whether a value is of one of them.
    pub fn fit(self, value: &Value) -> bool {
        let own = match value {
            Value::Null => 1,
            Value::Bool(_) => 1 << 1,
            Value::Integer(_) => 1 << 2 | 1 << 3,
            Value::Float(_) => 1 << 3,
            Value::String(_) | Value::Datetime(_) => 1 << 4,
            Value::List(_) => 1 << 5,
            Value::Table(_) => 1 << 6,
        };
        self.0 == 0 || self.0 & own != 0
    }
}

/// The shapes of a document, that of the root first.
pub fn shapes(document: &Json) -> Vec<IndexEntry> {
    let mut builder = Builder { document, shapes: Vec::new(), targets: HashMap::new() };
    builder.shape(document, String::new());
    let mut shapes = builder.shapes;
    // A part stands behind what it is a part of, but for one that holds itself.
    while (0..shapes.len()).rev().fold(false, |any, place| any | gather(&mut shapes, place)) {}
    shapes
}

/// Notes of a shape what its parts hold, and tells whether that is news.
fn gather(shapes: &mut [IndexEntry], place: usize) -> bool {
    let shape = &shapes[place];
    let known = (shape.holds_forms, shape.holds_secrets);
    let own = (shape.optional || shape.duration, shape.secret);
    let held = shape.inner().map(|inner| (shapes[inner].holds_forms, shapes[inner].holds_secrets));
    let all = held.fold(own, |all, one| (all.0 || one.0, all.1 || one.1));
    (shapes[place].holds_forms, shapes[place].holds_secrets) = all;
    all != known
}

struct Builder<'d> {
    document: &'d Json,
    shapes: Vec<IndexEntry>,
    /// The shapes of what `$ref` leads to: a schema may hold itself.
    targets: HashMap<String, usize>,
}

/// What a schema with `$ref` says is what the part of the document says that it leads to, and its pointer; one that leads
/// nowhere or in circles says nothing.
pub fn follow<'d>(document: &'d Json, at: &'d Json) -> Option<(&'d Json, String)> {
    let mut reference = at.get("$ref")?.as_str()?;
    for _ in 0..16 {
        let Some(pointer) = reference.strip_prefix('#') else { break };
        let Some(target) = document.pointer(pointer) else { break };
        match target.get("$ref").and_then(Json::as_str) {
            Some(next) => reference = next,
            None => return Some((target, pointer.to_owned())),
        }
    }
    Some((&Json::Null, "nowhere".to_owned()))
}

/// A part of a document that, asked of a value, asks itself of the same value: no validator comes to an end with it.
pub fn circle(document: &Json) -> Option<String> {
    fn visit<'d>(
        document: &'d Json,
        at: &'d Json,
        pointer: String,
        open: &mut Vec<String>,
        done: &mut HashSet<String>,
    ) -> Option<String> {
        if open.contains(&pointer) {
            return Some(pointer);
        }
        if !done.insert(pointer.clone()) {
            return None;
        }
        let mut same: Vec<(&Json, String)> = Vec::new();
        for (keyword, value) in at.as_object().into_iter().flatten() {
            match (keyword.as_str(), value) {
                ("$ref", Json::String(reference)) => {
                    let target = reference.strip_prefix('#');
                    same.extend(target.and_then(|target| Some((document.pointer(target)?, target.to_owned()))));
                }
                ("not" | "if" | "then" | "else", at) => same.push((at, format!("{pointer}/{keyword}"))),
                ("allOf" | "anyOf" | "oneOf", Json::Array(list)) => {
                    let parts = list.iter().enumerate();
                    same.extend(parts.map(|(index, at)| (at, format!("{pointer}/{keyword}/{index}"))));
                }
                ("dependentSchemas", Json::Object(named)) => {
                    let parts = named.iter();
                    same.extend(parts.map(|(name, at)| (at, format!("{pointer}/{keyword}/{}", escaped(name)))));
                }
                _ => {}
            }
        }
        open.push(pointer);
        let found = same.into_iter().find_map(|(at, pointer)| visit(document, at, pointer, open, done));
        open.pop();
        found
    }
    fn all<'d>(
        at: &'d Json,
        pointer: String,
        visit: &mut dyn FnMut(&'d Json, &str) -> Option<String>,
    ) -> Option<String> {
        let found = visit(at, &pointer);
        match at {
            _ if found.is_some() => found,
            Json::Object(object) => {
                let mut inner = object.iter();
                inner.find_map(|(key, at)| all(at, format!("{pointer}/{}", escaped(key)), visit))
            }
            Json::Array(list) => {
                let mut inner = list.iter().enumerate();
                inner.find_map(|(index, at)| all(at, format!("{pointer}/{index}"), visit))
            }
            _ => None,
        }
    }
    let mut done = HashSet::new();
    all(document, String::new(), &mut |at, pointer| visit(document, at, pointer.to_owned(), &mut Vec::new(), &mut done))
}

impl<'d> Builder<'d> {
    fn shape(&mut self, at: &'d Json, pointer: String) -> usize {
        let place = self.shapes.len();
        let (at, pointer) = match follow(self.document, at) {
            Some((target, pointer)) => {
                if let Some(known) = self.targets.get(&pointer) {
                    return *known;
                }
                self.targets.insert(pointer.clone(), place);
                (target, pointer)
            }
            None => (at, pointer),
        };
        self.shapes.push(IndexEntry::default());
        let shape = self.read(at, pointer);
        self.shapes[place] = shape;
        place
    }

    fn read(&mut self, at: &'d Json, pointer: String) -> IndexEntry {
        let mut shape = IndexEntry::default();
        for (keyword, value) in at.as_object().into_iter().flatten() {
            let below = |step: &str| [&pointer, "/", keyword, "/", step].concat();
            if *value == Json::Bool(true) {
                shape.marks.push(keyword.clone());
            }
            match (keyword.as_str(), value) {
                ("x-optional", Json::Bool(set)) => shape.optional = *set,
                ("x-secret", Json::Bool(set)) => shape.secret |= *set,
                (OVERLAY, Json::Bool(set)) => shape.overlay = *set,
                ("default" | "x-defaults", _) => shape.has_default = true,
                ("const", _) => shape.constant = true,
                ("enum", _) => shape.enumerated = true,
                ("format", Json::String(name)) => shape.duration = name == Duration::FORMAT,
                ("type", names) => shape.types = Types::of(names),
                ("properties", Json::Object(properties)) => {
                    let named = properties.iter();
                    let named = named.map(|(name, at)| (name.clone(), self.shape(at, below(&escaped(name)))));
                    shape.properties = Some(named.collect());
                }
                ("items", at) => shape.items = Some(self.shape(at, format!("{pointer}/items"))),
                ("additionalProperties", at @ Json::Object(_)) => {
                    shape.others = Some(self.shape(at, format!("{pointer}/additionalProperties")));
                }
                ("prefixItems" | "allOf" | "oneOf" | "anyOf", Json::Array(list)) => {
                    let list: Vec<usize> =
                        list.iter().enumerate().map(|(index, at)| self.shape(at, below(&index.to_string()))).collect();
                    match keyword.as_str() {
                        "prefixItems" => shape.first_items = list,
                        "allOf" => shape.parts = list,
                        "anyOf" if at.get("oneOf").is_some() => {}
                        _ => {
                            shape.secret |= list.iter().any(|place| self.shapes[*place].secret);
                            shape.alternatives = list;
                        }
                    }
                }
                // Defaults and secrets are not looked for in these; messages speak of them.
                ("not" | "if" | "then" | "else" | "contains" | "propertyNames" | "unevaluatedProperties", at) => {
                    self.shape(at, format!("{pointer}/{keyword}"));
                }
                ("patternProperties" | "dependentSchemas", Json::Object(named)) => {
                    for (name, at) in named {
                        self.shape(at, below(&escaped(name)));
                    }
                }
                _ => {}
            }
        }
        IndexEntry { pointer, ..shape }
    }
}

/// A name as a step of a JSON Pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_may_hold_itself_deeper_down_and_not_in_the_same_place() {
        for good in [
            json!({ "properties": { "child": { "$ref": "#" } } }),
            json!({ "$defs": { "a": { "anyOf": [{ "items": { "$ref": "#/$defs/a" } }] } }, "$ref": "#/$defs/a" }),
            json!({ "allOf": [{ "$ref": "#/$defs/a" }, { "$ref": "#/$defs/a" }], "$defs": { "a": {} } }),
        ] {
            assert_eq!(circle(&good), None, "{good}");
        }
        for (bad, pointer) in [
            (json!({ "allOf": [{ "$ref": "#" }] }), ""),
            (json!({ "properties": { "b": { "oneOf": [{ "$ref": "#/properties/b" }] } } }), "/properties/b"),
            (json!({ "$defs": { "a": { "$ref": "#/$defs/a" } } }), "/$defs/a"),
        ] {
            assert_eq!(circle(&bad).as_deref(), Some(pointer), "{bad}");
        }
    }

    #[test]
    fn a_shape_knows_what_its_parts_hold() {
        let shapes = shapes(&json!({ "properties": {
            "first": { "properties": { "again": { "$ref": "#/properties/later" } } },
            "plain": { "items": { "type": "string" } },
            "laid": { "x-overlay": true },
            "later": { "anyOf": [{ "items": { "x-secret": true } }, { "$ref": "#/properties/first" }] },
            "wait": { "items": { "format": "human-duration" } },
        } }));
        let holds = |pointer: &str| {
            let shape = shapes.iter().find(|shape| shape.pointer == pointer).unwrap();
            (shape.holds_forms, shape.holds_secrets)
        };
        assert_eq!(holds(""), (true, true));
        assert_eq!(holds("/properties/laid"), (true, true));
        assert_eq!(holds("/properties/first"), (false, true));
        assert_eq!(holds("/properties/later"), (false, true));
        assert_eq!(holds("/properties/wait"), (true, false));
        assert_eq!(holds("/properties/plain"), (false, false));
    }
}
