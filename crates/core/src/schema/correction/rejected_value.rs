//! A rejected value.

use serde_json::Value as Json;

use crate::schema::keywords::UNIT;
use crate::schema::notation::Notation;
use crate::schema::subschema::Subschema;
use crate::types::Duration;
use crate::value::{Node, Path};

/// The depth of alternatives in alternatives.
const MAX_LEVELS: usize = 3;

/// The maximum number of alternatives that are read.
const MAX_ALTERNATIVES: usize = 1024;

/// A value that the schema does not admit.
pub struct RejectedValue<'a> {
    /// The path of the value.
    pub path: &'a Path,
    /// The value.
    pub node: &'a Node,
    /// The value as its source writes it, if it has a text.
    pub written: Option<&'a str>,
    /// The subschema of the field.
    pub view: Subschema<'a>,
    /// Values that the place admits beside those that the subschema names.
    pub options: &'a [Json],
    /// The prefix of environment variables, for a model.
    pub env_prefix: Option<&'a str>,
    /// The notation of its source.
    pub notation: Notation,
    /// The default, if there is one.
    pub default: Option<&'a Json>,
    /// True if the value must not be displayed.
    pub hidden: bool,
}

impl RejectedValue<'_> {
    /// Returns a number, a boolean or a date as its source writes it, which a text in its place would have: `3.10` is the number 3.1. Otherwise
    /// returns it as `displayed`.
    pub(super) fn literal<'t>(&'t self, displayed: &'t str) -> &'t str {
        let is_literal =
            |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-._:".contains(c));
        self.written.filter(is_literal).unwrap_or(displayed)
    }

    pub(super) fn types(&self) -> Vec<&str> {
        let own = self.view.types();
        if own.is_empty() { self.views().into_iter().skip(1).flat_map(Subschema::types).collect() } else { own }
    }

    /// Returns the subschema of the field and its alternatives. An optional choice is an alternative of alternatives.
    pub(super) fn views(&self) -> Vec<Subschema<'_>> {
        let mut views = vec![self.view];
        let mut level = vec![self.view];
        for _ in 0..MAX_LEVELS {
            level = level.into_iter().flat_map(Subschema::alternatives).take(MAX_ALTERNATIVES - views.len()).collect();
            views.extend(&level);
        }
        views
    }

    pub(super) fn admits(&self, name: &str) -> bool {
        self.types().contains(&name)
    }

    /// Tells whether the schema names values for the place.
    pub(super) fn names_values(&self) -> bool {
        let mut views = self.views().into_iter();
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
