//! The type of a schema.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use serde_json::Value as Json;

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::schema::admission::{Admission, CheckCounts, Examination, Verdict};
use crate::schema::compiled;
use crate::schema::document::Document;
use crate::schema::escapes;
use crate::schema::explain::{self, ExplainContext, Explainer};
use crate::schema::generate;
use crate::schema::index::{self, Index};
use crate::schema::resolve::{
    Dialect, Documents, InvalidSchema, ResolvedSchema, SchemaPlace, SchemaProblem, SchemaSource, find_cycle,
};
use crate::schema::subschema::Subschema;
use crate::schema::trial::ValidationTrial;
use crate::schema::unrepresentable::{self, Unrepresentable};
use crate::schema::validator::{self, CompileError, PartValidators, Validator};
use crate::value::{Node, Path, Sources};

/// A compiled schema with its index.
pub struct Schema {
    /// The resolved form.
    document: Document,
    /// For a generated schema, the document with its keywords in a readable order. Made on demand, because validation
    /// does not need it.
    readable: Option<OnceLock<Json>>,
    dialect: Dialect,
    index: Index,
    /// Decides on most valid trees, so that the validator is not needed for them.
    admission: Admission,
    /// Compiled on demand.
    validator: OnceLock<Validator>,
}

/// The number of checks that nested alternatives may repeat in any config. Each takes microseconds, and more where it is explained.
const MAX_REPEATED_CHECKS: u64 = 20_000;

/// The number of times that they may repeat each check of a large config.
const MAX_REPETITIONS: u64 = 16;

