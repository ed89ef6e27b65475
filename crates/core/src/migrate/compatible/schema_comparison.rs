//! Comparison of two schemas, walked in parallel.

use serde_json::{Map, Value as Json};

use crate::diagnostics::codes::{self, Code};
use crate::migrate::compatible::bounds;
use crate::migrate::compatible::breaking_change::BreakingChange;
use crate::schema::reference_target;
use crate::value::Path;

/// A running comparison: both documents and the breaking changes found so far.
pub struct SchemaComparison<'s> {
    old: &'s Json,
    new: &'s Json,
    changes: Vec<BreakingChange>,
    /// The pairs around the current one, which end the recursion of a schema that contains itself.
    parents: Vec<(*const Json, *const Json)>,
}

/// Keywords whose change may reject stored configs in ways that the comparison cannot judge.
const OPAQUE: &[&str] = &[
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "contains",
    "propertyNames",
    "patternProperties",
    "prefixItems",
    "unevaluatedProperties",
    "unevaluatedItems",
];

impl<'s> SchemaComparison<'s> {
    /// Returns the changes by which `new` rejects configs that `old` admits.
    pub fn compare(old: &'s Json, new: &'s Json) -> Vec<BreakingChange> {
        let mut comparison = Self { old, new, changes: Vec::new(), parents: Vec::new() };
        comparison.compare_at(old, new, &Path::root());
        comparison.changes
    }

    fn report(&mut self, code: &Code, path: &Path, predicate: &str) {
        self.changes.push(BreakingChange::new(code, path, predicate));
    }

    fn compare_at(&mut self, old: &'s Json, new: &'s Json, path: &Path) {
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        let pair = (std::ptr::from_ref(old), std::ptr::from_ref(new));
        if old == new && self.old == self.new || self.parents.contains(&pair) || *old == Json::Bool(false) {
            return;
        }
        if *new == Json::Bool(false) {
            return self.report(&codes::COMPATIBLE_REMOVED, path, "is no longer accepted");
        }
        self.parents.push(pair);
        let mut narrowed = bounds::narrowed(old, new);
        for keyword in
            OPAQUE.iter().filter(|keyword| new.get(**keyword).is_some() && new.get(**keyword) != old.get(**keyword))
        {
            narrowed.push(format!("has a different `{keyword}`"));
        }
        for predicate in narrowed {
            self.report(&codes::COMPATIBLE_NARROWED, path, &predicate);
        }
        self.properties(old, new, path);
        if let Some(items) = new.get("items") {
            self.compare_at(old.get("items").unwrap_or(&Json::Null), items, &path.index(0));
        }
        for part in array(new, "allOf") {
            if !array(old, "allOf").contains(part) {
                self.compare_at(old, part, path);
            }
        }
        self.alternatives(old, new, path);
        self.parents.pop();
    }

    fn properties(&mut self, old: &'s Json, new: &'s Json, path: &Path) {
        let (old_properties, new_properties) = (object(old, "properties"), object(new, "properties"));
        let others = new.get("additionalProperties");
        for (name, property) in old_properties.into_iter().flatten() {
            match (new_properties.and_then(|properties| properties.get(name)), others) {
                (Some(new_property), _) => self.compare_at(property, new_property, &path.key(name)),
                (None, Some(Json::Bool(false))) => {
                    self.report(&codes::COMPATIBLE_REMOVED, &path.key(name), "was removed")
                }
                (None, Some(others)) => self.compare_at(property, others, &path.key(name)),
                (None, None) => {}
            }
        }
        let is_required = |schema: &Json, name: &str| array(schema, "required").iter().any(|key| key == name);
        for name in array(new, "required").iter().filter_map(Json::as_str) {
            let property = new_properties.and_then(|properties| properties.get(name));
            let has_default = property.is_some_and(|property| property.get("default").is_some());
            if !is_required(old, name) && !has_default {
                self.report(&codes::COMPATIBLE_REQUIRED, &path.key(name), "is required now, and has no default");
            }
        }
        // Compare the other keys only where the old schema admits tables.
        let (Some(others), true) = (others, admits_tables(old)) else { return };
        match old.get("additionalProperties") {
            Some(Json::Bool(false)) => {}
            Some(before @ Json::Object(_)) if *others != Json::Bool(false) => {
                self.compare_at(before, others, &path.key("*"))
            }
            _ if *others == Json::Bool(false) => {
                self.report(&codes::COMPATIBLE_NARROWED, path, "no longer accepts keys that it does not name")
            }
            _ => self.compare_at(&Json::Null, others, &path.key("*")),
        }
    }

    /// Compares alternatives: each old one must be admitted by a new one.
    fn alternatives(&mut self, old: &'s Json, new: &'s Json, path: &Path) {
        let (old_alternatives, new_alternatives) = (alternatives(old), alternatives(new));
        if new_alternatives.is_empty() {
            // The comparison of both schemas did not see the keywords of the old alternatives.
            if constrains_values(new) {
                for alternative in old_alternatives {
                    self.compare_at(alternative, new, path);
                }
            }
            return;
        }
        for alternative in if old_alternatives.is_empty() { vec![old] } else { old_alternatives } {
            let attempts = new_alternatives.iter().map(|candidate| {
                let mut comparison = SchemaComparison { changes: Vec::new(), parents: self.parents.clone(), ..*self };
                comparison.compare_at(alternative, candidate, path);
                comparison.changes
            });
            // The closest alternative gives the best description.
            let closest =
                attempts.min_by_key(|changes| (changes.iter().any(|change| change.path == *path), changes.len()));
            self.changes.extend(closest.unwrap_or_default());
        }
    }
}

/// Returns the alternatives of a schema: `oneOf` and `anyOf`.
fn alternatives(schema: &Json) -> Vec<&Json> {
    array(schema, "oneOf").iter().chain(array(schema, "anyOf")).collect()
}

/// Returns whether a schema constrains values by more than alternatives.
fn constrains_values(schema: &Json) -> bool {
    ["type", "enum", "const", "properties", "pattern", "format"].iter().any(|keyword| schema.get(*keyword).is_some())
}

fn admits_tables(schema: &Json) -> bool {
    match schema.get("type") {
        None => schema.get("enum").is_none() && schema.get("const").is_none(),
        Some(Json::Array(types)) => types.iter().any(|name| name == "object"),
        Some(name) => name == "object",
    }
}

fn array<'s>(schema: &'s Json, keyword: &str) -> &'s [Json] {
    schema.get(keyword).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

fn object<'s>(schema: &'s Json, keyword: &str) -> Option<&'s Map<String, Json>> {
    schema.get(keyword).and_then(Json::as_object)
}

/// Follows references within a document.
fn resolved<'s>(document: &'s Json, mut schema: &'s Json) -> &'s Json {
    for _ in 0..16 {
        match reference_target(document, schema) {
            Some((next, _)) => schema = next,
            None => break,
        }
    }
    schema
}
