use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::binary_json;
use super::pattern::LazyPattern;
use super::types::Types;

/// The index entry of a subschema. It refers to other entries by their position in the index.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct IndexEntry {
    /// The place in the document, as a JSON Pointer.
    #[serde(skip)]
    pub pointer: String,
    /// `x-optional`.
    pub optional: bool,
    /// `x-secret`, `format: password` or `writeOnly`, of the subschema or of one that applies to the same value: an alternative, a
    /// part, a branch of a condition.
    pub secret: bool,
    /// The same without `writeOnly`, which hides a value and admits it in plain text.
    pub refuses_plain_text: bool,
    /// True if it has `x-defaults`, or a `default` other than null.
    pub has_default: bool,
    /// True if `default` is null: null means that the field is absent.
    pub null_default: bool,
    /// `default`, which is read for every config that leaves the field out.
    #[serde(with = "binary_json")]
    pub default: Option<Box<Json>>,
    /// `x-defaults`.
    #[serde(with = "binary_json")]
    pub defaults: Option<Box<Json>>,
    /// `required`.
    #[serde(with = "binary_json")]
    pub required: Option<Box<Json>>,
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
    pub properties: Option<Arc<IndexMap<String, usize, RandomState>>>,
    /// `patternProperties`.
    pub patterns: Arc<[(LazyPattern, usize)]>,
    /// `additionalProperties`: true if it is `false`, which refuses keys that are not named.
    pub refuses_others: Option<bool>,
    /// `additionalProperties`, or else `unevaluatedProperties`, when it is a schema.
    pub others: Option<usize>,
    /// `allOf`, and the target of `$ref` where it has the same keywords as the schema beside it.
    pub parts: Arc<[usize]>,
    /// `oneOf`, or else `anyOf`.
    pub alternatives: Arc<[usize]>,
    /// `then`, `else` and `dependentSchemas`, which apply under a condition.
    pub conditional: Arc<[usize]>,
    /// `prefixItems`, or a list of `items`.
    pub first_items: Arc<[usize]>,
    /// `items`, or `additionalItems` behind a list of `items`.
    pub items: Option<usize>,
    /// The target of a `$ref` that has other keywords beside it. The entry has the target's fields where it has none of its
    /// own.
    pub base: Option<usize>,
    /// True if the value, or a value in it, is optional or a duration.
    pub holds_forms: bool,
    /// True if the value, or a value in it, is secret.
    pub holds_secrets: bool,
    /// True if the value, or a value in it, is the path of a secret's file.
    pub holds_secret_files: bool,
}

impl IndexEntry {
    /// Returns the entries of the same value and of the values in it.
    pub(super) fn inner(&self) -> impl Iterator<Item = usize> {
        let named = self.properties.iter().flat_map(|properties| properties.values()).chain(&self.others);
        let named = named.chain(self.patterns.iter().map(|(_, place)| place));
        let same = self.parts.iter().chain(&*self.alternatives).chain(&*self.conditional);
        // An overlay has the same fields as the root.
        let whole = self.overlay.then_some(0);
        named.chain(same).chain(&*self.first_items).chain(&self.items).copied().chain(whole)
    }

    /// Takes over what the schema states by its reference alone.
    pub(super) fn inherit(&mut self, base: &Self, place: usize, own: &Json) {
        self.optional |= base.optional;
        self.secret |= base.secret;
        self.refuses_plain_text |= base.refuses_plain_text;
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
        self.refuses_others = self.refuses_others.or(base.refuses_others);
        self.others = self.others.or(base.others);
        self.items = self.items.or(base.items);
    }
}
