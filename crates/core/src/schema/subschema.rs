//! A subschema: the part of a schema that applies to one value.
//!
//! Defaults, messages, the decision what is secret, and the reference pages navigate a schema with this type.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::environment::Environment;
use crate::schema::document::Document;
use crate::schema::index::{Index, IndexEntry, Types};
use crate::schema::keywords::DEFAULTS;
use crate::schema::pointer::at_pointer;
use crate::value::{Node, Segment, Value, are_equal_keys, json};

/// The depth of tables in which fields are found. A chain of references may be longer than a config is deep.
pub const MAX_NESTING: usize = 64;

/// The part of a schema that applies to one value.
#[derive(Debug, Clone, Copy)]
pub struct Subschema<'s> {
    document: &'s Document,
    index: &'s Index,
    entry: &'s IndexEntry,
    /// True if the value is in a secret.
    in_secret: bool,
    /// True if the value is in a secret that must not stand in plain text.
    refuses_plain_text: bool,
}

impl<'s> Subschema<'s> {
    /// Returns the root of a schema, with its index.
    pub fn root(document: &'s Document, index: &'s Index) -> Self {
        Self { document, index, entry: &index.entries[0], in_secret: false, refuses_plain_text: false }
    }

    /// Returns the subschema at a position of the index.
    #[inline(always)]
    pub(super) fn to(self, place: usize) -> Self {
        let (in_secret, refuses_plain_text) = (self.is_secret(), self.refuses_plain_text());
        Self { entry: &self.index.entries[place], in_secret, refuses_plain_text, ..self }
    }

