//! Builder of an index.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde_json::Value as Json;

use super::entry::IndexEntry;
use super::index::Index;
use super::pattern::LazyPattern;
use super::types::Types;
use crate::schema::keywords::{DEFAULTS, OPTIONAL, OVERLAY, SECRET, SECRET_FILE, WRITE_ONLY};
use crate::schema::resolve::{Dialect, escaped, follow};
use crate::types::Duration;

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
    keep_overlays_below_root(&mut index.entries);
    propagate(&mut index.entries);
    index
}

/// Removes `x-overlay` from the root and from the schemas of the same value: an overlay has the keys of the root, which would be its own.
fn keep_overlays_below_root(entries: &mut [IndexEntry]) {
    let (mut open, mut seen) = (vec![0], vec![false; entries.len()]);
    while let Some(place) = open.pop() {
        let entry = &mut entries[place];
        if !std::mem::replace(&mut seen[place], true) {
            entry.overlay = false;
            open.extend(entry.parts.iter().chain(entry.alternatives.iter()).chain(entry.conditional.iter()));
        }
    }
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

/// Passes secrets, their files and forms on to the entries that they are in.
fn propagate(entries: &mut [IndexEntry]) {
    let mut parents = vec![Vec::new(); entries.len()];
    for (place, entry) in entries.iter().enumerate() {
        entry.inner().for_each(|inner| parents[inner].push(place));
    }
    let is_secret_file = |entry: &IndexEntry| entry.marks.iter().any(|mark| mark == SECRET_FILE);
    raise(entries, &parents, |entry| entry.secret, |entry| entry.secret = true);
    raise(entries, &parents, |entry| entry.refuses_plain_text, |entry| entry.refuses_plain_text = true);
    raise(entries, &parents, is_secret_file, |entry| entry.marks.push(SECRET_FILE.to_owned()));
    type Flag = fn(&mut IndexEntry) -> &mut bool;
    let of_secrets: (Flag, fn(&IndexEntry) -> bool) = (|entry| &mut entry.holds_secrets, |entry| entry.secret);
    let of_forms: (Flag, fn(&IndexEntry) -> bool) =
        (|entry| &mut entry.holds_forms, |entry| entry.optional || entry.duration);
    let of_files: (Flag, fn(&IndexEntry) -> bool) = (|entry| &mut entry.holds_secret_files, is_secret_file);
    for (flag, is_own) in [of_secrets, of_forms, of_files] {
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

/// Marks the schemas that apply to the same value as a marked one: a value is secret if one of the alternatives or parts of its schema
/// says so. Generators of schemas write a reference with a description as `allOf`.
fn raise(
    entries: &mut [IndexEntry],
    parents: &[Vec<usize>],
    is_marked: fn(&IndexEntry) -> bool,
    mark: fn(&mut IndexEntry),
) {
    let mut open: Vec<usize> = (0..entries.len()).filter(|place| is_marked(&entries[*place])).collect();
    while let Some(place) = open.pop() {
        for parent in &parents[place] {
            let entry = &mut entries[*parent];
            let is_of_value =
                [&entry.alternatives, &entry.parts, &entry.conditional].iter().any(|list| list.contains(&place));
            if is_of_value && !is_marked(entry) {
                mark(entry);
                open.push(*parent);
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
                (SECRET, Json::Bool(set)) => (entry.secret, entry.refuses_plain_text) = (*set, *set),
                (WRITE_ONLY, Json::Bool(set)) => entry.secret |= *set && schema.get(SECRET).is_none(),
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
                ("format", Json::String(name)) => {
                    entry.duration = name == Duration::FORMAT;
                    // The mark of OpenAPI and pydantic; `x-secret` overrules it.
                    let is_password = name == "password" && schema.get(SECRET).is_none();
                    entry.secret |= is_password;
                    entry.refuses_plain_text |= is_password;
                }
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
                ("additionalProperties", inner) => {
                    entry.refuses_others = Some(*inner == false);
                    if inner.is_object() {
                        entry.others = Some(self.entry(inner, at, dialect));
                    }
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
