use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, ValidationError};
use serde_json::{Value as Json, json};

use super::options::{options, registry_of};
use super::pattern_error::not_a_pattern;
use super::tree::Tree;
use crate::schema::ecma_pattern::{self, Translations};
use crate::schema::resolve::{Dialect, RESOLVED, ResolvedSchema, resolved_pointer};
use crate::schema::violation::{Condition, Violation};
use crate::value::Node;

/// A schema that does not compile.
pub struct CompileError {
    /// The place in the resolved schema.
    pub pointer: String,
    /// True if the schema is valid, and the engine does not have what its pattern needs.
    pub is_unsupported: bool,
    /// The problem at that place.
    pub message: String,
}

impl CompileError {
    fn new(error: &ValidationError<'_>, translations: &Translations) -> Self {
        let pointer = ecma_pattern::original_pointer(error.instance_path().as_str(), translations);
        match (error.kind(), error.instance().as_str()) {
            (Kind::Format { format }, Some(translated)) if format == "regex" => {
                let is_unsupported = is_ecma_pattern(translated);
                let pattern = translations.get(translated).map_or(translated, String::as_str);
                let words = "uses what Confgate's engine does not have, or is too large for it";
                let message = match is_unsupported {
                    true => format!("the regular expression {pattern} {words}"),
                    false => not_a_pattern(pattern, translated),
                };
                Self { pointer, is_unsupported, message }
            }
            _ => Self { pointer, is_unsupported: false, message: error.to_string() },
        }
    }
}

/// Tells whether a text is a regular expression of ECMA 262, whether the engine has it or not.
fn is_ecma_pattern(pattern: &str) -> bool {
    let schema = json!({ "format": "regex" });
    let validator = jsonschema::options().should_validate_formats(true).build(&schema);
    validator.is_ok_and(|validator| validator.is_valid(&json!(pattern)))
}

/// A compiled schema.
pub struct Validator {
    pub(super) compiled: jsonschema::Validator<Tree>,
    /// The patterns that the engine has in other words.
    pub(super) translations: Translations,
    /// True if the parts of the schema have URIs, and violations places in them.
    pub(super) has_parts: bool,
}

impl Validator {
    /// Compiles a resolved schema, whose documents have been checked by `check`. `meta_schemas` are the documents that describe
    /// dialects of their own.
    ///
    /// # Errors
    ///
    /// The schema has a pattern that the engine cannot read, or a keyword that no meta-schema has checked is malformed.
    pub fn new(
        schema: &ResolvedSchema,
        dialect: Dialect,
        meta_schemas: &[(String, Json)],
    ) -> Result<Self, CompileError> {
        let validator = Self::compile_translated(&schema.json, dialect, meta_schemas)?;
        Ok(Self { has_parts: schema.is_mixed, ..validator })
    }

    /// Compiles a resolved schema whose parts have one dialect, which is a built-in one.
    ///
    /// # Errors
    ///
    /// As those of [`new`](Self::new).
    pub fn new_plain(schema: &Json, dialect: Dialect) -> Result<Self, CompileError> {
        Self::compile_translated(schema, dialect, &[])
    }

    fn compile_translated(
        schema: &Json,
        dialect: Dialect,
        meta_schemas: &[(String, Json)],
    ) -> Result<Self, CompileError> {
        match ecma_pattern::translated(schema, dialect) {
            Some((json, translations)) => Self::compile(&json, meta_schemas, translations),
            None => Self::compile(schema, meta_schemas, Translations::new()),
        }
    }

    /// Compiles a schema without validating it by its meta-schema.
    ///
    /// # Errors
    ///
    /// The schema has an invalid pattern, or it refers to another document.
    pub fn new_trusted(schema: &Json) -> Result<Self, CompileError> {
        debug_assert!(jsonschema::meta::is_valid(schema));
        Self::compile(schema, &[], Translations::new())
    }

    pub(super) fn compile(
        schema: &Json,
        meta_schemas: &[(String, Json)],
        translations: Translations,
    ) -> Result<Self, CompileError> {
        // `build` validates the document that it is given. Give it a reference to the schema, with the smallest
        // meta-schema.
        let reference = json!({ "$ref": RESOLVED });
        let registry = registry_of(meta_schemas).and_then(|registry| registry.add(RESOLVED, schema)?.prepare());
        let compiled = registry
            .map_err(|error| ValidationError::custom(error.to_string()))
            .and_then(|registry| options().with_draft(Draft::Draft4).with_registry(&registry).build(&reference));
        match compiled {
            Ok(compiled) => Ok(Self { compiled, translations, has_parts: false }),
            Err(error) => Err(CompileError::new(&error, &translations)),
        }
    }

    /// Tells whether a tree is valid.
    pub fn is_valid(&self, tree: &Node) -> bool {
        self.compiled.is_valid(tree)
    }

    /// Returns all violations of the schema by a tree.
    pub fn violations<'t>(&'t self, tree: &'t Node) -> impl Iterator<Item = Violation> + 't {
        self.compiled.iter_errors(tree).map(|error| {
            let mut violation = Violation::from(&error);
            violation.name_keys(tree);
            if self.has_parts {
                restore_places(&mut violation, &error);
            }
            if !self.translations.is_empty() {
                violation.restore_patterns(&self.translations);
            }
            violation
        })
    }
}

/// Replaces the place in a part of the schema by that in the whole.
fn restore_places(violation: &mut Violation, error: &ValidationError<'_>) {
    let location = error.absolute_keyword_location().and_then(|location| resolved_pointer(location.as_str()));
    if let Some(pointer) = location {
        violation.schema = pointer;
    }
    match (&mut violation.condition, error.kind()) {
        (Condition::NoAlternative(all), Kind::OneOfNotValid { context } | Kind::AnyOf { context }) => {
            let pairs = all.iter_mut().flatten().zip(context.iter().flatten());
            pairs.for_each(|(violation, error)| restore_places(violation, error));
        }
        (Condition::PropertyNames(_, violation), Kind::PropertyNames { error }) => restore_places(violation, error),
        _ => {}
    }
}
