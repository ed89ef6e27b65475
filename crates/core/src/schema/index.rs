//! The index of a schema: the keywords of each subschema, extracted once.
//!
//! The gate looks up the subschema of every value several times. Lookups in the JSON document would take more time than all
//! the rest of the work.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::schema::keywords::{DEFAULTS, OPTIONAL, OVERLAY, SECRET};
use crate::schema::resolve::{Dialect, escaped, follow};
use crate::schema::validator::KeyPattern;
use crate::types::Duration;
use crate::value::Value;

/// The index of a resolved schema; the first entry is the root.
#[derive(Debug, Default)]
pub struct Index {
    /// The entries.
    pub entries: Vec<IndexEntry>,
    /// The places with a reference and nothing else, which have the entry of its target.
    aliases: Vec<(String, usize)>,
    /// The entries by their places. Messages alone need it.
    places: OnceLock<HashMap<String, usize, RandomState>>,
}

impl Index {
    /// Tells whether any subschema has a keyword that is `true`.
    pub fn has_mark(&self, keyword: &str) -> bool {
        self.entries.iter().any(|entry| entry.marks.iter().any(|mark| mark == keyword))
    }

    /// Makes the index of a schema without references.
    pub fn without_references(entries: Vec<IndexEntry>) -> Self {
        Self { entries, aliases: Vec::new(), places: OnceLock::new() }
    }

    /// Returns the entry of a place.
    pub fn at(&self, pointer: &str) -> Option<&IndexEntry> {
        let places = self.places.get_or_init(|| {
            let own = self.entries.iter().enumerate().map(|(place, entry)| (entry.pointer.clone(), place));
            own.chain(self.aliases.iter().cloned()).collect()
        });
        places.get(pointer).map(|place| &self.entries[*place])
    }
}

/// The index entry of a subschema. It refers to other entries by their position in the index.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IndexEntry {
    /// The place in the document, as a JSON Pointer.
    #[serde(skip)]
    pub pointer: String,
    /// `x-optional`.
    #[serde(skip_serializing_if = "is_false")]
    pub optional: bool,
    /// `x-secret`, of the subschema or of an alternative.
    #[serde(skip_serializing_if = "is_false")]
    pub secret: bool,
    /// True if it has `x-defaults`, or a `default` other than null.
    #[serde(skip_serializing_if = "is_false")]
    pub has_default: bool,
    /// True if `default` is null: null means that the field is absent.
    #[serde(skip_serializing_if = "is_false")]
    pub null_default: bool,
    /// `default`, which is read for every config that leaves the field out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Box<Json>>,
    /// `x-defaults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defaults: Option<Box<Json>>,
    /// `required`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<Box<Json>>,
    /// True if it has `const`.
    #[serde(skip_serializing_if = "is_false")]
    pub constant: bool,
    /// True if it has `enum`.
    #[serde(skip_serializing_if = "is_false")]
    pub enumerated: bool,
    /// True if the format is that of durations.
    #[serde(skip_serializing_if = "is_false")]
    pub duration: bool,
    /// `x-overlay`.
    #[serde(skip_serializing_if = "is_false")]
    pub overlay: bool,
    /// The keywords whose value is `true`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// `type`.
    #[serde(skip_serializing_if = "is_default")]
    pub types: Types,
    /// `properties`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Arc<IndexMap<String, usize, RandomState>>>,
    /// `patternProperties`.
    #[serde(skip_serializing_if = "is_empty")]
    pub patterns: Arc<[(LazyPattern, usize)]>,
    /// `additionalProperties`, or else `unevaluatedProperties`, when it is a schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<usize>,
    /// `allOf`, and the target of `$ref` where it has the same keywords as the schema beside it.
    #[serde(skip_serializing_if = "is_empty")]
    pub parts: Arc<[usize]>,
    /// `oneOf`, or else `anyOf`.
    #[serde(skip_serializing_if = "is_empty")]
    pub alternatives: Arc<[usize]>,
    /// `then`, `else` and `dependentSchemas`, which apply under a condition.
    #[serde(skip_serializing_if = "is_empty")]
    pub conditional: Arc<[usize]>,
    /// `prefixItems`, or a list of `items`.
    #[serde(skip_serializing_if = "is_empty")]
    pub first_items: Arc<[usize]>,
    /// `items`, or `additionalItems` behind a list of `items`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// The target of a `$ref` that has other keywords beside it. The entry has the target's fields where it has none of its
    /// own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<usize>,
    /// True if the value, or a value in it, is optional or a duration.
    #[serde(skip_serializing_if = "is_false")]
    pub holds_forms: bool,
    /// True if the value, or a value in it, is secret.
    #[serde(skip_serializing_if = "is_false")]
    pub holds_secrets: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_default(types: &Types) -> bool {
    *types == Types::default()
}

