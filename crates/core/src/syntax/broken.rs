//! Diagnostics that a text with syntax errors supports, and the lines of it to mask.

use std::collections::BTreeSet;

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
    source: &Source,
    tree: &'t Node,
) -> impl Iterator<Item = Diagnostic> + 't {
    let errors = Reading::of(source).places();
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
pub fn mask_broken_lines(secrets: &mut Vec<Location>, source: &Source, names: &[&str]) {
    let reading = Reading::of(source);
    let line_of = |at: u32| source.position(at as usize).0;
    let broken = reading.broken_places();
    let mut lines: BTreeSet<usize> = broken.iter().flat_map(|place| [place.start, place.end]).map(line_of).collect();
    if let Some(bracket) = find_unclosed(&Text { source, tree: &reading.tree }, reading.toml_errors()) {
        lines.extend(line_of(bracket.from)..=lines.last().copied().unwrap_or_default());
    }
    for line in lines {
        let text = source.line(line);
        let start = source.line_start(line);
        let from = if is_behind_secret_name(source, line, names) {
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

/// Tells whether a line may hold a value whose key is in a line above it.
fn is_behind_secret_name(source: &Source, line: usize, names: &[&str]) -> bool {
    let above = || (1..line).rev().map(|line| source.line(line)).filter(|text| !text.trim().is_empty());
    if above().next().is_some_and(|above| ends_with_secret_name(above, names)) {
        return true;
    }
    // In JSON and YAML, a value may take any number of lines, which are indented more than its key.
    let indent = |text: &str| text.len() - text.trim_start().len();
    let own = indent(source.line(line));
    source.format() != Format::Toml
        && above()
            .find(|above| indent(above) < own)
            .is_some_and(|above| mask::end_of_secret_name(above, names).is_some())
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
