//! The index of a schema: the keywords of each subschema, extracted once.
//!
//! The gate looks up the subschema of every value several times. Lookups in the JSON document would take more time than all
//! the rest of the work.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::schema::keywords::{DEFAULTS, OPTIONAL, OVERLAY, SECRET};
use crate::types::Duration;
use crate::value::Value;

/// The index entry of a subschema. It refers to other entries by their position in the index.
#[derive(Debug, Default)]
pub struct IndexEntry {
    /// The place in the document, as a JSON Pointer.
    pub pointer: String,
    /// `x-optional`.
    pub optional: bool,
    /// `x-secret`, of the subschema or of an alternative.
    pub secret: bool,
    /// True if it has `default` or `x-defaults`.
    pub has_default: bool,
    /// True if it has `const`.
    pub constant: bool,
    /// True if it has `enum`.
    pub enumerated: bool,
    /// True if the format is that of durations.
    pub duration: bool,
    /// `x-overlay`.
    pub overlay: bool,
    /// The keywords whose value is `true`.
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
    /// True if the value, or a value in it, is optional or a duration.
    pub holds_forms: bool,
    /// True if the value, or a value in it, is secret.
    pub holds_secrets: bool,
}

impl IndexEntry {
    /// Returns the entries of the same value and of the values in it.
    fn inner(&self) -> impl Iterator<Item = usize> {
        let named = self.properties.iter().flat_map(IndexMap::values).chain(&self.others);
        let same = self.parts.iter().chain(&self.alternatives);
        // An overlay has the same fields as the root.
        let whole = self.overlay.then_some(0);
        named.chain(same).chain(&self.first_items).chain(&self.items).copied().chain(whole)
    }
}

/// A set of type names; empty if any type is admitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Types(u8);

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

impl Types {
    /// `number` without `integer`.
    pub const NUMBER: Self = Self(1 << 3);
    /// Scalars with one written form: booleans, integers and strings.
    const SINGLE: Self = Self(1 << 1 | 1 << 2 | 1 << 4);

    fn from_json(names: &Json) -> Self {
        let bit = |name: &Json| TYPES.iter().position(|known| name == known).map_or(0, |place| 1 << place);
        match names {
            Json::Array(names) => Self(names.iter().map(bit).fold(0, |all, bit| all | bit)),
            name => Self(bit(name)),
        }
    }

    /// Returns the types of the keyword `type`; `None` if it names another one.
    pub fn of_known(names: &Json) -> Option<Self> {
        let types = Self::from_json(names);
        let count = names.as_array().map_or(1, Vec::len);
        (types.0.count_ones() as usize == count).then_some(types)
    }

    /// Tells whether the set has a type.
    pub fn has(self, name: &str) -> bool {
        TYPES.iter().position(|known| *known == name).is_some_and(|place| self.0 & 1 << place != 0)
    }

    /// Tells whether the set has only strings, integers and booleans.
    pub fn are_single(self) -> bool {
        self.0 != 0 && self.0 & !Self::SINGLE.0 == 0
    }

    /// Tells whether a value is of one of the types.
    pub fn admit(self, value: &Value) -> bool {
        let type_bits = match value {
            Value::Null => 1,
            Value::Bool(_) => 1 << 1,
            Value::Integer(_) => 1 << 2 | 1 << 3,
            Value::Float(_) => 1 << 3,
            Value::String(_) | Value::Datetime(_) => 1 << 4,
            Value::List(_) => 1 << 5,
            Value::Table(_) => 1 << 6,
        };
        self.0 == 0 || self.0 & type_bits != 0
    }
}

/// Builds the index of a document; the first entry is the root.
pub fn build(document: &Json) -> Vec<IndexEntry> {
    let mut builder = Builder { document, entries: Vec::new(), targets: HashMap::new() };
    builder.entry(document, String::new());
    let mut entries = builder.entries;
    // Except in a recursive schema, an entry is behind those that refer to it: one pass from the end is enough.
    while (0..entries.len()).rev().fold(false, |any, place| any | propagate(&mut entries, place)) {}
    entries
}

/// Updates `holds_forms` and `holds_secrets` of an entry from those that it refers to; tells whether they changed.
fn propagate(entries: &mut [IndexEntry], place: usize) -> bool {
    let entry = &entries[place];
    let known = (entry.holds_forms, entry.holds_secrets);
    let own = (entry.optional || entry.duration, entry.secret);
    let held = entry.inner().map(|inner| (entries[inner].holds_forms, entries[inner].holds_secrets));
    let all = held.fold(own, |all, one| (all.0 || one.0, all.1 || one.1));
    (entries[place].holds_forms, entries[place].holds_secrets) = all;
    all != known
}

struct Builder<'d> {
    document: &'d Json,
    entries: Vec<IndexEntry>,
    /// The entries of the targets of `$ref`, because a schema may refer to itself.
    targets: HashMap<String, usize>,
}

/// Resolves `$ref` to its target in the document, with the pointer to it. The target of a reference that is dangling or
/// circular is null.
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

