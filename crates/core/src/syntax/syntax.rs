//! Selection of the errors to report, and of the lines to mask.

use std::collections::BTreeSet;

use crate::diagnostics::Diagnostic;
use crate::sensitive::mask;
use crate::syntax::bracket::find_unclosed;
use crate::syntax::explain::{Explained, explain};
use crate::syntax::text::Text;
use crate::toml::{self, Mistake, SyntaxError};
use crate::value::{Location, Node, Origin, Source, Span};

/// The maximum number of duplicate keys whose first definition is located, each by parsing the text again.
const MAX_LOOKUPS: usize = 20;

/// Returns the diagnostics for the syntax errors of `source`; `tree` is the part that could be parsed.
pub fn diagnostics(source: &Source, tree: &Node, errors: &[SyntaxError]) -> Vec<Diagnostic> {
    let text = Text::new(source, tree);
    if errors.is_empty() {
        return Vec::new();
    }
    if let Some(language) = text.other_language() {
        let diagnostic = text.diagnostic(&format!("this looks like {language}"), errors[0].span);
        return vec![diagnostic.help("write TOML: key = value, below the [section] that the key belongs to")];
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut lookups = 0;
    // Behind an unclosed bracket every error is a consequence of it.
    let unclosed = find_unclosed(&text, errors);
    let independent =
        errors.iter().filter(|error| unclosed.as_ref().is_none_or(|bracket| error.span.start < bracket.from));
    let mut in_string = false;
    for error in independent {
        let Explained { mut diagnostic, opens_string } = explain(&text, error);
        let line = |diagnostic: &Diagnostic| diagnostic.place().map(|place| place.position.0);
        // The parser guesses at the rest of a line behind a mistake, and at the next line behind an unclosed string.
        let is_consequence = found.last().is_some_and(|last| {
            let behind_string = in_string && line(last).map(|line| line + 1) == line(&diagnostic);
            line(last) == line(&diagnostic) || behind_string
        });
        if is_consequence {
            continue;
        }
        if is_duplicate(error) && lookups < MAX_LOOKUPS {
            lookups += 1;
            diagnostic = diagnostic.at(text.first_definition(error.span), "first here");
        }
        found.push(diagnostic);
        in_string = opens_string;
    }
    found.extend(unclosed.map(|bracket| bracket.diagnostic));
    found
}

/// Tells whether the error is about a key that is already defined.
fn is_duplicate(error: &SyntaxError) -> bool {
    matches!(error.mistake, Mistake::DuplicateKey | Mistake::KeyBelowValue(_))
}

/// Selects the diagnostics of a schema that hold although the text has syntax errors. In a text that was parsed in part,
/// keys may be missing or in the wrong table, and the parser makes up values; diagnostics about those would mislead.
pub fn reliable<'t>(
    diagnostics: Vec<Diagnostic>,
    source: &Source,
    tree: &'t Node,
) -> impl Iterator<Item = Diagnostic> + 't {
    let (_, errors) = toml::read(source);
    let was_parsed = move |node: &Node| match node.origin {
        Origin::Text { value, .. } => {
            // A value that the parser made up has an empty range.
            value.start < value.end
                && !errors.iter().any(|error| error.span.start <= value.end && value.start <= error.span.end)
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
    let (tree, errors) = toml::read(source);
    let line_of = |at: u32| source.position(at as usize).0;
    let broken = errors.iter().filter(|error| !is_duplicate(error));
    let mut lines: BTreeSet<usize> = broken.flat_map(|error| [error.span.start, error.span.end]).map(line_of).collect();
    if let Some(bracket) = find_unclosed(&Text::new(source, &tree), &errors) {
        lines.extend(line_of(bracket.from)..=lines.last().copied().unwrap_or_default());
    }
    for line in lines {
        let text = source.line(line);
        let start = source.line_start(line);
        let above = (1..line).rev().map(|line| source.line(line)).find(|text| !text.trim().is_empty());
        let from = if above.is_some_and(|above| ends_with_secret_name(above, names)) {
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
