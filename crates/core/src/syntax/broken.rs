//! Diagnostics that a text with syntax errors supports, and the lines of it to mask.

use std::collections::{BTreeSet, HashMap};

use crate::diagnostics::Diagnostic;
use crate::sensitive::mask;
use crate::syntax::Reading;
use crate::syntax::bracket::find_unclosed;
use crate::syntax::text::Text;
use crate::value::{Format, Location, Node, Origin, Source, Span};

/// Selects the diagnostics of a schema that hold although the text has syntax errors. In a text that was parsed in part,
/// keys may be missing or in the wrong table, and the parser makes up values; diagnostics about those would mislead.
pub fn reliable<'t>(
    diagnostics: Vec<Diagnostic>,
    reading: &Reading,
    tree: &'t Node,
) -> impl Iterator<Item = Diagnostic> + use<'t> {
    let errors = reading.places();
    let was_parsed = move |node: &Node| match node.origin {
        Origin::Text { value, .. } => {
            // A value that the parser made up has an empty range.
            value.start < value.end && !errors.iter().any(|error| error.start <= value.end && value.start <= error.end)
        }
        _ => true,
    };
    diagnostics.into_iter().filter(move |diagnostic| {
        let about_keys = matches!(
            diagnostic.keyword.as_deref(),
            Some("additionalProperties" | "unevaluatedProperties" | "required")
        );
        !about_keys
            && tree.get(&diagnostic.path.0).is_some_and(|node| {
                was_parsed(node) && (node.as_table().is_none() || diagnostic.keyword.as_deref() == Some("type"))
            })
    })
}

/// Adds to `secrets` the parts of broken lines that cannot be attributed to a field: all behind the value or the name of a
/// secret. `names` are the secret fields of the schema.
pub fn mask_broken_lines(secrets: &mut Vec<Location>, source: &Source, reading: &Reading, names: &[&str]) {
    let line_of = |at: u32| source.position(at as usize).0;
    let broken = reading.broken_places();
    let mut lines: BTreeSet<usize> = broken.iter().flat_map(|place| [place.start, place.end]).map(line_of).collect();
    if let Some(bracket) = find_unclosed(&Text::new(source, &reading.tree), reading.toml_errors()) {
        lines.extend(line_of(bracket.from)..=lines.last().copied().unwrap_or_default());
    }
    let last = if source.format() == Format::Toml { 0 } else { lines.last().copied().unwrap_or_default() };
    let around = lines_around(source, last);
    for line in lines {
        let text = source.line(line);
        let start = source.line_start(line);
        let from = if is_behind_secret_name(source, line, &around, names) {
            Some(0)
        } else {
            let here = |place: &&Location| place.source == *source && line_of(place.span.end) == line;
            let first =
                secrets.iter().filter(here).map(|place| (place.span.start as usize).saturating_sub(start)).min();
            mask::end_of_secret_name(text, names).into_iter().chain(first).min()
        };
        if let Some(from) = from {
            secrets.push(Location::in_text(source, Span::from(start + from..start + text.len())));
        }
    }
}

/// Tells whether a line may hold a value whose key is in a line above it. `around` has the lines that contain others.
fn is_behind_secret_name(source: &Source, line: usize, around: &HashMap<usize, usize>, names: &[&str]) -> bool {
    let Some(above) = (1..line).rev().find(|line| has_content(source, *line)) else { return false };
    if ends_with_secret_name(source.line(above), names) {
        return true;
    }
    let has_secret_name = |line: usize| mask::end_of_secret_name(source.line(line), names).is_some();
    // In JSON, a value that is complete ends with a comma or a bracket.
    let is_incomplete = || !source.line(above).trim_end().ends_with([',', '{', '[', '}', ']']);
    // A mistake in the indentation may have moved the line out of the value that the line above belongs to.
    let contain = [line, above].into_iter().filter_map(|line| around.get(&line));
    contain.into_iter().any(|around| has_secret_name(*around))
        || source.format() == Format::Json && has_secret_name(above) && is_incomplete()
}

/// Tells whether a line is neither empty nor a comment.
fn has_content(source: &Source, line: usize) -> bool {
    let text = source.line(line).trim_start();
    let is_comment = source.format() == Format::Yaml && text.starts_with('#');
    !text.is_empty() && !is_comment
}

