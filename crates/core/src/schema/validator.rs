//! The validator: the only file that knows the crate `jsonschema`.
//!
//! Trees are validated as they are, without a copy. A null in a table that is not written is an absent key, and a float is never an integer,
//! whatever its value: JSON Schema admits `10.0` as an integer, and the service would then fail to read it.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::json::{Array, JsonNumber, NodeIdentity, Object};
use jsonschema::meta::MetaValidator;
use jsonschema::{Draft, JsonType, Keyword, Registry, Retrieve, ValidationError, ValidationOptions};
use referencing::SPECIFICATIONS;
use serde_json::{Value as Json, json};

use crate::schema::ecma_pattern::{self, Translations};
use crate::schema::format::{self, FORMATS};
use crate::schema::keywords::{FORMAT_MAXIMUM, FORMAT_MINIMUM};
use crate::schema::resolve::{
    Dialect, Documents, RESOLVED, ResolvedSchema, SchemaProblem, reference_to, resolved_pointer,
};
use crate::schema::violation::{Condition, Violation};
use crate::types::Duration;
use crate::value::{self, Key, Node, Table, Value};

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
            (Kind::Format { format }, Some(pattern)) if format == "regex" && is_ecma_pattern(pattern) => {
                let pattern = translations.get(pattern).map_or(pattern, String::as_str);
                let words = "uses what Confgate's engine does not have, or is too large for it";
                let message = format!("the regular expression {pattern} {words}");
                Self { pointer, is_unsupported: true, message }
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
    compiled: jsonschema::Validator<Tree>,
    /// The patterns that the engine has in other words.
    translations: Translations,
    /// True if the parts of the schema have URIs, and violations places in them.
    has_parts: bool,
}

impl Validator {
    /// Compiles a resolved schema, whose documents have been [checked](check). `meta_schemas` are the documents that describe
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
        let validator = match ecma_pattern::translated(&schema.json, dialect) {
            Some((json, translations)) => Self::compile(&json, meta_schemas, translations),
            None => Self::compile(&schema.json, meta_schemas, Translations::new()),
        };
        Ok(Self { has_parts: schema.is_mixed, ..validator? })
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

    fn compile(
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

fn registry_of(
    meta_schemas: &[(String, Json)],
) -> Result<jsonschema::RegistryBuilder<'_>, jsonschema::ReferencingError> {
    meta_schemas.iter().try_fold(Registry::new(), |registry, (uri, json)| registry.add(uri.as_str(), json))
}

/// Returns the built-in meta-schema at a URI.
pub fn meta_schema(uri: &str) -> Option<Json> {
    if !uri.contains("://json-schema.org/") {
        return None;
    }
    let resolver = SPECIFICATIONS.resolver(jsonschema::uri::from_str(uri).ok()?);
    Some(resolver.lookup("").ok()?.contents().clone())
}

/// Validates each document of a schema by its meta-schema, and returns the first problem of each.
pub fn check(documents: &Documents, meta_schemas: &[(String, Json)]) -> Vec<SchemaProblem> {
    let mut problems = Vec::new();
    for (index, document) in documents.all().iter().enumerate().filter(|(_, document)| !document.is_built_in) {
        let mut report = |pointer: &str, error: &ValidationError<'_>| {
            let place = documents.place(index, pointer.to_owned() + error.instance_path().as_str());
            problems.push(SchemaProblem::Invalid { place, message: error.to_string() });
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
            let result = match &registry {
                Ok(registry) => jsonschema::meta::options().with_registry(registry).validate(&json),
                Err(error) => Err(ValidationError::custom(error.to_string())),
            };
            if let Err(error) = result {
                report("", &error);
            }
        } else if foreign.is_empty() {
            if let Err(error) = meta_validator(document.dialect).validate(&json) {
                report("", &error);
            }
        } else {
            // A resource of another dialect is validated by the meta-schema of that one.
            let mut enclosing = json.into_owned();
            for (pointer, dialect) in foreign {
                let Some(inner) = enclosing.pointer_mut(pointer).map(|inner| std::mem::replace(inner, json!({})))
                else {
                    continue;
                };
                if let Err(error) = meta_validator(dialect).validate(&inner) {
                    report(pointer, &error);
                }
            }
            if let Err(error) = meta_validator(document.dialect).validate(&enclosing) {
                report("", &error);
            }
        }
    }
    problems
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

/// A regular expression for keys, matched by the engine of the validator.
#[derive(Debug)]
pub struct KeyPattern(jsonschema::Validator<Tree>);

impl KeyPattern {
    /// Compiles a pattern; `None` if the engine does not have it.
    pub fn new(pattern: &str) -> Option<Self> {
        let schema = json!({ "pattern": pattern });
        let (schema, translations) =
            ecma_pattern::translated(&schema, Dialect::default()).unwrap_or_else(|| (schema, Translations::new()));
        Some(Self(Validator::compile(&schema, &[], translations).ok()?.compiled))
    }

