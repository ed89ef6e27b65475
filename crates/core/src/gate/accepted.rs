//! Names of accepted warnings, and the check that a warning can have each.

use std::borrow::Cow;

use crate::diagnostics::{codes, suggest};
use crate::gate::Gate;
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
/// A model may report codes of its own, so a name that is unlike every known one passes there. A field is rejected only if it
/// resembles one of the schema, since warnings about keys name fields that no schema has.
///
/// # Errors
///
/// A name is that of no check, or its field is misspelled.
pub fn check_names<'n>(accepted: impl IntoIterator<Item = &'n String>, gate: &Gate) -> Result<(), UnknownCheck> {
    accepted.into_iter().try_for_each(|given| check_name(given, gate))
}

fn check_name(given: &str, gate: &Gate) -> Result<(), UnknownCheck> {
    let rules = || gate.spec().rules().iter().map(|rule| rule.name);
    let (name, field) = given.split_once(':').map_or((given, None), |(name, field)| (name, Some(field)));
    let unknown = |nearest: Option<String>, is_field| {
        Err(UnknownCheck(Box::new(Unknown { given: given.to_owned(), nearest, is_field })))
    };
    if codes::is_registered(name) || rules().any(|rule| rule == name) {
        let misspelled = field.filter(|_| !is_about_keys(name)).and_then(|field| nearest_field(field, gate));
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
        None if gate.spec().has_type() => Ok(()),
        None => unknown(None, false),
    }
}

/// Tells whether a check reports keys that the schema does not have.
fn is_about_keys(name: &str) -> bool {
    [codes::SCHEMA_UNKNOWN_KEY.name, codes::SCHEMA_RETIRED_KEY.name].contains(&name)
}

/// Returns the field of the schema that a field resembles which is none.
fn nearest_field(field: &str, gate: &Gate) -> Option<String> {
    let root = gate.spec().view();
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
    fn a_field_that_resembles_none_and_an_unknown_key_pass() {
        assert_eq!(message("secrets/likely-secret:elsewhere.entirely"), "accepted");
        assert_eq!(message("schema/unknown-key:app.nmae"), "accepted");
    }
}