/// Returns for each line the nearest one above it that is indented less. In JSON and YAML, it has the key of a value that takes
/// several lines.
fn lines_around(source: &Source, last: usize) -> HashMap<usize, usize> {
    let mut around = HashMap::new();
    // The lines that contain the current one, outermost first.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for line in (1..=last).filter(|line| has_content(source, *line)) {
        let text = source.line(line);
        let indent = text.len() - text.trim_start().len();
        while open.last().is_some_and(|(_, other)| *other >= indent) {
            open.pop();
        }
        around.extend(open.last().map(|(outer, _)| (line, *outer)));
        open.push((line, indent));
    }
    around
}

/// Tells whether a line ends with the name of a secret, whose value may then be in the next line.
fn ends_with_secret_name(line: &str, names: &[&str]) -> bool {
    mask::end_of_secret_name(line, names).is_some_and(|end| !line[end..].contains(|c: char| c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gate::Gate;
    use crate::render::human::{self, Style};
    use crate::value::Value;

    /// Returns whether a string in a tree contains a text.
    fn holds(node: &Node, text: &str) -> bool {
        match &node.value {
            Value::Table(table) => table.values().any(|node| holds(node, text)),
            Value::List(elements) => elements.iter().any(|node| holds(node, text)),
            _ => node.as_str().is_some_and(|string| string.contains(text)),
        }
    }

    #[test]
    fn a_typo_of_one_character_in_json_or_yaml_reveals_no_secret() {
        let text = |secret: bool| json!({ "type": "string", "x-secret": secret });
        let gate = Gate::of_schema(json!({ "properties": {
            "pin_code": text(true),
            "nested": { "properties": { "pin_code": text(true) } },
            "level": { "type": "integer" },
        } }))
        .unwrap();
        for (format, text) in [
            (Format::Json, "{\n  \"pin_code\": \"hunter2\",\n  \"level\": \"x\"\n}\n"),
            (Format::Json, "{ \"level\": 1, \"nested\": { \"pin_code\":\n\"hunter2\" } }\n"),
            (Format::Yaml, "pin_code: hunter2\nlevel: x\n"),
            (Format::Yaml, "pin_code: \"hunter2\"\nlevel: x\n"),
            (Format::Yaml, "level: 1\nnested:\n  pin_code: |\n    first\n    hunter2\n  other: 1\n"),
            (Format::Yaml, "nested: {pin_code: hunter2, level: 1}\n"),
            (Format::Yaml, "pin_code: a\nlevel: 1\npin_code: hunter2\n"),
            (Format::Json, "{ \"pin_code\": \"a\",\n  \"pin_code\": \"hunter2\" }\n"),
        ] {
            for at in 0..text.len() {
                for typo in "\"'[]{}=.,:@\\ \t0$&*!|>%`-#".chars() {
                    let mut broken = text.to_owned();
                    broken.insert(at, typo);
                    let source = Source::in_format(format, "x", broken.clone());
                    let reading = Reading::of(&source);
                    // A typo can make the value a key, a comment or the name of an anchor, which is valid.
                    if reading.places().is_empty() && !holds(&reading.tree, "hunter2") {
                        continue;
                    }
                    let output = human::report(&gate.check(&source, None).report, Style::default());
                    assert!(!broken.contains("hunter2") || !output.contains("hunter2"), "{broken}\n{output}");
                }
            }
        }
    }

    #[test]
    fn a_typo_of_one_character_reveals_no_secret() {
        let text = |secret: bool| json!({ "type": "string", "x-secret": secret });
        let gate = Gate::of_schema(json!({ "additionalProperties": false, "properties": {
            "pin_code": text(true),
            "url": { "type": "string", "format": "url" },
            "level": { "type": "integer" },
        } }))
        .unwrap();
        for text in [
            "pin_code = \"hunter2\"\nlevel = \"x\"\n",
            "pin_code = 'hunter2'\n",
            "all = { pin_code = \"hunter2\", level = 1 }\n",
            "url = \"pg://node:hunter2@db.example/x\"\n",
        ] {
            for at in 0..text.len() {
                for typo in "\"'[]{}=.,:@\\ \t0$".chars() {
                    let mut broken = text.to_owned();
                    broken.insert(at, typo);
                    let report = gate.check(&Source::new("x.toml", broken.clone()), None).report;
                    let output = human::report(&report, Style::default());
                    assert!(!broken.contains("hunter2") || !output.contains("hunter2"), "{broken}\n{output}");
                }
            }
        }
    }
}
