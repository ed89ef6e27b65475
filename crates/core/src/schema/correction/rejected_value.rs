//! A rejected value.

use serde_json::Value as Json;

use crate::schema::keywords::UNIT;
use crate::schema::subschema::Subschema;
use crate::types::Duration;
use crate::value::{Format, Node, Path};

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
    /// The format that the value is written in, if not in Nix.
    pub format: Format,
    /// The default, if there is one.
    pub default: Option<&'a Json>,
    /// True if the value must not be displayed.
    pub hidden: bool,
}

impl RejectedValue<'_> {
    pub(super) fn types(&self) -> Vec<&str> {
        let own = self.view.types();
        if own.is_empty() { self.view.alternatives().flat_map(Subschema::types).collect() } else { own }
    }

    pub(super) fn admits(&self, name: &str) -> bool {
        self.types().contains(&name)
    }

    /// Tells whether the schema names values for the place.
    pub(super) fn names_values(&self) -> bool {
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
