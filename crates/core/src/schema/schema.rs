use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use jsonschema::{Draft, Keyword, Registry, Retrieve, ValidationError, ValidationOptions, Validator};
use serde_json::{Value as Json, json};

use crate::diagnostics::Diagnostic;
use crate::parallel;
use crate::schema::explain::{self, Subject};
use crate::schema::format::{self, FORMATS};
use crate::schema::index::{self, IndexEntry, shapes};
use crate::schema::instance::Tree;
use crate::schema::subschema::Subschema;
use crate::schema::{generate, unrepresentable};
use crate::types::Duration;
use crate::value::{Node, Path};

/// A schema, ready to validate.
pub struct Schema {
    json: Json,
    /// The document as it is shown, for one that was made of types: nobody looks at it when a config is checked.
    readable: Option<OnceLock<Json>>,
    shapes: Vec<IndexEntry>,
    validator: Validator<Tree>,
}

/// A document that is no JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSchema {
    /// Where in the schema, as a JSON Pointer.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for InvalidSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the root" } else { &self.pointer };
        write!(f, "not a JSON Schema at {place}: {}", self.message)
    }
}

impl std::error::Error for InvalidSchema {}

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    ///
    /// It is not valid under its meta-schema, or refers to something outside itself.
    pub fn new(json: Json) -> Result<Self, InvalidSchema> {
        if let Some(pointer) = index::circle(&json) {
            return Err(InvalidSchema { pointer, message: "it refers to itself without an end".to_owned() });
        }
        let built = options().build(&json);
        Self::with(built, json, None)
    }

    /// Compiles a schema that a program made of its types, without holding it against the meta-schema: that is done where
    /// the program is tested, and would be most of the work of a start.
    ///
    /// # Errors
    ///
    /// It has a pattern that does not parse, or refers to something outside itself.
    pub fn of_types(json: Json) -> Result<Self, InvalidSchema> {
        debug_assert!(jsonschema::meta::is_valid(&json));
        // What is built is held against its meta-schema: a reference to the schema, and the smallest of meta-schemas.
        let reference = json!({ "$ref": OF_TYPES });
        let registry = Registry::new().add(OF_TYPES, &json).and_then(|registry| registry.prepare());
        let built = match &registry {
            Ok(registry) => options().with_draft(Draft::Draft4).with_registry(registry).build(&reference),
            Err(error) => Err(ValidationError::custom(error.to_string())),
        };
        drop(registry);
        Self::with(built, json, Some(OnceLock::new()))
    }

    fn with(
        built: Result<Validator<Tree>, ValidationError<'_>>,
        json: Json,
        readable: Option<OnceLock<Json>>,
    ) -> Result<Self, InvalidSchema> {
        match built {
            Ok(validator) => Ok(Self { shapes: shapes(&json), json, readable, validator }),
            Err(error) => Err(InvalidSchema { pointer: error.instance_path().to_string(), message: error.to_string() }),
        }
    }

    /// The document.
    pub fn json(&self) -> &Json {
        let Some(readable) = &self.readable else { return &self.json };
        readable.get_or_init(|| {
            let mut json = self.json.clone();
            generate::arrange(&mut json);
            json
        })
    }

    /// The walk over the document.
    pub fn view(&self) -> Subschema<'_> {
        Subschema::root(&self.json, &self.shapes)
    }

    /// What the schema has to say of `tree`: every keyword that is not kept.
    pub fn diagnostics(&self, tree: &Node, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let beyond = || unrepresentable::diagnostics(self.view(), tree, subject);
        let (mut found, is_valid) =
            parallel::both(subject.sources.is_large(), beyond, || self.validator.is_valid(tree));
        if !is_valid {
            let errors = self.validator.iter_errors(tree);
            let mut by_keyword: Vec<Diagnostic> =
                errors.flat_map(|error| explain::diagnostics(&error, self.view(), tree, subject)).collect();
            // What is no value at all breaks bounds as well, and one diagnostic says it.
            // So does what is of another type.
            let typed = by_keyword.iter().filter(|diagnostic| diagnostic.keyword.as_deref() == Some("type"));
            let typed: HashSet<Path> = typed.map(|diagnostic| diagnostic.path.clone()).collect();
            by_keyword.retain(|diagnostic| {
                let of_type = diagnostic.keyword.as_deref() == Some("type");
                (of_type || !typed.contains(&diagnostic.path))
                    && !found.iter().any(|other| other.path == diagnostic.path)
            });
            found.extend(by_keyword);
        }
        found
    }
}

/// The name of a schema of types in its registry.
const OF_TYPES: &str = "urn:confgate:schema";

/// How every schema is compiled.
fn options<'r>() -> ValidationOptions<'r, Arc<dyn Retrieve>, Tree> {
    let mut options = jsonschema::options_for::<Tree>()
        .should_validate_formats(true)
        .with_keyword("formatMinimum", |_, limit, _| bound(limit, "formatMinimum", Duration::ge))
        .with_keyword("formatMaximum", |_, limit, _| bound(limit, "formatMaximum", Duration::le));
    for format in FORMATS {
        options = options.with_format(format.name, |text: &str| format.admits(text));
    }
    options
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.json["title"]).finish()
    }
}

/// The keyword for one bound of a duration.
struct DurationBound {
    limit: Duration,
    keyword: &'static str,
    keeps: fn(&Duration, &Duration) -> bool,
}

fn bound<'a>(
    limit: &'a Json,
    keyword: &'static str,
    keeps: fn(&Duration, &Duration) -> bool,
) -> Result<Box<dyn for<'i> Keyword<'i, Tree>>, ValidationError<'a>> {
    let limit = limit.as_str().unwrap_or_default().parse::<Duration>();
    let limit = limit.map_err(|error| ValidationError::custom(format!("{keyword}: {error}")))?;
    Ok(Box::new(DurationBound { limit, keyword, keeps }))
}

impl<'i> Keyword<'i, Tree> for DurationBound {
    fn validate(&self, instance: &'i Node) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom(self.keyword)) }
    }

    fn is_valid(&self, instance: &'i Node) -> bool {
        instance.as_str().is_none_or(|text| format::duration_keeps(text, self.limit, self.keeps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_no_schema_is_refused_with_its_place() {
        let refused = Schema::new(json!({ "properties": { "a": { "type": "strin" } } })).unwrap_err();
        assert_eq!(refused.pointer, "/properties/a/type");
        assert!(refused.to_string().starts_with("not a JSON Schema at /properties/a/type: "), "{refused}");
    }

    #[test]
    fn a_schema_that_needs_another_document_is_refused() {
        let refused = Schema::new(json!({ "$ref": "https://example.net/schema.json" })).unwrap_err();
        assert!(refused.to_string().contains("example.net"), "{refused}");
    }

    #[test]
    fn a_bound_that_is_no_duration_is_refused() {
        let refused = Schema::new(json!({ "formatMinimum": "soon" })).unwrap_err();
        assert!(refused.to_string().contains("\"soon\" is not a duration"), "{refused}");
    }
}
