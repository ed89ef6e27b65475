//! The fields that rules tune, in the schema of the service.

use confgate_core::diagnostics::suggest::{did_you_mean, nearest};
use confgate_core::diagnostics::{Diagnostic, Severity, Suggestion};
use confgate_core::gate::ConfigSpec;
use confgate_core::schema::fields::settable_fields;
use confgate_core::schema::keywords::RELOAD_RESTART;
use confgate_core::value::{Node, Path, Sources, Value};
use confgate_runtime::load::{LayerKind, LoadedConfig};
use serde_json::Value as Json;
use thiserror::Error;

use crate::rule::TuningRule;

/// A rule that does not fit the schema of the service.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum FieldError {
    /// The field does not exist.
    #[error("rule {rule}: unknown field {field}{}", question(.similar))]
    Unknown {
        /// Name of the rule.
        rule: String,
        /// The field.
        field: String,
        /// The field with the nearest name.
        similar: Option<String>,
    },
    /// The field is not a number.
    #[error("rule {rule}: {field} is not a number")]
    NotANumber {
        /// Name of the rule.
        rule: String,
        /// The field.
        field: String,
    },
    /// Only a restart applies the field.
    #[error("rule {rule}: only a restart applies {field}; tune a field that a reload applies")]
    Restart {
        /// Name of the rule.
        rule: String,
        /// The field.
        field: String,
    },
    /// The bounds of the rule are wider than those of the schema.
    #[error("rule {rule}: {field} must be {relation} {limit} by the schema, and the rule sets {name} = {value}")]
    Bounds {
        /// Name of the rule.
        rule: String,
        /// The field.
        field: String,
        /// Name of the bound in the rule.
        name: &'static str,
        /// The bound of the rule.
        value: f64,
        /// `at least` or `at most`.
        relation: &'static str,
        /// The bound of the schema.
        limit: f64,
    },
    /// The declared value is outside of the bounds of the rule.
    #[error("rule {rule}: {field} is declared as {declared}, outside of {min} to {max}")]
    Declared {
        /// Name of the rule.
        rule: String,
        /// The field.
        field: String,
        /// The value.
        declared: f64,
        /// Smallest value of the rule.
        min: f64,
        /// Largest value of the rule.
        max: f64,
    },
}

impl FieldError {
    /// Returns the name in the rule that is wrong.
    const fn wrong(&self) -> &'static str {
        match self {
            Self::Bounds { name, .. } => name,
            Self::Unknown { .. } | Self::NotANumber { .. } | Self::Restart { .. } | Self::Declared { .. } => "field",
        }
    }
}

fn question(similar: &Option<String>) -> String {
    similar.iter().map(|similar| format!("; {}", did_you_mean(std::slice::from_ref(similar)))).collect()
}

/// Checks the fields of all rules: numbers that a reload applies, with bounds inside those of the schema.
pub fn check_fields(rules: &[TuningRule], spec: &ConfigSpec) -> Vec<FieldError> {
    rules.iter().filter_map(|rule| check(rule, spec).err()).collect()
}

/// Checks the fields of all rules like [`check_fields`], and reports each error at its place in the tree of the tuning file.
pub fn field_diagnostics(rules: &[TuningRule], spec: &ConfigSpec, tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
    let errors = rules.iter().enumerate().filter_map(|(index, rule)| Some((index, check(rule, spec).err()?)));
    errors.map(|(index, error)| diagnostic(index, error, tree, sources)).collect()
}

fn diagnostic(index: usize, mut error: FieldError, tree: &Node, sources: &Sources) -> Diagnostic {
    let path = Path::root().key("tuning").index(index).key(error.wrong());
    let origin = tree.get(&path.0).map(|node| &node.origin);
    let similar = match &mut error {
        FieldError::Unknown { similar, .. } => similar.take(),
        _ => None,
    };
    let at = origin.map(|origin| sources.locations(origin)).unwrap_or_default();
    let found = Diagnostic::of_rule(Severity::Error, "tuning/field", path, error.to_string()).at(at, "");
    match similar {
        Some(similar) => {
            let quoted = format!("{similar:?}");
            let place = origin.and_then(|origin| sources.value_location(origin));
            found.suggest(&[similar], vec![Suggestion { replacement: quoted, place, path: None }])
        }
        None => found,
    }
}

