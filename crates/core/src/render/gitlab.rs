//! Reports in the code-quality format of GitLab, which merge requests display.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use crate::diagnostics::{Diagnostic, Report, Severity};

/// Renders the diagnostics of all reports, each report with the name of its config.
///
/// A fingerprint identifies a problem in both versions of a merge request, so it has no line: config, code, field and, where these
/// are the same, a number.
pub fn document<'r>(reports: impl IntoIterator<Item = (&'r str, &'r Report)>) -> Json {
    let mut known = HashMap::new();
    let mut issues = Vec::new();
    for (name, report) in reports {
        for diagnostic in report.displayed().diagnostics {
            let key = format!("{name}:{}:{}", diagnostic.code, diagnostic.path);
            let number: &mut usize = known.entry(key.clone()).or_default();
            *number += 1;
            let fingerprint = if *number == 1 { key } else { format!("{key}:{number}") };
            issues.push(issue(name, diagnostic, &fingerprint));
        }
    }
    Json::Array(issues)
}

fn issue(name: &str, diagnostic: &Diagnostic, fingerprint: &str) -> Json {
    let (path, line) = match diagnostic.place() {
        Some(place) => (place.source.name(), place.position.0.max(1)),
        None => (name, 1),
    };
    let description = match &diagnostic.help {
        Some(help) => format!("{}; {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    json!({
        "description": description,
        "check_name": diagnostic.code,
        "fingerprint": fingerprint,
        "severity": match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
        },
        // GitLab compares paths with those of the repository, which have no dot in front.
        "location": { "path": path.strip_prefix("./").unwrap_or(path), "lines": { "begin": line } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Path;

    #[test]
    fn equal_problems_have_different_fingerprints_and_no_line() {
        let diagnostic = || Diagnostic::error("a", Path::dotted("a"), "a is wrong").help("change it");
        let report = Report::new(vec![diagnostic(), diagnostic()]);
        let document = document([("./a.toml", &report)]);
        assert_eq!(document[0]["fingerprint"], "./a.toml:a:a");
        assert_eq!(document[1]["fingerprint"], "./a.toml:a:a:2");
        assert_eq!(document[0]["description"], "a is wrong; change it");
        assert_eq!(document[0]["location"], json!({ "path": "a.toml", "lines": { "begin": 1 } }));
    }
}