    /// Returns the value of a keyword: of the subschema itself, or else of the target of its reference.
    pub fn get(self, keyword: &str) -> Option<&'s Json> {
        self.stated(keyword).next()
    }

    /// Tells whether the default is null: null means that the field is absent.
    pub fn is_null_by_default(self) -> bool {
        self.own_and_targets()
            .find(|entry| entry.null_default || entry.default.is_some())
            .is_some_and(|it| it.null_default)
    }

    /// Returns the entries of the subschema itself and of the targets of its references.
    fn own_and_targets(self) -> impl Iterator<Item = &'s IndexEntry> {
        let base = move |entry: &&'s IndexEntry| entry.base.map(|place| &self.index.entries[place]);
        std::iter::successors(Some(self.entry), base)
    }

    /// Returns the values of a keyword, of the subschema itself and of the targets of its references.
    fn stated(self, keyword: &str) -> impl Iterator<Item = &'s Json> {
        self.own_and_targets().filter_map(move |entry| match keyword {
            "default" => entry.default.as_deref(),
            DEFAULTS => entry.defaults.as_deref(),
            "required" => entry.required.as_deref(),
            _ => at_pointer(self.document.json(), &entry.pointer)?.get(keyword),
        })
    }

    /// Returns the value of a keyword, if it is a string.
    pub fn text(self, keyword: &str) -> Option<&'s str> {
        self.get(keyword).and_then(Json::as_str)
    }

    /// Tells whether a keyword such as `x-environment` or `deprecated` is `true`.
    pub fn marked(self, keyword: &str) -> bool {
        self.entry.marks.iter().any(|mark| mark == keyword)
    }

    /// Tells whether a keyword such as `x-environment` is `true` anywhere in the schema.
    pub fn has_mark(self, keyword: &str) -> bool {
        self.index.has_mark(keyword)
    }

    /// Tells whether the field may be absent: `x-optional`.
    pub fn is_optional(self) -> bool {
        self.entry.optional
    }

    /// Tells whether the value is secret: the subschema has `x-secret`, `format: password` or `writeOnly`, one of its alternatives or
    /// parts has it, or the value is in a secret.
    pub fn is_secret(self) -> bool {
        self.in_secret || self.entry.secret
    }

    /// Tells whether the value is a secret that must not stand in plain text, as one that is only `writeOnly` may.
    pub fn refuses_plain_text(self) -> bool {
        self.refuses_plain_text || self.entry.refuses_plain_text
    }

    /// Tells whether the table is an overlay, with the keys of the root: `x-overlay`.
    pub fn is_overlay(self) -> bool {
        self.entry.overlay
    }

    /// Returns the root of the schema.
    pub fn top(self) -> Subschema<'s> {
        self.to(0)
    }

    /// Tells whether the table has no keys but those that are named: `additionalProperties = false`.
    pub fn is_closed(self) -> bool {
        self.entry.refuses_others == Some(true) && self.entry.patterns.is_empty()
    }

    /// Tells whether the value is a duration.
    pub fn is_duration(self) -> bool {
        self.entry.duration
    }

    /// Tells whether the value may contain a duration or an optional text, which have several written forms.
    pub fn holds_forms(self) -> bool {
        self.entry.holds_forms
    }

    /// Tells whether the value may contain a secret.
    pub fn holds_secrets(self) -> bool {
        self.in_secret || self.entry.holds_secrets
    }

    /// Tells whether the value may contain the path of a secret's file.
    pub fn holds_secret_files(self) -> bool {
        self.entry.holds_secret_files
    }

    /// Tells whether the value is a list of scalars that have only one written form: texts other than durations, integers,
    /// booleans.
    pub fn lists_single(self) -> bool {
        let items = self.entry.items.map(|place| &self.index.entries[place]);
        let single = items.is_some_and(|items| items.types.are_single() && !items.duration && !items.has_default);
        single && self.entry.first_items.is_empty()
    }

    /// Tells whether the value is a table with named keys.
    pub fn is_table(self) -> bool {
        self.entry.properties.is_some()
    }

    /// Returns the fields of the table, in the order of the schema.
    pub fn fields(self) -> impl Iterator<Item = (&'s String, Subschema<'s>)> {
        let fields = self.entry.properties.iter().flat_map(|properties| properties.iter());
        fields.map(move |(name, place)| (name, self.to(*place)))
    }

    /// Returns a field of the table, without looking into parts and alternatives.
    pub fn field(self, name: &str) -> Option<Subschema<'s>> {
        let place = self.entry.properties.as_ref()?.get(name)?;
        Some(self.to(*place))
    }

    /// Returns the position of a field in the order of the schema. The name at the expected position is compared before names are
    /// searched.
    pub fn rank(self, name: &str, expected: usize) -> Option<usize> {
        let properties = self.entry.properties.as_ref()?;
        match properties.get_index(expected) {
            Some((known, _)) if known == name => Some(expected),
            _ => properties.get_index_of(name),
        }
    }

    /// Returns `properties`, if the value is a table with named keys: the place of each in the index.
    pub fn properties(self) -> Option<&'s IndexMap<String, usize, RandomState>> {
        self.entry.properties.as_deref()
    }

    /// Tells whether the table requires a key.
    pub fn requires(self, key: &str) -> bool {
        self.stated("required").filter_map(Json::as_array).flatten().any(|name| name == key)
    }

    /// Returns the names of the admitted types.
    pub fn types(self) -> Vec<&'s str> {
        match self.get("type") {
            Some(Json::String(name)) => vec![name],
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Tells whether `type` has a name.
    pub fn names_type(self, name: &str) -> bool {
        self.entry.types.has(name)
    }

    /// Tells whether `type` admits a value.
    pub fn admits_type(self, value: &Value) -> bool {
        self.entry.types.admit(value)
    }

    /// Tells whether the subschema has `enum`.
    pub fn is_enumerated(self) -> bool {
        self.entry.enumerated
    }

    /// Tells whether the value is a float: `number` without `integer`. Whole numbers are then written as `1.0`.
    pub fn is_float(self) -> bool {
        self.entry.types == Types::NUMBER
    }

    /// Returns the alternatives: `oneOf`, or else `anyOf`.
    pub fn alternatives(self) -> impl Iterator<Item = Subschema<'s>> {
        self.entry.alternatives.iter().map(move |place| self.to(*place))
    }

    /// Returns the parts: `allOf`.
    pub fn parts(self) -> impl Iterator<Item = Subschema<'s>> {
        self.entry.parts.iter().map(move |place| self.to(*place))
    }

    /// Returns the subschemas that apply under a condition: `then`, `else` and `dependentSchemas`.
    pub fn conditional(self) -> impl Iterator<Item = Subschema<'s>> {
        self.entry.conditional.iter().map(move |place| self.to(*place))
    }

    /// Returns the subschemas of elements: `prefixItems`, then `items`.
    pub fn elements(self) -> impl Iterator<Item = Subschema<'s>> {
        self.entry.first_items.iter().chain(&self.entry.items).map(move |place| self.to(*place))
    }

    /// Returns the patterns of keys with their subschemas: `patternProperties`.
    pub fn patterns(self) -> impl Iterator<Item = (&'s str, Subschema<'s>)> {
        self.entry.patterns.iter().map(move |(pattern, place)| (pattern.text(), self.to(*place)))
    }

    /// Returns the subschema of the keys that match a pattern: `patternProperties`.
    pub fn matching(self, key: &str) -> Option<Subschema<'s>> {
        let found = self.entry.patterns.iter().find(|(pattern, _)| pattern.matches(key));
        found.map(|(_, place)| self.to(*place))
    }

    /// Returns the subschema of the entries that are not named: `additionalProperties`, or else `unevaluatedProperties`.
    pub fn others(self) -> Option<Subschema<'s>> {
        self.entry.others.map(|place| self.to(place))
    }

    /// Returns the place in the document, as a JSON Pointer. It identifies a subschema in a schema that contains itself.
    pub fn place(self) -> &'s str {
        &self.entry.pointer
    }

    /// Returns the alternative that `node` resembles most, with its index; `None` if no alternative admits its type.
    pub fn chosen(self, node: &Node) -> Option<(usize, Subschema<'s>)> {
        let fitting = self.alternatives().enumerate().filter(|(_, view)| view.entry.types.admit(&node.value));
        // Prefer the first of several equally similar ones; `max_by_key` would return the last.
        fitting.fold(None, |best: Option<(usize, Subschema<'s>)>, next| match best {
            Some(best) if best.1.similarity(node) >= next.1.similarity(node) => Some(best),
            _ => Some(next),
        })
    }

    /// Counts the keys of the table `node` that the subschema names.
    pub fn known_keys(self, node: &Node) -> usize {
        let (Some(properties), Some(table)) = (&self.entry.properties, node.as_table()) else { return 0 };
        // The schema has a fixed number of names; the table may have any number of keys.
        properties.keys().filter(|name| table.contains_key(*name)).count()
    }

    /// Returns the similarity of the table `node`: the number of known keys, and far above that the values of `const`, which
    /// distinguish alternatives.
    fn similarity(self, node: &Node) -> i64 {
        const DISTINGUISHING: i64 = 1000;
        let (Some(properties), Some(table)) = (&self.entry.properties, node.as_table()) else { return 0 };
        let known = properties.iter().filter_map(|(name, place)| Some((self.to(*place), table.get(name)?)));
        known
            .map(|(view, value)| match view.get("const").filter(|_| view.entry.constant) {
                Some(constant) if *constant == json::write(value) => DISTINGUISHING,
                Some(_) => -DISTINGUISHING,
                None => 1,
            })
            .sum()
    }

    /// Returns the names of the known keys of the table `node`, without the deprecated ones.
    pub fn names(self, node: &Node) -> Vec<&'s str> {
        let own = self.fields().filter(|(_, view)| !view.marked("deprecated"));
        let mut names: Vec<&str> = own.map(|(name, _)| name.as_str()).collect();
        names.extend(self.parts().flat_map(|part| part.names(node)));
        names.extend(self.chosen(node).into_iter().flat_map(|(_, view)| view.names(node)));
        names.extend(self.conditional().flat_map(|view| view.names(node)));
        names
    }

    /// Returns the subschema at a JSON Pointer, which begins at this subschema; that of a violation begins at the root.
    pub fn pointer(self, pointer: &str) -> Option<Self> {
        // A root that is a reference has the entry of its target, and its pointers still begin at the document.
        let is_root = std::ptr::eq(self.entry, &self.index.entries[0]);
        let start = if is_root { "" } else { self.entry.pointer.as_str() };
        Some(Self { entry: self.index.at(&[start, pointer].concat())?, ..self })
    }

    /// Returns a field of the table if it has this index in the order of the schema. Most tables have their keys in that order, so
    /// that the name at the same index is compared before names are searched.
    pub(super) fn field_at(self, index: usize, key: &str) -> Option<Subschema<'s>> {
        let (name, place) = self.entry.properties.as_ref()?.get_index(index)?;
        (are_equal_keys(name, key) && !self.entry.overlay).then(|| self.to(*place))
    }

    /// Returns the subschema of an entry of the table `node`.
    pub fn property(self, key: &str, node: &Node) -> Option<Subschema<'s>> {
        if self.entry.overlay {
            return self.top().property(key, node);
        }
        if let Some(property) = self.entry.properties.as_ref().and_then(|properties| properties.get(key)) {
            return Some(self.to(*property));
        }
        let inherited = || self.parts().find_map(|part| part.property(key, node));
        let chosen = || self.chosen(node)?.1.property(key, node);
        let conditional = || self.conditional().find_map(|part| part.property(key, node));
        self.matching(key).or_else(inherited).or_else(chosen).or_else(conditional).or_else(|| self.others())
    }

    /// Returns the subschema of an element of the list `node`.
    pub fn element(self, index: usize, node: &Node) -> Option<Subschema<'s>> {
        match self.entry.first_items.get(index).or(self.entry.items.as_ref()) {
            Some(items) => Some(self.to(*items)),
            None => {
                let chosen = || self.chosen(node)?.1.element(index, node);
                self.parts().find_map(|part| part.element(index, node)).or_else(chosen)
            }
        }
    }

    /// Returns the subschema of the value at `path` in the tree `node`.
    pub fn at(self, path: &[Segment], node: &Node) -> Option<Subschema<'s>> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        let missing = Node::generated(Value::Null);
        let child = node.get(std::slice::from_ref(first)).unwrap_or(&missing);
        self.step(first, node)?.at(rest, child)
    }

    /// Returns the subschema of the child of `node` at `segment`.
    fn step(self, segment: &Segment, node: &Node) -> Option<Subschema<'s>> {
        match (segment, &node.value) {
            (Segment::Key(key), _) => self.property(key, node),
            (Segment::Index(index), Value::Table(_)) => self.property(&index.to_string(), node),
            (Segment::Index(index), _) => self.element(*index, node),
        }
    }

    /// Returns the default in an environment.
    pub fn default_in(self, environment: Environment) -> Option<&'s Json> {
        if !self.entry.has_default {
            return None;
        }
        let by_environment = self.get(DEFAULTS).and_then(|defaults| defaults.get(environment.name()));
        // A default of null says that the field is absent.
        by_environment.or_else(|| self.get("default")).filter(|default| !default.is_null())
    }

    /// Tells whether the subschema has a default in any environment.
    pub fn has_default(self) -> bool {
        self.entry.has_default
    }

    /// Tells whether the subschema has `const`.
    pub fn is_constant(self) -> bool {
        self.entry.constant
    }

    /// Tells whether the schema admits null: by `type`, `enum`, `const`, an alternative or a part.
    pub fn admits_null(self) -> bool {
        let listed = || self.get("enum").and_then(Json::as_array).is_some_and(|options| options.contains(&Json::Null));
        self.entry.types.has("null")
            || self.entry.enumerated && listed()
            || self.entry.constant && self.get("const") == Some(&Json::Null)
            || self.alternatives().chain(self.parts()).any(Subschema::admits_null)
    }

    /// Tells whether `type` admits the type of a value.
    pub fn admits_type_of(self, node: &Node) -> bool {
        self.entry.types.admit(&node.value)
    }

    /// Tells whether a value is among those that `const` and `enum` list, or none are listed.
    pub fn lists(self, node: &Node) -> bool {
        if !self.entry.constant && !self.entry.enumerated {
            return true;
        }
        let value = json::write(node);
        self.get("const").is_none_or(|constant| *constant == value)
            && self.get("enum").and_then(Json::as_array).is_none_or(|options| options.contains(&value))
    }

    /// Returns the keys that the table requires.
    pub fn required(self) -> impl Iterator<Item = &'s str> {
        self.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
    }

    /// Returns the first sentence of the description in lower case and without the full stop, as a part of a help.
    pub fn summary(self) -> Option<String> {
        let description = self.text("description")?;
        // A heading of Markdown says nothing about the field.
        let is_heading = |text: &str| text.starts_with('#') && text.trim_start_matches('#').starts_with(' ');
        let mut paragraphs = description.split("\n\n").map(str::trim);
        let paragraph = paragraphs.find(|text| !text.is_empty() && !is_heading(text))?.replace('\n', " ");
        let sentence = paragraph.split_inclusive(". ").next()?.trim_end().trim_end_matches('.');
        let mut chars = sentence.chars();
        let first = chars.next()?;
        // Keep the capitals of an abbreviation.
        let lower = chars.clone().next().is_none_or(|second| !second.is_uppercase());
        let first = if lower { first.to_lowercase().to_string() } else { first.to_string() };
        Some(first + chars.as_str())
    }

    /// Tells whether the place `path` in the tree `node` is secret, whatever its value. A place in a secret is secret even if
    /// the schema does not describe it.
    pub fn hides(self, path: &[Segment], node: &Node) -> bool {
        let Some((first, rest)) = path.split_first() else { return self.is_secret() };
        let missing = Node::generated(Value::Null);
        let child = node.get(std::slice::from_ref(first)).unwrap_or(&missing);
        let (view, hidden) = self.below(first, node);
        hidden || view.is_some_and(|view| view.hides(rest, child))
    }

    /// Tells whether `value` must not be displayed as the value at `path`; the tree may have another value there.
    pub fn conceals(self, path: &[Segment], tree: &Node, value: &Node) -> bool {
        self.hides(path, tree) || self.at(path, tree).is_some_and(|view| view.hides_value(value))
    }

    /// Tells whether a value of this field must not be displayed: the field is secret, or the value is a text or a number in
    /// the place of a table or a list with secrets, and may contain all of them.
    pub fn hides_value(self, value: &Node) -> bool {
        let reveals_nothing = matches!(value.value, Value::Null | Value::Bool(_) | Value::List(_) | Value::Table(_));
        self.is_secret() || self.holds_secrets() && !reveals_nothing && !self.names_value(&json::write(value))
    }

    /// Returns the subschema of the child of `node` at `segment`, and whether that child is hidden: it is in a secret, or in
    /// another list or table than the one with secrets that the schema describes.
    pub fn below(self, segment: &Segment, node: &Node) -> (Option<Subschema<'s>>, bool) {
        let view = self.step(segment, node);
        (view, self.is_secret() || view.is_none() && self.hides_undescribed(node))
    }

    /// Tells whether the undescribed entries of `node` are hidden: the schema describes secrets here, in another list or
    /// table.
    pub fn hides_undescribed(self, node: &Node) -> bool {
        let is_misplaced = || match &node.value {
            Value::List(_) => true,
            Value::Table(_) => !self.describes_tables(),
            _ => false,
        };
        self.holds_secrets() && is_misplaced()
    }

    fn describes_tables(self) -> bool {
        self.is_overlay()
            || self.is_table()
            || self.others().is_some()
            || self.alternatives().chain(self.parts()).any(Subschema::describes_tables)
    }

    /// Tells whether the schema itself names a value: `const` or `enum`.
    fn names_value(self, value: &Json) -> bool {
        let options = self.get("enum").and_then(Json::as_array);
        self.get("const") == Some(value)
            || options.is_some_and(|options| options.contains(value))
            || self.alternatives().chain(self.parts()).any(|view| view.names_value(value))
    }
}

#[cfg(test)]
mod tests;
