//! The parts of a resolved schema: each document, or each resource in each dynamic scope.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value as Json, json};

use super::dialect::Dialect;
use super::resource::Place;

/// A part of the resolved schema.
#[derive(Debug)]
pub struct Unit {
    /// The place that it is a copy of.
    pub origin: Place,
    /// The place in the resolved schema.
    pub place: String,
    /// The changes, by the place in the unit.
    pub edits: BTreeMap<String, Edit>,
    /// The places in the document whose schemas have been walked.
    pub walked: HashSet<String>,
}

/// The changes of one schema.
#[derive(Debug, Default)]
pub struct Edit {
    /// The keywords to remove.
    pub remove: Vec<&'static str>,
    /// The references, by their keywords.
    pub references: Vec<(&'static str, String)>,
    /// The identifier and the dialect of a resource, where the dialects differ.
    pub resource: Option<(String, Dialect)>,
}

impl Unit {
    /// Makes a unit.
    pub fn new(origin: Place, place: String) -> Self {
        Self { origin, place, edits: BTreeMap::new(), walked: HashSet::new() }
    }

    /// Returns the edit of the schema at a place of the document.
    pub fn edit(&mut self, pointer: &str) -> &mut Edit {
        let within = pointer.strip_prefix(self.origin.pointer.as_str()).unwrap_or_default();
        self.edits.entry(within.to_owned()).or_default()
    }

    /// Applies the edits to a copy of the origin.
    pub fn apply(&self, json: &mut Json) {
        for (pointer, edit) in &self.edits {
            if let Some(schema) = json.pointer_mut(pointer) {
                edit.apply(schema);
            }
        }
    }
}

impl Edit {
    fn apply(&self, schema: &mut Json) {
        let Some(keywords) = schema.as_object_mut() else { return };
        for keyword in &self.remove {
            keywords.shift_remove(*keyword);
        }
        if let Some((uri, dialect)) = &self.resource {
            keywords.insert("$schema".to_owned(), json!(dialect.uri()));
            keywords.insert(dialect.id_keyword().to_owned(), json!(uri));
        }
        for (keyword, reference) in &self.references {
            let reference = json!(reference);
            if *keyword == "$ref" {
                keywords.insert("$ref".to_owned(), reference);
                continue;
            }
            keywords.shift_remove(*keyword);
            if !keywords.contains_key("$ref") {
                keywords.insert("$ref".to_owned(), reference);
            } else if let Json::Array(parts) = keywords.entry("allOf").or_insert_with(|| json!([])) {
                // A schema may have both kinds of references.
                parts.push(json!({ "$ref": reference }));
            }
        }
    }
}
