//! Hides secrets that stand in the place of keys, which the paths and messages of diagnostics would repeat.

use crate::diagnostics::Diagnostic;
use crate::gate::pass::Pass;
use crate::sensitive::display::SECRET_PLACEHOLDER;
use crate::sensitive::scanner;
use crate::value::{Path, Segment};

pub fn run(pass: &mut Pass<'_>) {
    pass.diagnostics.iter_mut().for_each(hide);
}

fn hide(diagnostic: &mut Diagnostic) {
    hide_in_text(&mut diagnostic.code);
    hide_in_text(&mut diagnostic.message);
    diagnostic.notes.iter_mut().chain(&mut diagnostic.help).for_each(hide_in_text);
    diagnostic.labels.iter_mut().for_each(|label| hide_in_text(&mut label.text));
    std::iter::once(&mut diagnostic.path).chain(&mut diagnostic.missing).for_each(hide_in_path);
    diagnostic.suggestions.retain(|suggestion| scanner::known_keys(&suggestion.replacement).is_empty());
}

fn hide_in_path(path: &mut Path) {
    for segment in &mut path.0 {
        if let Segment::Key(key) = segment
            && !scanner::known_keys(key).is_empty()
        {
            *key = SECRET_PLACEHOLDER.into();
        }
    }
}

fn hide_in_text(text: &mut String) {
    let mut ranges = scanner::known_keys(text);
    ranges.sort_by_key(|range| range.start);
    // From the end, so that the earlier ranges keep their places. One that overlaps the next is hidden with it.
    let mut end = text.len();
    for range in ranges.into_iter().rev().filter(|range| !range.is_empty()) {
        if range.start < end {
            text.replace_range(range.start..range.end.min(end), SECRET_PLACEHOLDER);
            end = range.start;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::{Gate, Input, ValidateOptions};
    use crate::render::{human, json, sarif};
    use crate::value::Source;

    #[test]
    fn no_report_displays_a_secret_that_stands_in_the_place_of_a_key() {
        let schema = serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "properties": { "tokens": { "type": "object", "additionalProperties": { "type": "string" } } },
        });
        let gate = Gate::of_schema(schema).unwrap();
        let (token, other) = ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "ghp_5432109876abcdefghijABCDEFGHIJ012345");
        let text = format!("{other} = 1\n[tokens]\n{token} = 5\n\"é {token}\" = 6\n");
        let report =
            gate.validate(Input::text(&Source::new("a.toml", text.as_str()), ValidateOptions::default())).report;
        assert_eq!(report.diagnostics().len(), 3);
        let shown = [
            human::report(&report, human::Style::default()),
            json::document([("a.toml", &report)]).to_string(),
            sarif::log([&report], gate.rules()).to_string(),
        ];
        for text in shown {
            assert!(!text.contains("0123456789abc") && !text.contains("5432109876abc"), "{text}");
            assert!(text.contains("tokens"), "{text}");
        }
        assert_eq!(report.diagnostics()[1].path.to_string(), "tokens.\"[secret]\"");
    }
}