fn check(rule: &TuningRule, spec: &ConfigSpec) -> Result<(), FieldError> {
    let (name, field) = (rule.name.clone(), rule.field.clone());
    let path = Path::dotted(&rule.field);
    let fields = settable_fields(spec.view());
    let Some(known) = fields.iter().find(|known| known.path == path) else {
        let names: Vec<String> = fields.iter().map(|known| known.path.to_string()).collect();
        let similar = nearest(&field, names.iter().map(String::as_str)).map(str::to_owned);
        return Err(FieldError::Unknown { rule: name, field, similar });
    };
    if !known.view.types().iter().any(|kind| matches!(*kind, "integer" | "number")) {
        return Err(FieldError::NotANumber { rule: name, field });
    }
    if known.reload == Some(RELOAD_RESTART) {
        return Err(FieldError::Restart { rule: name, field });
    }
    let bound = |keyword: &str| known.view.get(keyword).and_then(Json::as_f64);
    let bounds = [
        ("min", rule.min, "at least", bound("minimum"), false),
        ("min", rule.min, "more than", bound("exclusiveMinimum"), true),
        ("max", rule.max, "at most", bound("maximum"), false),
        ("max", rule.max, "less than", bound("exclusiveMaximum"), true),
    ];
    for (bound, value, relation, limit, exclusive) in bounds {
        let Some(limit) = limit else { continue };
        let is_outside = match bound {
            "min" => value < limit || (exclusive && value == limit),
            _ => value > limit || (exclusive && value == limit),
        };
        if is_outside {
            return Err(FieldError::Bounds { rule: name, field, name: bound, value, relation, limit });
        }
    }
    Ok(())
}

/// Returns whether a field has whole numbers alone.
pub fn is_whole(spec: &ConfigSpec, path: &Path) -> bool {
    let field = settable_fields(spec.view()).into_iter().find(|known| known.path == *path);
    field.is_some_and(|field| !field.view.types().contains(&"number"))
}

/// Returns the value of a field without the overrides of the program.
pub fn declared_value(loaded: &LoadedConfig, path: &Path) -> Option<f64> {
    let node = loaded.tree.get(&path.0)?;
    if loaded.layer(node).kind != LayerKind::Override {
        return number(node);
    }
    let shadowed = loaded.shadowed.iter().rev().filter_map(|(at, node)| node.get(path.0.strip_prefix(&at.0[..])?));
    shadowed.filter(|node| loaded.layer(node).kind != LayerKind::Override).find_map(number)
}

fn number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use confgate_bitcraps::Config;
    use confgate_core::gate::Gate;

    use super::*;

    #[test]
    fn a_rule_tunes_a_live_number_within_the_bounds_of_the_schema() {
        let rule = |field: &str, min: f64, max: f64| -> TuningRule {
            serde_json::from_value(serde_json::json!({
                "name": "r", "field": field, "signal": "cpu", "low": 40, "high": 80, "min": min, "max": max, "step": 1,
            }))
            .unwrap()
        };
        let gate = Gate::of::<Config>();
        let told = |rule| check(&rule, &gate).map_err(|error| error.to_string());
        assert_eq!(told(rule("network.max_connections", 10.0, 500.0)), Ok(()));
        assert_eq!(
            told(rule("network.max_connections", 0.0, 500.0)).unwrap_err(),
            "rule r: network.max_connections must be at least 1 by the schema, and the rule sets min = 0"
        );
        assert_eq!(
            told(rule("network.max_conections", 1.0, 5.0)).unwrap_err(),
            "rule r: unknown field network.max_conections; did you mean network.max_connections?"
        );
        assert_eq!(told(rule("app.name", 1.0, 5.0)).unwrap_err(), "rule r: app.name is not a number");
        assert_eq!(
            told(rule("network.listen_port", 1.0, 5.0)).unwrap_err(),
            "rule r: only a restart applies network.listen_port; tune a field that a reload applies"
        );
    }
}
