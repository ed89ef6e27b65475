//! Reports as SARIF 2.1.0 (OASIS).

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::diagnostics::codes::{self, Code};
use crate::diagnostics::{Diagnostic, Label, Omitted, Report, Severity, Suggestion};
use crate::environment::Environment;
use crate::gate::RuleInfo;
use crate::render::Totals;

/// Renders one log. Its descriptors come from the registry of codes, and from `rules` for the rules of a model.
pub fn log<'r>(reports: impl IntoIterator<Item = &'r Report>, rules: &[RuleInfo]) -> Json {
    let reports: Vec<&Report> = reports.into_iter().collect();
    let environments: Vec<Environment> = Totals::of(reports.iter().copied()).environments().collect();
    let mut omitted = Omitted::default();
    let in_environment = |report: &'r Report| {
        let displayed = report.displayed();
        omitted.errors += displayed.omitted.errors;
        omitted.warnings += displayed.omitted.warnings;
        displayed.diagnostics.into_iter().map(move |diagnostic| (diagnostic, report.environment()))
    };
    let results: Vec<(&Diagnostic, Option<Environment>)> = reports.into_iter().flat_map(in_environment).collect();
    let diagnostics: Vec<&Diagnostic> = results.iter().map(|(diagnostic, _)| *diagnostic).collect();
    let mut descriptors: BTreeMap<&str, Json> = BTreeMap::new();
    for diagnostic in &diagnostics {
        descriptors.entry(&diagnostic.code).or_insert_with(|| descriptor(diagnostic, rules));
    }
    let index: BTreeMap<&str, usize> = descriptors.keys().enumerate().map(|(index, code)| (*code, index)).collect();
    let results: Vec<Json> = results
        .into_iter()
        .map(|(diagnostic, environment)| result(diagnostic, index[diagnostic.code.as_str()], environment))
        .collect();
    let mut log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "confgate",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": descriptors.values().collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    if !environments.is_empty() {
        log["runs"][0]["properties"] = json!({ "environments": environments });
    }
    if omitted.is_any() {
        log["runs"][0]["properties"]["omitted"] = json!({ "errors": omitted.errors, "warnings": omitted.warnings });
    }
    log
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

/// Describes the code of a diagnostic.
fn descriptor(diagnostic: &Diagnostic, rules: &[RuleInfo]) -> Json {
    let model_rule = rules.iter().find(|rule| rule.name == diagnostic.code);
    let (short, full, help, severity) = match model_rule {
        Some(rule) => (rule.why.to_owned(), codes::RULE.why, rule.help, rule.severity),
        None => {
            let code = codes::find(&diagnostic.code);
            let Code { level, what, why, fix, .. } = code.unwrap_or(&codes::FIELD);
            let what = match code {
                Some(_) => (*what).to_owned(),
                // The code of a field is its name.
                None => {
                    format!("The value of {} is not one that the schema admits.", diagnostic.code.replace('/', "."))
                }
            };
            (what, *why, *fix, *level)
        }
    };
    json!({
        "id": diagnostic.code,
        "shortDescription": { "text": short },
        "fullDescription": { "text": full },
        "help": { "text": help },
        "defaultConfiguration": { "level": level(severity) },
    })
}

fn result(diagnostic: &Diagnostic, rule_index: usize, environment: Option<Environment>) -> Json {
    let mut text = diagnostic.message.clone();
    for fact in diagnostic.notes.iter().chain(&diagnostic.help) {
        text.push('\n');
        text.push_str(fact);
    }
    let mut labels = diagnostic.labels.iter();
    let mut result = json!({
        "ruleId": diagnostic.code,
        "ruleIndex": rule_index,
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": labels.next().map(|label| location(label, diagnostic)).into_iter().collect::<Vec<_>>(),
    });
    let fixes: Vec<Json> = diagnostic.suggestions.iter().filter_map(fix).collect();
    if !fixes.is_empty() {
        result["fixes"] = json!(fixes);
    }
    let related: Vec<Json> = labels.map(|label| location(label, diagnostic)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if let Some(environment) = environment {
        result["properties"] = json!({ "environment": environment });
    }
    result
}

/// Renders a suggestion as a fix, if it is a replacement of a text.
fn fix(suggestion: &Suggestion) -> Option<Json> {
    let place = suggestion.place.as_ref().filter(|place| place.position.0 > 0)?;
    let ((line, column), (end_line, end_column)) = (place.position, place.end());
    Some(json!({
        "description": { "text": format!("write {}", suggestion.replacement) },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(place.source.name()) },
            "replacements": [{
                "deletedRegion": {
                    "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
                },
                "insertedContent": { "text": suggestion.replacement },
            }],
        }],
    }))
}

fn location(label: &Label, diagnostic: &Diagnostic) -> Json {
    let (line, column) = label.place.position;
    let (end_line, end_column) = label.place.end();
    let mut physical = json!({ "artifactLocation": { "uri": uri(label.place.source.name()) } });
    physical["region"] = match line {
        // A diagnostic about the whole file: code hosts display a result at a line alone.
        0 => json!({ "startLine": 1 }),
        _ => json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column }),
    };
    let mut location = json!({
        "physicalLocation": physical,
        "logicalLocations": [{ "fullyQualifiedName": diagnostic.path.to_string() }],
    });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    location
}

/// Converts a path to a relative or `file:` URI reference.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    let escaped: String =
        path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    if escaped.starts_with('/') { format!("file://{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("config/a b.toml"), "config/a%20b.toml");
        assert_eq!(uri("/etc/x.toml"), "file:///etc/x.toml");
    }
}