impl Schema {
    /// Resolves the references of a schema, and compiles it.
    ///
    /// # Errors
    ///
    /// The schema is invalid, refers to itself without an end, or refers to what is not there.
    pub fn new<'a>(source: impl Into<SchemaSource<'a>>) -> Result<Self, InvalidSchema> {
        let documents = Documents::load(source.into(), validator::meta_schema);
        let dialect = documents.dialect();
        let meta_schemas = documents.meta_schemas();
        let mut problems = validator::check(&documents, &meta_schemas);
        problems.extend(documents.problems());
        let resolved = ResolvedSchema::new(documents, problems)?;
        if let Some((pointer, recursion)) = find_cycle(&resolved.json, dialect) {
            let (place, message) = (resolved.origin(&pointer), recursion.to_string());
            return Err(SchemaProblem::Invalid { place, message }.into());
        }
        // A dialect of its own may give keywords another meaning.
        let is_plain = !resolved.is_mixed && meta_schemas.is_empty();
        let admission = if is_plain { Admission::new(&resolved.json, dialect) } else { Admission::default() };
        let validator = OnceLock::new();
        if compiles_now(&admission) {
            let compiled = Validator::new(&resolved, dialect, &meta_schemas);
            let _ = validator.set(compiled.map_err(|error| problem(error, |pointer| resolved.origin(pointer)))?);
        }
        let index = index::build_in(&resolved.json, dialect);
        Ok(Self { index, admission, document: resolved.json.into(), dialect, readable: None, validator })
    }

    /// Compiles a schema that is generated from types. It is not validated by its meta-schema: the tests of the program
    /// do that, and it would be most of the time of a start. Its references are JSON Pointers already.
    ///
    /// # Errors
    ///
    /// The schema has an invalid pattern, or refers to another document.
    pub fn from_types(json: Json) -> Result<Self, InvalidSchema> {
        let (index, admission) = (index::build(&json), Admission::new(&json, Dialect::default()));
        let is_compiled = compiles_now(&admission);
        let schema = Self::generated(json.into(), index, admission);
        if is_compiled {
            let place = |pointer: &str| SchemaPlace { document: None, pointer: pointer.to_owned() };
            let _ = schema.validator.set(schema.compile().map_err(|error| problem(error, place))?);
        }
        Ok(schema)
    }

    /// Makes the schema that `generate` generates from types of its [compiled form](Self::compiled). Returns `None` if the
    /// form is that of another version of Confgate.
    pub fn from_compiled(bytes: &[u8], generate: fn() -> Json) -> Option<Self> {
        let (index, admission) = compiled::read(bytes)?;
        Some(Self::generated(Document::generated(generate), index, admission))
    }

    fn generated(document: Document, index: Index, admission: Admission) -> Self {
        Self {
            document,
            dialect: Dialect::default(),
            readable: Some(OnceLock::new()),
            index,
            admission,
            validator: OnceLock::new(),
        }
    }

    /// Returns the compiled form of a schema that was generated from types: [`Model::compiled_schema`] embeds it in a
    /// program. Returns `None` for a schema that was not generated, or that cannot be checked without the validator.
    ///
    /// [`Model::compiled_schema`]: crate::model::Model::compiled_schema
    pub fn compiled(&self) -> Option<Vec<u8>> {
        // This schema may be made of an older compiled form.
        let json = self.document.json();
        let admission = Admission::new(json, Dialect::default());
        let is_compiled = self.readable.is_some() && admission.surely_compiles();
        if is_compiled { compiled::write(&index::build(json), &admission).ok() } else { None }
    }

    fn compile(&self) -> Result<Validator, CompileError> {
        match self.readable {
            Some(_) => Validator::new_trusted(self.document.json()),
            None => Validator::new_plain(self.document.json(), self.dialect),
        }
    }

    fn validator(&self) -> &Validator {
        self.validator.get_or_init(|| match self.compile() {
            Ok(validator) => validator,
            Err(error) => panic!("a schema that surely compiles does not: {}", error.message),
        })
    }

    /// Tells whether a tree is valid.
    pub fn is_valid(&self, tree: &Node) -> bool {
        match self.admission.verdict(tree) {
            Verdict::Valid => true,
            Verdict::Invalid => false,
            Verdict::Unknown => self.validator().is_valid(tree),
        }
    }

    /// Returns the document in its resolved form: every reference is a JSON Pointer in it.
    pub fn json(&self) -> &Json {
        let Some(readable) = &self.readable else { return self.document.json() };
        readable.get_or_init(|| {
            let mut json = self.document.json().clone();
            generate::arrange(&mut json);
            json
        })
    }

    /// Returns the root of the indexed schema.
    pub fn view(&self) -> Subschema<'_> {
        Subschema::root(&self.document, &self.index)
    }

    /// Returns the diagnostic for a key that the schema does not name, for keys that are found outside of the schema.
    pub fn unknown_key(&self, path: &Path, tree: &Node, sources: &Sources) -> Diagnostic {
        let context = ExplainContext {
            sources,
            environment: None,
            unknown_keys: Severity::Error,
            env_prefix: None,
            resolved: false,
        };
        let parts = PartValidators::new(&self.document, self.dialect);
        let validator = || self.validator();
        let trial = ValidationTrial::new(&validator, parts, self.view(), tree, &context);
        explain::unknown_key(path, &Explainer::new(self.view(), tree, &context, &trial))
    }

    /// Returns a diagnostic for each violation of the schema by `tree`.
    pub fn diagnostics(&self, tree: &Node, context: &ExplainContext<'_>) -> Vec<Diagnostic> {
        let validator = || self.validator();
        let Examination { mut verdict, is_ordinary } = self.admission.examine(tree);
        if is_ordinary {
            return Vec::new();
        }
        let parts = PartValidators::new(&self.document, self.dialect);
        let trial = ValidationTrial::new(&validator, parts, self.view(), tree, context);
        let explainer = Explainer::new(self.view(), tree, context, &trial);
        let Unrepresentable { mut found, may_have_escapes } = unrepresentable::find(&explainer);
        // The schema is about the text after the load; messages are about the text of the file.
        let loaded = if may_have_escapes { escapes::unescaped(tree) } else { Cow::Borrowed(tree) };
        if let Cow::Owned(loaded) = &loaded {
            verdict = self.admission.verdict(loaded);
        }
        if verdict == Verdict::Valid {
            return found;
        }
        let CheckCounts { different, repeated } = self.admission.check_counts(&loaded);
        let limit = MAX_REPEATED_CHECKS.max(MAX_REPETITIONS.saturating_mul(different));
        if repeated > limit {
            found.push(too_many_alternatives(verdict, repeated, limit).at(context.sources.locations(&tree.origin), ""));
            return found;
        }
        if verdict == Verdict::Unknown && self.validator().is_valid(&loaded) {
            return found;
        }
        let violations = explain::without_consequences(self.validator().violations(&loaded).collect(), self.view());
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
        let is_misspelt = |it: &Diagnostic| {
            it.keyword.as_deref() == Some("required") && meant.contains(&it.path)
                || it.missing.iter().any(|path| meant.contains(path))
        };
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

/// Tells whether the validator of a schema is compiled with the schema, so that a mistake in a pattern is reported now. The patterns
/// of a schema that admission knows in whole are valid; those that may be too large are compiled.
fn compiles_now(admission: &Admission) -> bool {
    cfg!(debug_assertions) || !admission.surely_compiles()
}

/// Reports that the schema has too many alternatives for this config to try them all.
fn too_many_alternatives(verdict: Verdict, repeated: u64, limit: u64) -> Diagnostic {
    let count = if repeated > 1_000_000_000 { "more than 1000000000".to_owned() } else { repeated.to_string() };
    let subject = match verdict {
        Verdict::Invalid => "the config does not fit the schema, whose alternatives",
        Verdict::Valid | Verdict::Unknown => "the config cannot be validated: the alternatives of its schema",
    };
    let message = format!("{subject} are nested so deeply that they repeat {count} checks (at most {limit})");
    Diagnostic::error(&codes::SCHEMA_WHOLE, Path::root(), message)
        .help("in the schema, write what alternatives have in common once, beside anyOf or oneOf")
}

/// Makes the problem of a schema that does not compile.
fn problem(error: CompileError, place: impl Fn(&str) -> SchemaPlace) -> InvalidSchema {
    let CompileError { pointer, is_unsupported, message } = error;
    let place = place(&pointer);
    let problem = match is_unsupported {
        true => SchemaProblem::Unsupported { place, message },
        false => SchemaProblem::Invalid { place, message },
    };
    problem.into()
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.document.json()["title"]).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_invalid_schema_is_rejected_with_its_place() {
        let error = Schema::new(json!({ "properties": { "a": { "type": "strin" } } })).unwrap_err();
        assert_eq!(error.problems()[0].place().pointer, "/properties/a/type");
        assert!(error.to_string().starts_with("not a JSON Schema at /properties/a/type: "), "{error}");
    }

    #[test]
    fn a_schema_that_needs_another_document_is_rejected() {
        let error = Schema::new(json!({ "$ref": "https://example.net/schema.json" })).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot follow $ref \"https://example.net/schema.json\" at the root: the schema was given without the documents \
             that it refers to"
        );
    }

    #[test]
    fn a_validator_that_is_compiled_late_is_that_of_the_resolved_schema() {
        for dialect in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
            let schema = json!({
                "$schema": dialect,
                "definitions": { "name": { "type": "string", "pattern": "^[a-z]+$", "maxLength": 3 } },
                "properties": { "name": { "$ref": "#/definitions/name" }, "port": { "maximum": 9 } },
                "required": ["port"],
                "additionalProperties": false,
            });
            let schema = Schema::new(schema).unwrap();
            assert!(schema.admission.surely_compiles());
            let late = schema.compile().map_err(|error| error.message).unwrap();
            for config in
                [json!({ "port": 1 }), json!({ "name": "ABCD", "port": 10, "other": 1 }), json!({ "name": 1 })]
            {
                let tree = crate::value::json::read(config).unwrap();
                let violations = |validator: &Validator| validator.violations(&tree).collect::<Vec<_>>();
                assert_eq!(violations(&late), violations(schema.validator()));
                assert_eq!(late.is_valid(&tree), schema.is_valid(&tree));
            }
        }
    }

    #[test]
    fn a_schema_with_a_pattern_that_may_be_too_large_is_compiled_at_once() {
        for place in ["properties", "patternProperties"] {
            for (pattern, is_late) in [("^[a-z]{1,64}$", true), ("^([a-z]{1,64}){1,64}$", false)] {
                let inner = if place == "properties" { json!({ "pattern": pattern }) } else { json!({}) };
                let name = if place == "properties" { "a" } else { pattern };
                let schema = Schema::new(json!({ place: { name: inner } })).unwrap();
                assert!(schema.admission.is_complete());
                assert_eq!(schema.admission.surely_compiles(), is_late, "{place} {pattern}");
            }
        }
        let error = Schema::new(json!({ "propertyNames": { "pattern": "^([a-z]{1,1000}){1,1000}$" } })).unwrap_err();
        assert!(error.to_string().contains("or is too large for it"), "{error}");
    }

    #[test]
    fn a_pattern_that_is_not_a_regular_expression_is_rejected_with_the_reason() {
        for dialect in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
            let error =
                Schema::new(json!({ "$schema": dialect, "properties": { "a": { "pattern": "(a" } } })).unwrap_err();
            assert_eq!(
                error.to_string(),
                "not a JSON Schema at /properties/a/pattern: \"(a\" is not a regular expression: opening parenthesis \
                 without closing parenthesis, at character 3"
            );
        }
    }

    #[test]
    fn a_bound_that_is_not_a_duration_is_rejected() {
        let error = Schema::new(json!({ "formatMinimum": "soon" })).unwrap_err();
        assert!(error.to_string().contains("\"soon\" is not a duration"), "{error}");
    }
}
