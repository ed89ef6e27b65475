//! Validation of schemas by their meta-schemas.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::meta::MetaValidator;
use referencing::SPECIFICATIONS;
use serde_json::{Value as Json, json};

use super::options::registry_of;
use super::pattern_error::not_a_pattern;
use crate::schema::ecma_pattern;
use crate::schema::resolve::{Dialect, Documents, SchemaProblem};

/// Returns the built-in meta-schema at a URI.
pub fn meta_schema(uri: &str) -> Option<Json> {
    if !uri.contains("://json-schema.org/") {
        return None;
    }
    let uri = uri.trim_end_matches('#');
    let resolver = SPECIFICATIONS.resolver(jsonschema::uri::from_str(uri).ok()?);
    Some(resolver.lookup("").ok()?.contents().clone())
}

/// Validates each document of a schema by its meta-schema, and returns the first problem of each.
pub fn check(documents: &Documents, meta_schemas: &[(String, Json)]) -> Vec<SchemaProblem> {
    let mut problems = Vec::new();
    for (index, document) in documents.all().iter().enumerate().filter(|(_, document)| !document.is_built_in) {
        let mut report = |pointer: &str, problem: Option<Problem>| {
            problems.extend(problem.map(|Problem { place, message, .. }| {
                let place = documents.place(index, pointer.to_owned() + &place);
                SchemaProblem::Invalid { place, message }
            }));
        };
        let foreign = documents.foreign_resources(index);
        let mut json = Cow::Borrowed(&document.json);
        for pointer in &document.irregular {
            if let Some(reference) = json.to_mut().pointer_mut(pointer) {
                *reference = json!("#");
            }
        }
        if document.meta_schema.is_some() {
            let registry = registry_of(meta_schemas).and_then(|registry| registry.prepare());
            let validate = |json: &Json| match &registry {
                Ok(registry) => Problem::of(jsonschema::meta::options().with_registry(registry).validate(json)),
                Err(error) => Problem::of(Err(ValidationError::custom(error.to_string()))),
            };
            report("", problem_of(&json, document.dialect, validate));
        } else if foreign.is_empty() {
            report("", problem_in(&json, document.dialect));
        } else {
            // A resource of another dialect is validated by the meta-schema of that one.
            let mut enclosing = json.into_owned();
            for (pointer, dialect) in foreign {
                let Some(inner) = enclosing.pointer_mut(pointer).map(|inner| std::mem::replace(inner, json!({})))
                else {
                    continue;
                };
                report(pointer, problem_in(&inner, dialect));
            }
            report("", problem_in(&enclosing, document.dialect));
        }
    }
    problems
}

/// A problem of a schema: the place, and the message of the meta-schema.
struct Problem {
    place: String,
    message: String,
    /// The text that is not a regular expression, if that is the problem.
    pattern: Option<String>,
}

impl Problem {
    fn of(result: Result<(), ValidationError<'_>>) -> Option<Self> {
        let error = result.err()?;
        let is_pattern = matches!(error.kind(), Kind::Format { format } if format == "regex");
        let pattern = error.instance().as_str().filter(|_| is_pattern);
        let message = pattern.map_or_else(|| error.to_string(), |pattern| not_a_pattern(pattern, pattern));
        let pattern = pattern.map(str::to_owned);
        Some(Self { place: error.instance_path().as_str().to_owned(), message, pattern })
    }
}

fn problem_in(json: &Json, dialect: Dialect) -> Option<Problem> {
    problem_of(json, dialect, |json| Problem::of(meta_validator(dialect).validate(json)))
}

/// Returns the first problem of a schema. The format `regex` of the meta-schemas rejects patterns of annex B of ECMA 262, so a schema
/// that is rejected is validated again with their translations.
fn problem_of(json: &Json, dialect: Dialect, validate: impl Fn(&Json) -> Option<Problem>) -> Option<Problem> {
    let first = validate(json)?;
    let Some((translated, translations)) = ecma_pattern::translated(json, dialect) else { return Some(first) };
    let Problem { place, mut message, pattern } = validate(&translated)?;
    match pattern.as_ref().and_then(|pattern| Some((translations.get(pattern)?, pattern))) {
        Some((original, translated)) => message = not_a_pattern(original, translated),
        None => {
            for (pattern, original) in &translations {
                message = message.replace(&json!(pattern).to_string(), &json!(original).to_string());
            }
        }
    }
    Some(Problem { place: ecma_pattern::original_pointer(&place, &translations), message, pattern })
}

fn meta_validator(dialect: Dialect) -> MetaValidator<'static> {
    match dialect {
        Dialect::Draft4 => jsonschema::draft4::meta::validator(),
        Dialect::Draft6 => jsonschema::draft6::meta::validator(),
        Dialect::Draft7 => jsonschema::draft7::meta::validator(),
        Dialect::Draft201909 => jsonschema::draft201909::meta::validator(),
        Dialect::Draft202012 => jsonschema::draft202012::meta::validator(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meta_schemas_are_built_in() {
        for uri in [
            "http://json-schema.org/draft-04/schema",
            "http://json-schema.org/draft-06/schema",
            "http://json-schema.org/draft-07/schema",
            "https://json-schema.org/draft/2019-09/schema",
            "https://json-schema.org/draft/2019-09/meta/format",
            "https://json-schema.org/draft/2020-12/schema",
            "https://json-schema.org/draft/2020-12/meta/applicator",
            "https://json-schema.org/draft/2020-12/meta/format-assertion",
        ] {
            let schema = meta_schema(uri).unwrap_or_else(|| panic!("{uri}"));
            let id = schema.get("$id").or_else(|| schema.get("id")).and_then(Json::as_str);
            assert_eq!(id.map(|id| id.trim_end_matches('#')), Some(uri));
        }
        assert_eq!(meta_schema("https://json-schema.org/draft/2020-12/other"), None);
        assert_eq!(meta_schema("https://example.net/schema"), None);
    }
}
