//! Names of accepted warnings, and the check that a warning can have each.

use std::borrow::Cow;

use crate::diagnostics::{codes, suggest};
use crate::gate::ConfigSpec;
use crate::schema::fields;
use crate::value::Path;

/// Accepted warning that no check can report, as a config or a build writes it in `accept`.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("`accept` has {:?}, and {}", .0.given, .0.problem())]
pub struct UnknownCheck(Box<Unknown>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Unknown {
    /// Name as it was given, with its field.
    given: String,
    /// The name to write in its place.
    nearest: Option<String>,
    /// True if the code is one of a check, and its field is none of the schema.
    is_field: bool,
}

impl UnknownCheck {
    /// Says what is wrong with the name, and what to write in its place.
    pub fn problem(&self) -> String {
        self.0.problem()
    }
}

impl Unknown {
    fn problem(&self) -> String {
        let problem = if self.is_field { "the schema has no such field" } else { "no check has this name" };
        match &self.nearest {
            Some(nearest) => format!("{problem}: write {nearest:?}"),
            None => format!("{problem}: remove it, or write the code that a warning shows"),
        }
    }
}

/// Checks the names of accepted warnings, each as `CODE` or `CODE:FIELD`, and returns the first that no check reports.
///
/// The checks are the registered codes, the rules of the model, and the fields of the schema, under whose names their values are
/// reported. The field of an entry is rejected only if it resembles one of the schema, since it may be a key of an open table.
///
/// # Errors
///
/// A name is that of no check, or its field is misspelled.
pub fn check_names<'n>(accepted: impl IntoIterator<Item = &'n String>, spec: &ConfigSpec) -> Result<(), UnknownCheck> {
    accepted.into_iter().try_for_each(|given| check_name(given, spec))
}

fn check_name(given: &str, spec: &ConfigSpec) -> Result<(), UnknownCheck> {
    let rules = || spec.rules().iter().map(|rule| rule.name);
    let (name, field) = given.split_once(':').map_or((given, None), |(name, field)| (name, Some(field)));
    let is_of_field = || fields::settable_fields(spec.view()).iter().any(|leaf| leaf.path.field() == name);
    let unknown = |nearest: Option<String>, is_field| {
        Err(UnknownCheck(Box::new(Unknown { given: given.to_owned(), nearest, is_field })))
    };
    if codes::is_registered(name) || rules().any(|rule| rule == name) || is_of_field() {
        if field.is_some_and(|field| field.trim().is_empty()) {
            return unknown(Some(name.to_owned()), true);
        }
        let misspelled = field.filter(|_| !is_about_keys(name)).and_then(|field| nearest_field(field, spec));
        return match misspelled {
            Some(nearest) => unknown(Some(format!("{name}:{nearest}")), true),
            None => Ok(()),
        };
    }
    match codes::nearest(name, rules()) {
        Some(nearest) => {
            let field = field.map_or(Cow::Borrowed(""), |field| format!(":{field}").into());
            unknown(Some(format!("{nearest}{field}")), false)
        }
        None => unknown(None, false),
    }
}

/// Tells whether a check reports keys that the schema does not have.
fn is_about_keys(name: &str) -> bool {
    [codes::SCHEMA_UNKNOWN_KEY.name, codes::SCHEMA_RETIRED_KEY.name].contains(&name)
}

/// Returns the field of the schema that a field resembles which is none.
pub fn nearest_field(field: &str, spec: &ConfigSpec) -> Option<String> {
    let root = spec.view();
    if fields::at(root, &Path::dotted(field)).is_some() {
        return None;
    }
    let known: Vec<String> = fields::settable_fields(root).iter().map(|field| field.path.to_string()).collect();
    if known.iter().any(|known| known == field) {
        return None;
    }
    suggest::nearest(field, known.iter().map(String::as_str)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gate::Gate;

    fn message(name: &str) -> String {
        let schema = json!({
            "type": "object",
            "properties": { "app": { "properties": { "name": { "type": "string" } }, "additionalProperties": false } },
        });
        let gate = Gate::of_schema(schema).unwrap();
        check_names([&name.to_owned()], &gate).map_or_else(|error| error.to_string(), |()| "accepted".to_owned())
    }

    #[test]
    fn a_code_alone_and_with_a_field_of_the_schema_is_accepted() {
        assert_eq!(message("secrets/likely-secret"), "accepted");
        assert_eq!(message("secrets/likely-secret:app.name"), "accepted");
    }

    #[test]
    fn a_name_of_no_check_is_rejected_with_the_nearest_one() {
        assert_eq!(
            message("secrets/likly-secret:app.name"),
            "`accept` has \"secrets/likly-secret:app.name\", and no check has this name: write \
             \"secrets/likely-secret:app.name\""
        );
        assert_eq!(
            message("anything"),
            "`accept` has \"anything\", and no check has this name: remove it, or write the code that a warning shows"
        );
    }

    #[test]
    fn a_misspelled_field_is_rejected_with_the_nearest_one() {
        assert_eq!(
            message("secrets/likely-secret:app.nmae"),
            "`accept` has \"secrets/likely-secret:app.nmae\", and the schema has no such field: write \
             \"secrets/likely-secret:app.name\""
        );
    }

    #[test]
    fn a_field_is_not_empty() {
        assert_eq!(
            message("secrets/likely-secret:"),
            "`accept` has \"secrets/likely-secret:\", and the schema has no such field: write \"secrets/likely-secret\""
        );
    }

    #[test]
    fn the_code_of_a_field_is_accepted() {
        assert_eq!(message("app/name"), "accepted");
    }

    #[test]
    fn a_field_that_resembles_none_and_an_unknown_key_pass() {
        assert_eq!(message("secrets/likely-secret:elsewhere.entirely"), "accepted");
        assert_eq!(message("schema/unknown-key:app.nmae"), "accepted");
    }
}