/// Finds a subschema that applies itself to the same value, on which a validator would recurse without an end.
pub fn find_cycle(document: &Json) -> Option<String> {
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
    fn entry(&mut self, at: &'d Json, pointer: String) -> usize {
        let place = self.entries.len();
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
        self.entries.push(IndexEntry::default());
        let entry = self.read(at, pointer);
        self.entries[place] = entry;
        place
    }

    fn read(&mut self, at: &'d Json, pointer: String) -> IndexEntry {
        let mut entry = IndexEntry::default();
        for (keyword, value) in at.as_object().into_iter().flatten() {
            let below = |step: &str| [&pointer, "/", keyword, "/", step].concat();
            if *value == Json::Bool(true) {
                entry.marks.push(keyword.clone());
            }
            match (keyword.as_str(), value) {
                (OPTIONAL, Json::Bool(set)) => entry.optional = *set,
                (SECRET, Json::Bool(set)) => entry.secret |= *set,
                (OVERLAY, Json::Bool(set)) => entry.overlay = *set,
                ("default" | DEFAULTS, _) => entry.has_default = true,
                ("const", _) => entry.constant = true,
                ("enum", _) => entry.enumerated = true,
                ("format", Json::String(name)) => entry.duration = name == Duration::FORMAT,
                ("type", names) => entry.types = Types::from_json(names),
                ("properties", Json::Object(properties)) => {
                    let named = properties.iter();
                    let named = named.map(|(name, at)| (name.clone(), self.entry(at, below(&escaped(name)))));
                    entry.properties = Some(named.collect());
                }
                ("items", at) => entry.items = Some(self.entry(at, format!("{pointer}/items"))),
                ("additionalProperties", at @ Json::Object(_)) => {
                    entry.others = Some(self.entry(at, format!("{pointer}/additionalProperties")));
                }
                ("prefixItems" | "allOf" | "oneOf" | "anyOf", Json::Array(list)) => {
                    let list: Vec<usize> =
                        list.iter().enumerate().map(|(index, at)| self.entry(at, below(&index.to_string()))).collect();
                    match keyword.as_str() {
                        "prefixItems" => entry.first_items = list,
                        "allOf" => entry.parts = list,
                        "anyOf" if at.get("oneOf").is_some() => {}
                        _ => {
                            entry.secret |= list.iter().any(|place| self.entries[*place].secret);
                            entry.alternatives = list;
                        }
                    }
                }
                // These are indexed for messages alone: they have neither defaults nor secrets.
                ("not" | "if" | "then" | "else" | "contains" | "propertyNames" | "unevaluatedProperties", at) => {
                    self.entry(at, format!("{pointer}/{keyword}"));
                }
                ("patternProperties" | "dependentSchemas", Json::Object(named)) => {
                    for (name, at) in named {
                        self.entry(at, below(&escaped(name)));
                    }
                }
                _ => {}
            }
        }
        IndexEntry { pointer, ..entry }
    }
}

/// Escapes a name for a JSON Pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_may_contain_itself_but_not_apply_itself_to_the_same_value() {
        for good in [
            json!({ "properties": { "child": { "$ref": "#" } } }),
            json!({ "$defs": { "a": { "anyOf": [{ "items": { "$ref": "#/$defs/a" } }] } }, "$ref": "#/$defs/a" }),
            json!({ "allOf": [{ "$ref": "#/$defs/a" }, { "$ref": "#/$defs/a" }], "$defs": { "a": {} } }),
        ] {
            assert_eq!(find_cycle(&good), None, "{good}");
        }
        for (bad, pointer) in [
            (json!({ "allOf": [{ "$ref": "#" }] }), ""),
            (json!({ "properties": { "b": { "oneOf": [{ "$ref": "#/properties/b" }] } } }), "/properties/b"),
            (json!({ "$defs": { "a": { "$ref": "#/$defs/a" } } }), "/$defs/a"),
        ] {
            assert_eq!(find_cycle(&bad).as_deref(), Some(pointer), "{bad}");
        }
    }

    #[test]
    fn an_entry_knows_the_secrets_and_forms_in_it() {
        let index = build(&json!({ "properties": {
            "first": { "properties": { "again": { "$ref": "#/properties/later" } } },
            "plain": { "items": { "type": "string" } },
            "laid": { "x-overlay": true },
            "later": { "anyOf": [{ "items": { "x-secret": true } }, { "$ref": "#/properties/first" }] },
            "wait": { "items": { "format": "human-duration" } },
        } }));
        let holds = |pointer: &str| {
            let entry = index.iter().find(|entry| entry.pointer == pointer).unwrap();
            (entry.holds_forms, entry.holds_secrets)
        };
        assert_eq!(holds(""), (true, true));
        assert_eq!(holds("/properties/laid"), (true, true));
        assert_eq!(holds("/properties/first"), (false, true));
        assert_eq!(holds("/properties/later"), (false, true));
        assert_eq!(holds("/properties/wait"), (true, false));
        assert_eq!(holds("/properties/plain"), (false, false));
    }
}
