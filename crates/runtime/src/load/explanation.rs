//! The explanation of one field: its value, the layers that set it, and its documentation.

use confgate_core::schema::{Subschema, describe_type};
use confgate_core::value::{Definition, Location, Node, Path, Value};
use serde::Serialize;
use serde_json::Value as Json;

use crate::load::LayerKind;

/// Explanation of a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The field, as a dotted path.
    pub field: String,
    /// The path of the field.
    #[serde(skip)]
    pub path: Path,
    /// The redacted value, or `None` if the field is absent.
    pub value: Option<Json>,
    /// The documentation of the field.
    pub about: Option<String>,
    /// The types, in words.
    pub kind: Option<String>,
    /// The bounds, in words.
    pub bounds: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The default in this environment.
    pub default: Option<Json>,
    /// The layers that set the field, in order of precedence, the highest first.
    pub contributions: Vec<Contribution>,
    /// The environment variables of the field.
    pub variables: Vec<String>,
    /// `live` if a reload applies a change, `restart` if a change needs a restart.
    pub reload: Option<String>,
    /// True if the field is secret.
    pub secret: bool,
    /// True if pages list the field before others.
    #[serde(skip)]
    pub important: bool,
    /// The names of the rules that read the field.
    pub rules: Vec<&'static str>,
}

/// The value of a field in one layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// The kind of the layer.
    pub layer: LayerKind,
    /// The name of the layer, or `None` for the defaults.
    pub name: Option<String>,
    /// The redacted value, or `None` if it is unknown or absent.
    pub value: Option<Json>,
    /// Places where the value was written, as `file:line:column` or the name of a variable.
    pub places: Vec<String>,
    /// The same places in files, for links.
    #[serde(skip)]
    pub definitions: Vec<Definition>,
}

/// A name is not a field of the config.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is not a field of this config{}", suggestion(.nearest))]
pub struct UnknownField {
    /// The name.
    pub name: String,
    /// The nearest name of a field.
    pub nearest: Option<String>,
}

impl Explanation {
    /// Formats a value as TOML on one line.
    pub fn inline_toml(value: &Json) -> String {
        confgate_core::toml::inline_json(value)
    }
}

fn suggestion(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|nearest| format!(": did you mean {nearest}?")).unwrap_or_default()
}

/// Calls `visit` for each value that the TOML writer puts on a line of its own: all values but tables and lists of tables.
pub fn for_each_value<'n>(node: &'n Node, path: &Path, visit: &mut dyn FnMut(Path, &'n Node)) {
    match &node.value {
        Value::Table(table) if !table.is_empty() => {
            for (key, child) in table {
                for_each_value(child, &path.key(key), visit);
            }
        }
        // Tables in a list have headers of their own.
        Value::List(elements) if elements.iter().any(|element| element.as_table().is_some()) => {
            for (index, element) in elements.iter().enumerate() {
                for_each_value(element, &path.index(index), visit);
            }
        }
        _ => visit(path.clone(), node),
    }
}

/// Formats a place for messages.
pub(crate) fn place_name(place: &Location) -> String {
    match place.position {
        (0, _) => place.source.name().to_owned(),
        (line, column) => format!("{}:{line}:{column}", place.source.name()),
    }
}

/// Returns a place in a file; `None` for a variable, and for a file whose lines are unknown.
pub(super) fn definition_at(place: &Location) -> Option<Definition> {
    let (line, column) = place.position;
    (line > 0).then(|| Definition { file: place.source.name().to_owned(), line, column, element: None })
}

/// Returns the types of a field in words.
pub(super) fn types_in_words(subschema: Subschema<'_>) -> Option<String> {
    let types: Vec<&str> = subschema.types().into_iter().map(describe_type).collect();
    (!types.is_empty()).then(|| types.join(" or "))
}
