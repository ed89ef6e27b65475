//! Values that the program sets, above all other layers.

use std::fmt;

use confgate_core::gate::ConfigSpec;
use confgate_core::model::Model;
use confgate_core::schema::fields::at;
use confgate_core::value::{self, Node, Path, Value, json};

use crate::load::variable_value::{parse_in_place, parse_typed};
use crate::value_types::ValueTypes;

/// A value that the program sets, above all other layers.
#[derive(Clone, PartialEq)]
pub struct Override {
    /// The field.
    pub path: Path,
    /// The value, or null to make the field absent.
    pub value: Node,
    /// The reason, which messages name as the place of the value.
    pub reason: String,
}

impl Override {
    /// Sets a field to a JSON value, or makes it absent with null. A number beyond 64 bits becomes a string, which the gate
    /// rejects.
    pub fn json(path: Path, value: serde_json::Value) -> Self {
        let node = json::read(value).unwrap_or_else(|large| Node::generated(Value::String(large.digits)));
        Self { path, value: node, reason: "set by the program".to_owned() }
    }

    /// Replaces all layers except the defaults by a whole config.
    pub fn config<M: Model>(config: &M) -> Self {
        // A model whose serialization fails becomes null, which the gate rejects.
        let value = value::serialize(config).unwrap_or_else(|_| Node::generated(Value::Null));
        Self { path: Path::root(), value, reason: "set by the program".to_owned() }
    }

    /// Sets a field to the value of a text, parsed like the text of a variable: `5`, `true`, `a,b`.
    pub fn text(spec: &ConfigSpec, path: Path, text: &str, reason: impl Into<String>) -> Self {
        let subschema = at(spec.view(), &path);
        let types = subschema.map(ValueTypes::of).unwrap_or_default();
        Self { value: parse_typed(&types, || subschema, text), path, reason: reason.into() }
    }

    /// Sets a field in the place of a value, whose type is kept where the text reads as that type.
    pub fn replacing(spec: &ConfigSpec, path: Path, current: &Node, text: &str, reason: impl Into<String>) -> Self {
        let value = parse_in_place(at(spec.view(), &path), current, text);
        Self { path, value, reason: reason.into() }
    }
}

impl fmt::Debug for Override {
    // Leave out the value: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Override").field("path", &self.path).field("reason", &self.reason).finish_non_exhaustive()
    }
}
