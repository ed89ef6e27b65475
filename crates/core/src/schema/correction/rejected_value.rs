//! A rejected value, and the choice of its correction.

use serde_json::Value as Json;

use crate::schema::correction::correction::Correction;
use crate::schema::correction::{list_or_table, number, text};
use crate::schema::keywords::UNIT;
use crate::schema::subschema::Subschema;
use crate::types::Duration;
use crate::value::reference::is_unresolved;
use crate::value::{Node, Path, Value};

/// A value that the schema does not admit.
pub struct RejectedValue<'a> {
    /// The path of the value.
    pub path: &'a Path,
    /// The value.
    pub node: &'a Node,
    /// The subschema of the field.
    pub view: Subschema<'a>,
    /// Values that the place admits beside those that the subschema names.
    pub options: &'a [Json],
    /// The prefix of environment variables, for a model.
    pub env_prefix: Option<&'a str>,
    /// True if the source is Nix, with its own syntax for lists, tables and references.
    pub nix: bool,
    /// The default, if there is one.
    pub default: Option<&'a Json>,
    /// True if the value must not be displayed.
    pub hidden: bool,
}

impl RejectedValue<'_> {
    /// Returns a correction, if one is likely and every value in it is right.
    pub fn correction(&self, is_right: &dyn Fn(&Node) -> bool) -> Option<Correction> {
        self.candidates().into_iter().find_map(|candidate| candidate.tried(is_right))
    }

    /// Returns the corrections that may be meant, the most likely first.
    fn candidates(&self) -> Vec<Correction> {
        let text = self.node.as_str();
        if text.is_some_and(|text| text.contains(":-${")) {
            let instruction = "the default of a reference is plain text: it holds no other reference";
            return vec![Correction::instruction(instruction)];
        }
        if text.is_some_and(|text| text.contains("${") && !is_unresolved(text)) {
            let form = if self.nix { "secret \"NAME\"" } else { "${NAME} or ${NAME:-default}" };
            return vec![Correction::instruction(format!("write a reference as {form}"))];
        }
        if self.hidden || self.view.is_secret() {
            return Vec::new();
        }
        if self.view.hides_value(self.node) {
            let instruction = match text {
                Some(text) if is_unresolved(text) => Some(text::as_reference(self)),
                _ if self.admits("object") => list_or_table::as_table(self),
                _ => None,
            };
            return instruction.into_iter().collect();
        }
        match &self.node.value {
            Value::String(text) if self.admits("string") || self.names_values() => text::similar_option(self, text)
                .into_iter()
                .chain(text::format(self, text))
                .chain(text::unquoted(self, text).into_iter().filter(|_| !is_unresolved(text)))
                .collect(),
            Value::String(text) => text::unquoted(self, text),
            Value::Datetime(text) => text::format(self, text).into_iter().chain(text::quoted(self, text)).collect(),
            Value::Integer(_) | Value::Float(_) | Value::Bool(_) => number::candidates(self),
            Value::List(elements) => list_or_table::unwrapped(self, elements).into_iter().collect(),
            Value::Table(_) if self.is_duration() => list_or_table::as_duration(self).into_iter().collect(),
            Value::Table(_) => list_or_table::as_list_of_tables(self).into_iter().collect(),
            Value::Null => Vec::new(),
        }
    }

    pub(super) fn types(&self) -> Vec<&str> {
        let own = self.view.types();
        if own.is_empty() { self.view.alternatives().flat_map(Subschema::types).collect() } else { own }
    }

    pub(super) fn admits(&self, name: &str) -> bool {
        self.types().contains(&name)
    }

    /// Tells whether the schema names values for the place.
    fn names_values(&self) -> bool {
        let mut views = std::iter::once(self.view).chain(self.view.alternatives());
        !self.options.is_empty() || views.any(|view| view.is_enumerated() || view.get("const").is_some())
    }

    pub(super) fn is_duration(&self) -> bool {
        self.view.text("format") == Some(Duration::FORMAT)
    }

    pub(super) fn has_unit(&self, unit: &str) -> bool {
        self.view.text(UNIT) == Some(unit)
    }

    pub(super) fn number(&self, keyword: &str) -> Option<f64> {
        self.view.get(keyword).and_then(Json::as_f64)
    }
}
