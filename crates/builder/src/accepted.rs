use confgate_core::diagnostics::codes;
use confgate_core::gate::Gate;

/// Accepted warning that no check can report.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`accept` has \"{given}\", and no check has this name{}", suggestion(.nearest.as_deref(), .given))]
pub struct UnknownCheck {
    /// Name as it was given, with its field.
    given: String,
    /// Similar name of a check.
    nearest: Option<String>,
}

/// Checks the names of accepted warnings, each as `CODE` or `CODE:FIELD`. A model may report codes of its own, so a name that
/// is unlike every known one passes there.
///
/// # Errors
///
/// A name is that of no check.
pub fn check_names(accepted: &[String], gate: &Gate) -> Result<(), UnknownCheck> {
    let rules = || gate.spec().rules().iter().map(|rule| rule.name);
    for given in accepted {
        let name = given.split_once(':').map_or(given.as_str(), |(name, _)| name);
        if codes::is_registered(name) || rules().any(|rule| rule == name) {
            continue;
        }
        let nearest = codes::nearest(name, rules()).map(str::to_owned);
        if nearest.is_some() || !gate.spec().has_type() {
            return Err(UnknownCheck { given: given.clone(), nearest });
        }
    }
    Ok(())
}

fn suggestion(nearest: Option<&str>, given: &str) -> String {
    match nearest {
        Some(nearest) => {
            let field = given.split_once(':').map(|(_, field)| format!(":{field}")).unwrap_or_default();
            format!(": write \"{nearest}{field}\"")
        }
        None => ": remove it, or write the code that a warning shows".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use confgate_core::gate::Gate;
    use serde_json::json;

    use super::*;

    fn message(name: &str) -> String {
        let gate = Gate::of_schema(json!({"type": "object"})).unwrap();
        check_names(&[name.to_owned()], &gate).map_or_else(|error| error.to_string(), |()| "accepted".to_owned())
    }

    #[test]
    fn a_name_of_no_check_is_rejected_with_the_nearest_one() {
        assert_eq!(message("secrets/likely-secret"), "accepted");
        assert_eq!(message("secrets/likely-secret:app.name"), "accepted");
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
}
