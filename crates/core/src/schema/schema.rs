//! The type of a schema.

use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use serde_json::Value as Json;

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::parallel;
use crate::schema::explain::{self, ExplainContext, Explainer};
use crate::schema::index::{self, IndexEntry};
use crate::schema::subschema::Subschema;
use crate::schema::trial::ValidationTrial;
use crate::schema::validator::{InvalidSchema, PartValidators, Validator};
use crate::schema::{generate, unrepresentable};
use crate::value::{Node, Path, Sources};

/// A compiled schema with its index.
pub struct Schema {
    json: Json,
    /// For a generated schema, the document with its keywords in a readable order. Made on demand, because validation
    /// does not need it.
    readable: Option<OnceLock<Json>>,
    index: Vec<IndexEntry>,
    validator: Validator,
}

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    ///
    /// The schema is invalid, refers to itself without an end, or refers to another document.
    pub fn new(json: Json) -> Result<Self, InvalidSchema> {
        if let Some(pointer) = index::find_cycle(&json) {
            return Err(InvalidSchema { pointer, message: "it refers to itself without an end".to_owned() });
        }
        let validator = Validator::new(&json)?;
        Ok(Self { index: index::build(&json), json, readable: None, validator })
    }

    /// Compiles a schema that was generated from types. It is not validated by its meta-schema: the tests of the program
    /// do that, and it would be most of the time of a start.
    ///
    /// # Errors
    ///
    /// The schema has an invalid pattern, or refers to another document.
    pub fn from_types(json: Json) -> Result<Self, InvalidSchema> {
        let validator = Validator::new_trusted(&json)?;
        Ok(Self { index: index::build(&json), json, readable: Some(OnceLock::new()), validator })
    }

    /// Returns the document.
    pub fn json(&self) -> &Json {
        let Some(readable) = &self.readable else { return &self.json };
        readable.get_or_init(|| {
            let mut json = self.json.clone();
            generate::arrange(&mut json);
            json
        })
    }

    /// Returns the root of the indexed schema.
    pub fn view(&self) -> Subschema<'_> {
        Subschema::root(&self.json, &self.index)
    }

    /// Returns the diagnostic for a key that the schema does not name, for keys that are found outside of the schema.
    pub fn unknown_key(&self, path: &Path, tree: &Node) -> Diagnostic {
        let sources = Sources::default();
        let context = ExplainContext {
            sources: &sources,
            environment: None,
            unknown_keys: Severity::Error,
            env_prefix: None,
            resolved: false,
        };
        let parts = PartValidators::new(&self.json);
        let trial = ValidationTrial::new(&self.validator, parts, self.view(), tree, &context);
        explain::unknown_key(path, &Explainer::new(self.view(), tree, &context, &trial))
    }

    /// Returns a diagnostic for each violation of the schema by `tree`.
    pub fn diagnostics(&self, tree: &Node, context: &ExplainContext<'_>) -> Vec<Diagnostic> {
        let unrepresentable = || {
            let parts = PartValidators::new(&self.json);
            let trial = ValidationTrial::new(&self.validator, parts, self.view(), tree, context);
            unrepresentable::diagnostics(&Explainer::new(self.view(), tree, context, &trial))
        };
        let (mut found, is_valid) =
            parallel::both(context.sources.is_large(), unrepresentable, || self.validator.is_valid(tree));
        if is_valid {
            return found;
        }
        let violations = explain::without_consequences(self.validator.violations(tree).collect(), self.view());
        let parts = PartValidators::new(&self.json);
        let trial = ValidationTrial::new(&self.validator, parts, self.view(), tree, context);
        let explainer = Explainer::new(self.view(), tree, context, &trial);
        let explained = violations.iter().flat_map(|violation| explain::diagnostics(violation, &explainer));
        // Several parts of a schema may reject a value for the same reason.
        let mut seen = HashSet::new();
        let is_new = |diagnostic: &Diagnostic| {
            seen.insert((diagnostic.code.clone(), diagnostic.path.clone(), diagnostic.message.clone()))
        };
        let by_keyword: Vec<Diagnostic> = explained.filter(is_new).collect();
        // A misspelt key is one mistake: the right one is missing because of it.
        let misspelt =
            by_keyword.iter().filter(|it| it.is(&codes::SCHEMA_UNKNOWN_KEY) && it.severity == Severity::Error);
        let meant: HashSet<Path> =
            misspelt.filter(|it| it.suggestions.len() == 1).filter_map(|it| it.suggestions[0].path.clone()).collect();
        let is_misspelt = |it: &Diagnostic| it.keyword.as_deref() == Some("required") && meant.contains(&it.path);
        // A value of the wrong type violates other keywords as well, and so does an unrepresentable one. The first
        // diagnostic is enough.
        let is_of_type = |diagnostic: &Diagnostic| diagnostic.keyword.as_deref() == Some("type");
        let wrong_type: HashSet<Path> =
            by_keyword.iter().filter(|diagnostic| is_of_type(diagnostic)).map(|it| it.path.clone()).collect();
        let unrepresentable: HashSet<Path> = found.iter().map(|diagnostic| diagnostic.path.clone()).collect();
        found.extend(by_keyword.into_iter().filter(|it| !is_misspelt(it)).filter(|diagnostic| {
            (is_of_type(diagnostic) || !wrong_type.contains(&diagnostic.path))
                && !unrepresentable.contains(&diagnostic.path)
        }));
        found
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.json["title"]).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_invalid_schema_is_rejected_with_its_place() {
        let error = Schema::new(json!({ "properties": { "a": { "type": "strin" } } })).unwrap_err();
        assert_eq!(error.pointer, "/properties/a/type");
        assert!(error.to_string().starts_with("not a JSON Schema at /properties/a/type: "), "{error}");
    }

    #[test]
    fn a_schema_that_needs_another_document_is_rejected() {
        let error = Schema::new(json!({ "$ref": "https://example.net/schema.json" })).unwrap_err();
        assert!(error.to_string().contains("example.net"), "{error}");
    }

    #[test]
    fn a_bound_that_is_not_a_duration_is_rejected() {
        let error = Schema::new(json!({ "formatMinimum": "soon" })).unwrap_err();
        assert!(error.to_string().contains("\"soon\" is not a duration"), "{error}");
    }
}