    /// Tells whether a key matches.
    pub fn matches(&self, key: &str) -> bool {
        self.0.is_valid(&Node::generated(Value::String(key.to_owned())))
    }
}

/// The maximum number of subschemas that are compiled on their own for one report.
const MAX_PARTS: usize = 256;

/// The validators of subschemas, each compiled when it is first asked for.
pub struct PartValidators<'s> {
    document: &'s Json,
    dialect: Dialect,
    /// The document with patterns of the engine, if it has others.
    translated: OnceCell<Option<(Json, Translations)>>,
    compiled: RefCell<HashMap<String, Option<Validator>>>,
}

impl<'s> PartValidators<'s> {
    /// Creates the validators of the subschemas of a resolved document.
    pub fn new(document: &'s Json, dialect: Dialect) -> Self {
        Self { document, dialect, translated: OnceCell::new(), compiled: RefCell::default() }
    }

    /// Tells whether the subschema at a JSON Pointer admits a value; `None` if that subschema cannot be compiled on its own.
    pub fn is_valid(&self, pointer: &str, value: &Node) -> Option<bool> {
        let mut compiled = self.compiled.borrow_mut();
        if compiled.len() >= MAX_PARTS && !compiled.contains_key(pointer) {
            return None;
        }
        let validator = compiled.entry(pointer.to_owned()).or_insert_with(|| self.compile(pointer));
        validator.as_ref().map(|validator| validator.is_valid(value))
    }

    fn compile(&self, pointer: &str) -> Option<Validator> {
        let translated = self.translated.get_or_init(|| ecma_pattern::translated(self.document, self.dialect));
        let document = translated.as_ref().map_or(self.document, |(document, _)| document);
        let registry = Registry::new().add(RESOLVED, document).and_then(|registry| registry.prepare()).ok()?;
        let reference = json!({ "$ref": format!("{RESOLVED}{}", reference_to(pointer)) });
        let compiled = options().with_draft(Draft::Draft4).with_registry(&registry).build(&reference).ok()?;
        Some(Validator { compiled, translations: Translations::new(), has_parts: false })
    }
}

/// The options that every schema is compiled with.
fn options<'r>() -> ValidationOptions<'r, Arc<dyn Retrieve>, Tree> {
    let mut options = jsonschema::options_for::<Tree>()
        .should_validate_formats(true)
        .with_keyword(FORMAT_MINIMUM, |_, limit, _| duration_bound(limit, FORMAT_MINIMUM, Duration::ge))
        .with_keyword(FORMAT_MAXIMUM, |_, limit, _| duration_bound(limit, FORMAT_MAXIMUM, Duration::le));
    for format in FORMATS {
        options = options.with_format(format.name, |text: &str| format.admits(text));
    }
    options
}