fn is_empty<T>(list: &Arc<[T]>) -> bool {
    list.is_empty()
}

impl IndexEntry {
    /// Returns the entries of the same value and of the values in it.
    fn inner(&self) -> impl Iterator<Item = usize> {
        let named = self.properties.iter().flat_map(|properties| properties.values()).chain(&self.others);
        let named = named.chain(self.patterns.iter().map(|(_, place)| place));
        let same = self.parts.iter().chain(&*self.alternatives).chain(&*self.conditional);
        // An overlay has the same fields as the root.
        let whole = self.overlay.then_some(0);
        named.chain(same).chain(&*self.first_items).chain(&self.items).copied().chain(whole)
    }

    /// Takes over what the schema states by its reference alone.
    fn inherit(&mut self, base: &Self, place: usize, own: &Json) {
        self.optional |= base.optional;
        self.secret |= base.secret;
        self.has_default |= base.has_default;
        self.constant |= base.constant;
        self.enumerated |= base.enumerated;
        self.duration |= base.duration;
        self.overlay |= base.overlay;
        self.marks.extend(base.marks.iter().filter(|mark| own.get(mark.as_str()).is_none()).cloned());
        self.types = self.types.and(base.types);
        let is_second = self.properties.is_some() && base.properties.is_some()
            || !self.parts.is_empty() && !base.parts.is_empty()
            || !self.alternatives.is_empty() && !base.alternatives.is_empty();
        if is_second {
            self.parts = self.parts.iter().copied().chain([place]).collect();
        }
        self.properties = self.properties.take().or_else(|| base.properties.clone());
        for (own, inherited) in [
            (&mut self.parts, &base.parts),
            (&mut self.alternatives, &base.alternatives),
            (&mut self.conditional, &base.conditional),
            (&mut self.first_items, &base.first_items),
        ] {
            if own.is_empty() {
                own.clone_from(inherited);
            }
        }
        if self.patterns.is_empty() {
            self.patterns.clone_from(&base.patterns);
        }
        self.others = self.others.or(base.others);
        self.items = self.items.or(base.items);
    }
}

/// A regular expression for keys, compiled when it is used.
#[derive(Debug, Serialize, Deserialize)]
pub struct LazyPattern {
    pattern: String,
    #[serde(skip)]
    compiled: OnceLock<Option<KeyPattern>>,
}

impl LazyPattern {
    fn new(pattern: &str) -> Self {
        Self { pattern: pattern.to_owned(), compiled: OnceLock::new() }
    }

    /// Returns the text of the schema.
    pub fn text(&self) -> &str {
        &self.pattern
    }

    /// Tells whether a key matches.
    pub fn matches(&self, key: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| KeyPattern::new(&self.pattern));
        compiled.as_ref().is_some_and(|pattern| pattern.matches(key))
    }
}

