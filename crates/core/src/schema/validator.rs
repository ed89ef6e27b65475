//! The validator: the only file that knows the crate `jsonschema`.
//!
//! Trees are validated as they are, without a copy. A null in a table is an absent key, and a float is never an integer,
//! whatever its value: JSON Schema admits `10.0` as an integer, and the service would then fail to read it.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::json::{Array, JsonNumber, NodeIdentity, Object};
use jsonschema::{Draft, JsonType, Keyword, Registry, Retrieve, ValidationError, ValidationOptions};
use serde_json::{Value as Json, json};

use crate::schema::format::{self, FORMATS};
use crate::schema::keywords::{FORMAT_MAXIMUM, FORMAT_MINIMUM};
use crate::schema::violation::{Condition, Violation};
use crate::types::Duration;
use crate::value::{self, Node, Table, Value};

/// A document that is not a JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON Schema at {}: {message}", if pointer.is_empty() { "the root" } else { pointer })]
pub struct InvalidSchema {
    /// The place in the document, as a JSON Pointer.
    pub pointer: String,
    /// The problem at that place.
    pub message: String,
}

impl From<ValidationError<'_>> for InvalidSchema {
    fn from(error: ValidationError<'_>) -> Self {
        Self { pointer: error.instance_path().to_string(), message: error.to_string() }
    }
}

/// A compiled schema.
pub struct Validator(jsonschema::Validator<Tree>);

impl Validator {
    /// Compiles a schema after validating it by its meta-schema.
    ///
    /// # Errors
    ///
    /// The schema is invalid, or it refers to another document.
    pub fn new(schema: &Json) -> Result<Self, InvalidSchema> {
        Ok(Self(options().build(schema)?))
    }

    /// Compiles a schema without validating it by its meta-schema.
    ///
    /// # Errors
    ///
    /// The schema has an invalid pattern, or it refers to another document.
    pub fn new_trusted(schema: &Json) -> Result<Self, InvalidSchema> {
        debug_assert!(jsonschema::meta::is_valid(schema));
        // `build` validates the document that it is given. Give it a reference to the schema, with the smallest
        // meta-schema.
        let reference = json!({ "$ref": TRUSTED });
        let registry = Registry::new().add(TRUSTED, schema).and_then(|registry| registry.prepare());
        let registry = registry.map_err(|error| ValidationError::custom(error.to_string()))?;
        Ok(Self(options().with_draft(Draft::Draft4).with_registry(&registry).build(&reference)?))
    }

    /// Tells whether a tree is valid.
    pub fn is_valid(&self, tree: &Node) -> bool {
        self.0.is_valid(tree)
    }

    /// Returns all violations of the schema by a tree.
    pub fn violations<'t>(&'t self, tree: &'t Node) -> impl Iterator<Item = Violation> + 't {
        self.0.iter_errors(tree).map(|error| Violation::from(&error))
    }
}

/// The maximum number of subschemas that are compiled on their own for one report.
const MAX_PARTS: usize = 256;

/// The validators of subschemas, each compiled when it is first asked for.
pub struct PartValidators<'s> {
    document: &'s Json,
    registry: OnceCell<Option<Registry<'s>>>,
    compiled: RefCell<HashMap<String, Option<Validator>>>,
}

impl<'s> PartValidators<'s> {
    /// Creates the validators of the subschemas of a document.
    pub fn new(document: &'s Json) -> Self {
        Self { document, registry: OnceCell::new(), compiled: RefCell::default() }
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
        let prepare = || Registry::new().add(TRUSTED, self.document).and_then(|registry| registry.prepare()).ok();
        let registry = self.registry.get_or_init(prepare).as_ref()?;
        let reference = json!({ "$ref": format!("{TRUSTED}#{}", percent_encoded(pointer)) });
        options().with_draft(Draft::Draft4).with_registry(registry).build(&reference).ok().map(Validator)
    }
}

/// Encodes the characters of a JSON Pointer that the fragment of a URI cannot have.
fn percent_encoded(pointer: &str) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(byte);
    let encode = |byte: u8| if is_plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    pointer.bytes().map(encode).collect()
}

/// The URI of a trusted schema in its registry.
const TRUSTED: &str = "urn:confgate:schema";

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
        (**table).get(key).filter(|node| !node.is_null())
    }

    fn members(&self) -> Members<'a> {
        Members(self.iter())
    }
}

/// The entries of a table that are not null.
struct Members<'a>(indexmap::map::Iter<'a, String, Node>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Node);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, node) = self.0.find(|(_, node)| !node.is_null())?;
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