/// A keyword that bounds a duration.
struct DurationBound {
    limit: Duration,
    keyword: &'static str,
    is_within: fn(&Duration, &Duration) -> bool,
}

fn duration_bound<'a>(
    limit: &'a Json,
    keyword: &'static str,
    is_within: fn(&Duration, &Duration) -> bool,
) -> Result<Box<dyn for<'i> Keyword<'i, Tree>>, ValidationError<'a>> {
    match limit.as_str().unwrap_or_default().parse() {
        Ok(limit) => Ok(Box::new(DurationBound { limit, keyword, is_within })),
        Err(error) => Err(ValidationError::custom(format!("{keyword}: {error}"))),
    }
}

impl<'i> Keyword<'i, Tree> for DurationBound {
    fn validate(&self, instance: &'i Node) -> Result<(), ValidationError<'i>> {
        // The message carries the keyword to `Violation::from`.
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom(self.keyword)) }
    }

    fn is_valid(&self, instance: &'i Node) -> bool {
        instance.as_str().is_none_or(|text| format::is_duration_within(text, self.limit, self.is_within))
    }
}

impl From<&ValidationError<'_>> for Violation {
    fn from(error: &ValidationError<'_>) -> Self {
        let keyword = match error.kind() {
            Kind::Custom { message, .. } => message,
            kind => kind.keyword(),
        };
        Self {
            instance: error.instance_path().as_str().to_owned(),
            schema: error.schema_path().to_string(),
            keyword: keyword.to_owned(),
            condition: Condition::from(error.kind()),
        }
    }
}

impl From<&Kind> for Condition {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::Type { kind: TypeKind::Single(name) } => Self::Type(vec![name.to_string()]),
            Kind::Type { kind: TypeKind::Multiple(names) } => {
                Self::Type(names.iter().map(|name| name.to_string()).collect())
            }
            Kind::Minimum { limit } => Self::Minimum(limit.clone()),
            Kind::Maximum { limit } => Self::Maximum(limit.clone()),
            Kind::ExclusiveMinimum { limit } => Self::ExclusiveMinimum(limit.clone()),
            Kind::ExclusiveMaximum { limit } => Self::ExclusiveMaximum(limit.clone()),
            Kind::MultipleOf { multiple_of } => Self::MultipleOf(*multiple_of),
            Kind::Custom { message, .. } if message == FORMAT_MINIMUM => Self::FormatMinimum,
            Kind::Custom { message, .. } if message == FORMAT_MAXIMUM => Self::FormatMaximum,
            Kind::MinLength { limit } => Self::MinLength(*limit),
            Kind::MaxLength { limit } => Self::MaxLength(*limit),
            Kind::MinItems { limit } => Self::MinItems(*limit),
            Kind::MaxItems { limit } => Self::MaxItems(*limit),
            Kind::AdditionalItems { limit } => Self::MaxItems(*limit as u64),
            Kind::UnevaluatedItems { .. } => Self::UnevaluatedItems,
            Kind::MinProperties { limit } => Self::MinProperties(*limit),
            Kind::MaxProperties { limit } => Self::MaxProperties(*limit),
            Kind::Contains => Self::Contains,
            Kind::UniqueItems => Self::UniqueItems,
            Kind::Enum { options } => Self::Enum(options.as_array().cloned().unwrap_or_default()),
            Kind::Constant { expected_value } => Self::Const((**expected_value).clone()),
            Kind::Pattern { pattern } => Self::Pattern(pattern.clone()),
            Kind::Format { format } => Self::Format(format.clone()),
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                Self::NoOtherKeys(unexpected.clone())
            }
            Kind::Required { property } => Self::Required(property.as_str().unwrap_or_default().to_owned()),
            Kind::PropertyNames { error } => {
                let name = error.instance().as_str().unwrap_or_default();
                Self::PropertyNames(name.to_owned(), Box::new(Violation::from(&**error)))
            }
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                let violations = |errors: &Vec<ValidationError<'_>>| errors.iter().map(Violation::from).collect();
                Self::NoAlternative(context.iter().map(violations).collect())
            }
            Kind::OneOfMultipleValid { context } => {
                let fitting = context.iter().enumerate().filter(|(_, errors)| errors.is_empty());
                Self::SeveralAlternatives(fitting.map(|(index, _)| index).collect())
            }
            Kind::Not { .. } => Self::Not,
            Kind::FalseSchema => Self::Nothing,
            _ => Self::Other,
        }
    }
}