/// A set of type names; empty if any type is admitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Returns the types that are in both sets.
    fn and(self, other: Self) -> Self {
        match (self.0, other.0) {
            (0, _) => other,
            (_, 0) => self,
            // `number` admits integers.
            (own, other) => {
                let widened = |bits: u8| if bits & 1 << 3 != 0 { bits | 1 << 2 } else { bits };
                match widened(own) & widened(other) {
                    0 => self,
                    both if own & other & 1 << 3 != 0 => Self(both & !(1 << 2) | own & other & 1 << 2),
                    both => Self(both),
                }
            }
        }
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

/// Builds the index of a resolved schema.
pub fn build(document: &Json) -> Index {
    build_in(document, Dialect::default().within(document))
}

/// Builds the index of a resolved schema whose root has a dialect that it may not name.
pub fn build_in(document: &Json, dialect: Dialect) -> Index {
    let (index, known) = (Index::default(), HashMap::default());
    let mut builder = Builder { document, dialect, index, known, unread: Vec::new() };
    builder.entry(document, String::new(), dialect);
    // In the order in which the entries were made, and so the keywords were written.
    let mut next = 0;
    while next < builder.unread.len() {
        let (schema, dialect) = builder.unread[next];
        builder.read(next, schema, dialect);
        next += 1;
    }
    let mut index = builder.index;
    inherit(document, &mut index.entries);
    propagate(&mut index.entries);
    index
}

/// Completes the entries with a base, each after its base.
fn inherit(document: &Json, entries: &mut [IndexEntry]) {
    let mut is_done = vec![false; entries.len()];
    for start in 0..entries.len() {
        let mut chain = vec![start];
        while let Some(place) = chain.last().copied()
            && let Some(base) = entries[place].base
            && !is_done[base]
            && !chain.contains(&base)
        {
            chain.push(base);
        }
        for place in chain.into_iter().rev() {
            if let Some(base) = entries[place].base
                && !is_done[place]
                && base != place
            {
                let mut entry = std::mem::take(&mut entries[place]);
                let own = document.pointer(&entry.pointer).unwrap_or(&Json::Null);
                entry.inherit(&entries[base], base, own);
                entries[place] = entry;
            }
            is_done[place] = true;
        }
    }
}

/// Passes secrets and forms on to the entries that they are in.
fn propagate(entries: &mut [IndexEntry]) {
    let mut parents = vec![Vec::new(); entries.len()];
    for (place, entry) in entries.iter().enumerate() {
        entry.inner().for_each(|inner| parents[inner].push(place));
    }
    // A schema is secret if one of its alternatives is.
    let mut open: Vec<usize> = (0..entries.len()).filter(|place| entries[*place].secret).collect();
    while let Some(place) = open.pop() {
        for parent in &parents[place] {
            if !entries[*parent].secret && entries[*parent].alternatives.contains(&place) {
                entries[*parent].secret = true;
                open.push(*parent);
            }
        }
    }
    type Flag = fn(&mut IndexEntry) -> &mut bool;
    let of_secrets: (Flag, fn(&IndexEntry) -> bool) = (|entry| &mut entry.holds_secrets, |entry| entry.secret);
    let of_forms: (Flag, fn(&IndexEntry) -> bool) =
        (|entry| &mut entry.holds_forms, |entry| entry.optional || entry.duration);
    for (flag, is_own) in [of_secrets, of_forms] {
        let mut open: Vec<usize> = (0..entries.len()).filter(|place| is_own(&entries[*place])).collect();
        open.iter().for_each(|place| *flag(&mut entries[*place]) = true);
        while let Some(place) = open.pop() {
            for parent in &parents[place] {
                if !std::mem::replace(flag(&mut entries[*parent]), true) {
                    open.push(*parent);
                }
            }
        }
    }
}

struct Builder<'d> {
    document: &'d Json,
    /// The dialect of the root.
    dialect: Dialect,
    index: Index,
    /// The entries by the addresses of their schemas in the document.
    known: HashMap<*const Json, usize, RandomState>,
    /// The schemas of the entries. They are read one after the other, because chains of references may be long.
    unread: Vec<(&'d Json, Dialect)>,
}

impl<'d> Builder<'d> {
    /// Returns the entry of a schema. That of a reference and nothing else is the entry of its target.
    fn entry(&mut self, mut schema: &'d Json, mut pointer: String, mut dialect: Dialect) -> usize {
        let mut aliases = Vec::new();
        let place = loop {
            if let Some(known) = self.known.get(&std::ptr::from_ref(schema)) {
                break *known;
            }
            dialect = dialect.within(schema);
            let is_reference = dialect.is_only_reference(schema);
            let target = if is_reference { follow(self.document, self.dialect, schema) } else { None };
            match target {
                // A circle of references has an empty entry.
                Some((_, target, _)) if target == pointer || aliases.contains(&target) => {
                    break self.add(&Json::Null, pointer, dialect);
                }
                Some((inner, target, of_target)) => {
                    aliases.push(std::mem::replace(&mut pointer, target));
                    (schema, dialect) = (inner, of_target);
                }
                None => break self.add(schema, pointer, dialect),
            }
        };
        self.index.aliases.extend(aliases.into_iter().map(|alias| (alias, place)));
        place
    }

    fn add(&mut self, schema: &'d Json, pointer: String, dialect: Dialect) -> usize {
        let place = self.index.entries.len();
        self.index.entries.push(IndexEntry { pointer, ..IndexEntry::default() });
        self.known.insert(std::ptr::from_ref(schema), place);
        self.unread.push((schema, dialect));
        place
    }

    fn read(&mut self, place: usize, schema: &'d Json, dialect: Dialect) {
        let mut entry = std::mem::take(&mut self.index.entries[place]);
        let (mut unevaluated, mut additional_items) = (None, None);
        let mut conditional = Vec::new();
        if let Some((target, pointer, dialect)) = follow(self.document, self.dialect, schema) {
            entry.base = Some(self.entry(target, pointer, dialect));
        }
        for (keyword, value) in schema.as_object().into_iter().flatten() {
            let at = format!("{}/{keyword}", entry.pointer);
            if *value == Json::Bool(true) {
                entry.marks.push(keyword.clone());
            }
            match (keyword.as_str(), value) {
                (OPTIONAL, Json::Bool(set)) => entry.optional = *set,
                (SECRET, Json::Bool(set)) => entry.secret = *set,
                (OVERLAY, Json::Bool(set)) => entry.overlay = *set,
                // A default of null says that the field is absent.
                ("default", Json::Null) => entry.null_default = true,
                ("default", default) => {
                    entry.has_default = true;
                    entry.default = Some(Box::new(default.clone()));
                }
                (DEFAULTS, defaults) => {
                    entry.has_default = true;
                    entry.defaults = Some(Box::new(defaults.clone()));
                }
                ("required", names) => entry.required = Some(Box::new(names.clone())),
                ("const", _) => entry.constant = true,
                ("enum", _) => entry.enumerated = true,
                ("format", Json::String(name)) => entry.duration = name == Duration::FORMAT,
                ("type", names) => entry.types = Types::from_json(names),
                ("properties", Json::Object(properties)) => {
                    let named =
                        properties.iter().map(|(name, inner)| (name.clone(), self.inner(inner, &at, name, dialect)));
                    entry.properties = Some(Arc::new(named.collect()));
                }
                ("patternProperties", Json::Object(patterns)) => {
                    let named = patterns.iter();
                    let named =
                        named.map(|(name, inner)| (LazyPattern::new(name), self.inner(inner, &at, name, dialect)));
                    entry.patterns = named.collect();
                }
                ("items", Json::Array(list)) if dialect < Dialect::Draft202012 => {
                    entry.first_items = self.list(list, &at, dialect);
                }
                ("items", inner) => entry.items = Some(self.entry(inner, at, dialect)),
                ("additionalItems", inner) if dialect < Dialect::Draft202012 => {
                    additional_items = Some(self.entry(inner, at, dialect));
                }
                ("additionalProperties", inner @ Json::Object(_)) => {
                    entry.others = Some(self.entry(inner, at, dialect))
                }
                ("unevaluatedProperties", inner @ Json::Object(_)) => {
                    unevaluated = Some(self.entry(inner, at, dialect))
                }
                ("prefixItems", Json::Array(list)) => entry.first_items = self.list(list, &at, dialect),
                ("allOf", Json::Array(list)) => entry.parts = self.list(list, &at, dialect),
                ("oneOf", Json::Array(list)) => entry.alternatives = self.list(list, &at, dialect),
                ("anyOf", Json::Array(list)) => {
                    let list = self.list(list, &at, dialect);
                    if schema.get("oneOf").is_none() {
                        entry.alternatives = list;
                    }
                }
                ("then" | "else", inner) if schema.get("if").is_some() => {
                    conditional.push(self.entry(inner, at, dialect));
                }
                ("dependentSchemas" | "dependencies", Json::Object(named)) => {
                    let schemas = named.iter().filter(|(_, inner)| inner.is_object());
                    conditional.extend(schemas.map(|(name, inner)| self.inner(inner, &at, name, dialect)));
                }
                // These are indexed for messages alone: they have neither defaults nor secrets.
                ("not" | "if" | "contains" | "propertyNames" | "unevaluatedItems", inner) => {
                    self.entry(inner, at, dialect);
                }
                _ => {}
            }
        }
        if schema.get("additionalProperties").is_none() {
            entry.others = unevaluated;
        }
        // `additionalItems` without a list of `items` has no effect.
        if schema.get("items").is_some_and(Json::is_array) {
            entry.items = additional_items.or(entry.items);
        }
        entry.conditional = conditional.into();
        self.index.entries[place] = entry;
    }

    fn inner(&mut self, schema: &'d Json, at: &str, name: &str, dialect: Dialect) -> usize {
        self.entry(schema, format!("{at}/{}", escaped(name)), dialect)
    }

    fn list(&mut self, list: &'d [Json], at: &str, dialect: Dialect) -> Arc<[usize]> {
        list.iter().enumerate().map(|(index, inner)| self.entry(inner, format!("{at}/{index}"), dialect)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_keywords_of_old_drafts_are_indexed() {
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": "#/definitions/root",
            "default": "ignored beside a reference",
            "definitions": { "root": {
                "items": [{ "type": "string" }, { "$ref": "#/definitions/number" }],
                "additionalItems": { "type": "boolean" },
                "dependencies": { "a": ["b"], "c": { "properties": { "d": {} } } },
                "patternProperties": { "^x[^]$": { "type": "integer" } },
                "if": {}, "then": { "properties": { "e": {} } }, "else": { "properties": { "f": {} } },
            }, "number": { "type": "number" } },
        });
        let index = build(&schema);
        let (root, of) = (&index.entries[0], |place: usize| index.entries[place].pointer.as_str());
        assert_eq!((root.pointer.as_str(), root.has_default), ("/definitions/root", false));
        let items: Vec<&str> = root.first_items.iter().map(|place| of(*place)).collect();
        assert_eq!(items, ["/definitions/root/items/0", "/definitions/number"]);
        assert_eq!(root.items.map(of), Some("/definitions/root/additionalItems"));
        let conditional: Vec<&str> = root.conditional.iter().map(|place| of(*place)).collect();
        let under = |keyword: &str| format!("/definitions/root/{keyword}");
        assert_eq!(conditional, [under("dependencies/c"), under("then"), under("else")]);
        let matching: Vec<bool> = ["x\n", "xyz"].map(|key| root.patterns[0].0.matches(key)).into();
        assert_eq!(matching, [true, false]);
        // A place that is a reference has the entry of its target.
        assert_eq!(
            index.at("/definitions/root/items/1").map(|entry| entry.pointer.as_str()),
            Some("/definitions/number")
        );
        assert_eq!(index.at("").map(|entry| entry.pointer.as_str()), Some("/definitions/root"));
    }

    #[test]
    fn keywords_beside_a_reference_are_joined_with_its_target() {
        let schema = json!({ "properties": {
            "port": { "$ref": "#/$defs/port", "default": 1, "type": "integer" },
            "server": { "$ref": "#/$defs/server", "description": "d" },
            "more": { "$ref": "#/$defs/server", "properties": { "own": {} } },
            "again": { "$ref": "#/properties/server" },
            "chain": { "$ref": "#/properties/again", "deprecated": true },
        }, "$defs": {
            "port": { "type": ["number", "string"], "x-secret": true, "deprecated": true },
            "server": { "properties": { "name": {} }, "allOf": [{ "items": {} }] },
        } });
        let index = build(&schema);
        let entry = |name: &str| index.at(&format!("/properties/{name}")).unwrap();
        let names = |name: &str| -> Vec<String> {
            entry(name).properties.iter().flat_map(|names| names.keys().cloned()).collect()
        };
        let port = entry("port");
        assert!(port.has_default && port.secret && port.types == Types::from_json(&json!("integer")));
        assert_eq!(port.marks, ["x-secret", "deprecated"]);
        assert_eq!(names("server"), ["name"]);
        assert_eq!((names("more"), entry("more").parts.len()), (vec!["own".to_owned()], 1));
        assert!(std::ptr::eq(entry("again"), entry("server")));
        assert_eq!((names("chain"), entry("chain").parts.len()), (vec!["name".to_owned()], 1));
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
            let entry = index.at(pointer).unwrap();
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
