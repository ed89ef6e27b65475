//! Reports as one JSON document.

use serde_json::{Value as Json, json};

use crate::diagnostics::{Diagnostic, FlagCombinations, Label, Omitted, Report, Suggestion};
use crate::render::Totals;
use crate::value::Location;

/// Renders the reports of configs, each with the name of its config. `errors` and `warnings` count all diagnostics, `omitted` those
/// that are not in `findings`.
pub fn document<'r>(reports: impl IntoIterator<Item = (&'r str, &'r Report)> + Clone) -> Json {
    let totals = Totals::of(reports.clone().into_iter().map(|(_, report)| report));
    let configs = reports.into_iter().map(|(name, report)| {
        let displayed = report.displayed();
        let mut config = json!({
            "config": name,
            "admitted": report.admits(),
            "errors": report.errors(),
            "warnings": report.warnings(),
            "findings": displayed.diagnostics.into_iter().map(diagnostic).collect::<Vec<_>>(),
        });
        let Omitted { errors, warnings } = displayed.omitted;
        if displayed.omitted.is_any() {
            config["omitted"] = json!({ "errors": errors, "warnings": warnings });
        }
        if let Some(environment) = report.environment() {
            config["environment"] = json!(environment);
        }
        if let Some(combinations) = report.combinations() {
            let FlagCombinations { flags, checked, total } = combinations;
            config["combinations"] = json!({ "flags": flags, "checked": checked, "total": total });
        }
        config
    });
    json!({
        "admitted": totals.refused == 0,
        "errors": totals.errors,
        "warnings": totals.warnings,
        "configs": configs.collect::<Vec<_>>(),
    })
}

/// Renders one diagnostic.
pub fn diagnostic(diagnostic: &Diagnostic) -> Json {
    let mut object = json!({
        "rule": diagnostic.code,
        "severity": diagnostic.severity,
        "path": diagnostic.path.pointer(),
        "message": diagnostic.message,
        "origins": diagnostic.labels.iter().map(label).collect::<Vec<_>>(),
    });
    if let Some(keyword) = &diagnostic.keyword {
        object["keyword"] = json!(keyword);
    }
    if !diagnostic.notes.is_empty() {
        object["notes"] = json!(diagnostic.notes);
    }
    if let Some(help) = &diagnostic.help {
        object["help"] = json!(help);
    }
    if !diagnostic.suggestions.is_empty() {
        object["suggestions"] = diagnostic.suggestions.iter().map(suggestion).collect();
    }
    object
}

/// Renders a suggestion: the text to write, and the place of the text that it replaces.
fn suggestion(suggestion: &Suggestion) -> Json {
    let mut object = suggestion.place.as_ref().map_or_else(|| json!({}), place);
    object["replacement"] = json!(suggestion.replacement);
    object
}

fn place(place: &Location) -> Json {
    let (line, column) = place.position;
    let (end_line, end_column) = place.end();
    json!({
        "file": place.source.name(),
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
    })
}

fn label(label: &Label) -> Json {
    let mut object = place(&label.place);
    if !label.text.is_empty() {
        object["label"] = json!(label.text);
    }
    object
}