/// The representation of instances as nodes of the value tree.
struct Tree;

impl jsonschema::json::Json for Tree {
    type Node<'a> = &'a Node;
    type PreparedKey = String;
    type StringBuffer = Option<Node>;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut Option<Node>, string: &str, f: impl FnOnce(&Node) -> T) -> T {
        f(buffer.insert(Node::generated(Value::String(string.to_owned()))))
    }
}

/// A number of the tree.
enum Number {
    Integer(i64),
    Float(f64),
}

impl JsonNumber for Number {
    fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|integer| integer.try_into().ok())
    }

    fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            Self::Float(_) => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(*integer as f64),
            Self::Float(float) => Some(*float),
        }
    }

    fn as_str(&self) -> Cow<'_, str> {
        match self {
            Self::Integer(integer) => integer.to_string().into(),
            Self::Float(float) => float.to_string().into(),
        }
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        // Infinities and NaN have a diagnostic of their own: see `unrepresentable`.
        let number = match self {
            Self::Integer(integer) => Some((*integer).into()),
            Self::Float(float) => serde_json::Number::from_f64(*float),
        };
        Cow::Owned(number.unwrap_or_else(|| 0.into()))
    }

    fn is_integer(&self) -> bool {
        self.is_written_as_integer()
    }

    fn is_written_as_integer(&self) -> bool {
        matches!(self, Self::Integer(_))
    }
}

impl<'a> jsonschema::json::Node<'a, Tree> for &'a Node {
    type Object = &'a Table;
    type Array = &'a [Node];
    type Number = Number;

    fn as_object(&self) -> Option<&'a Table> {
        self.as_table()
    }

    fn as_array(&self) -> Option<&'a [Node]> {
        match &self.value {
            Value::List(elements) => Some(elements),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match &self.value {
            Value::String(text) | Value::Datetime(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Number> {
        match self.value {
            Value::Integer(integer) => Some(Number::Integer(integer)),
            Value::Float(float) => Some(Number::Float(float)),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.value {
            Value::Bool(boolean) => Some(boolean),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    fn json_type(&self) -> JsonType {
        match self.value {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Integer(_) | Value::Float(_) => JsonType::Number,
            Value::String(_) | Value::Datetime(_) => JsonType::String,
            Value::List(_) => JsonType::Array,
            Value::Table(_) => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        Cow::Owned(value::json::write(self))
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Node>(self) as usize))
    }
}

impl<'a> Object<'a, Tree> for &'a Table {
    type Node = &'a Node;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        self.members().count()
    }

    fn get(&self, key: &String) -> Option<&'a Node> {
        let table: &'a Table = self;
        table.get(key).filter(|node| !node.is_absent())
    }

    fn members(&self) -> Members<'a> {
        Members(self.iter())
    }
}

/// The entries of a table that are not absent.
struct Members<'a>(indexmap::map::Iter<'a, Key, Node>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Node);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, node) = self.0.find(|(_, node)| !node.is_absent())?;
        Some((key, node))
    }
}

impl<'a> Array<'a, Tree> for &'a [Node] {
    type Node = &'a Node;
    type ElementsIter = std::slice::Iter<'a, Node>;

    fn len(&self) -> usize {
        <[Node]>::len(self)
    }

    fn elements(&self) -> std::slice::Iter<'a, Node> {
        self.iter()
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
