use std::collections::BTreeSet;

use crate::diagnostics::Diagnostic;
use crate::sensitive::mask;
use crate::syntax::text::Text;
use crate::toml::{self, SyntaxError};
use crate::value::{Location, Node, Origin, Source, Span};

/// The rule of texts that are no TOML.
pub const SYNTAX: &str = "toml/syntax";

/// What the message of a string without an end says.
pub(crate) const OPEN_STRING: &str = "a string is not closed";

/// How many keys are looked for that were defined before.
const LOOKED_FOR: usize = 20;

/// The diagnostics for the places of `source` that could not be read; `tree` is what could.
pub fn diagnostics(source: &Source, tree: &Node, errors: &[SyntaxError]) -> Vec<Diagnostic> {
    let text = Text { source, tree };
    if errors.is_empty() {
        return Vec::new();
    }
    if let Some(language) = text.other_language() {
        let diagnostic = text.diagnostic(&format!("this looks like {language}"), errors[0].span);
        return vec![diagnostic.help("write TOML: key = value, below the [section] that the key belongs to")];
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut looked_for = 0;
    // What is open at the end of the text swallows all that follows, so nothing behind its beginning is told.
    let open = text.open(errors);
    let told = errors.iter().filter(|error| open.as_ref().is_none_or(|open| error.span.start < open.from));
    for error in told {
        let mut diagnostic = text.explain(error);
        let line = |diagnostic: &Diagnostic| diagnostic.place().map(|place| place.position.0);
        // Behind its first mistake a line is guessed at, and behind a string that is not closed the next line too.
        let guessed = found.last().is_some_and(|last| {
            let behind_string =
                last.message.ends_with(OPEN_STRING) && line(last).map(|line| line + 1) == line(&diagnostic);
            line(last) == line(&diagnostic) || behind_string
        });
        if guessed {
            continue;
        }
        if is_second(error) && looked_for < LOOKED_FOR {
            looked_for += 1;
            diagnostic = diagnostic.at(text.first(error.span), "first here");
        }
        found.push(diagnostic);
    }
    found.extend(open.map(|open| open.diagnostic));
    found
}

/// Whether the diagnostic is about a key that was defined before.
fn is_second(error: &SyntaxError) -> bool {
    error.message.starts_with("duplicate key") || error.message.starts_with("cannot extend value")
}

/// What of the diagnostics of a schema holds for a text that is broken elsewhere. What could not be read whole has keys in
/// wrong tables, lacks others and holds values that nobody wrote: saying so would only confuse.
pub fn sound<'t>(
    diagnostics: Vec<Diagnostic>,
    source: &Source,
    tree: &'t Node,
) -> impl Iterator<Item = Diagnostic> + 't {
    let (_, errors) = toml::read(source);
    let was_read = move |node: &Node| match node.origin {
        Origin::Text { value, .. } => {
            // The parser gives a value that it makes up itself no place.
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
                was_read(node) && (node.as_table().is_none() || diagnostic.keyword.as_deref() == Some("type"))
            })
    })
}

/// What more is to be hidden of lines that could not be read whole, so that nobody knows what belongs to what: all behind
/// a secret's value or name. `names` are the secrets of the schema.
pub fn hide(hidden: &mut Vec<Location>, source: &Source, names: &[&str]) {
    let (tree, errors) = toml::read(source);
    let line_of = |at: u32| source.position(at as usize).0;
    let broken = errors.iter().filter(|error| !is_second(error));
    let mut lines: BTreeSet<usize> = broken.flat_map(|error| [error.span.start, error.span.end]).map(line_of).collect();
    if let Some(open) = (Text { source, tree: &tree }).open(&errors) {
        lines.extend(line_of(open.from)..=lines.last().copied().unwrap_or_default());
    }
    for line in lines {
        let text = source.line(line);
        let start = source.line_start(line);
        let above = (1..line).rev().map(|line| source.line(line)).find(|text| !text.trim().is_empty());
        let from = if above.is_some_and(|above| ends_with_secret_name(above, names)) {
            Some(0)
        } else {
            let here = |place: &&Location| place.source == *source && line_of(place.span.end) == line;
            let first = hidden.iter().filter(here).map(|place| (place.span.start as usize).saturating_sub(start)).min();
            mask::end_of_secret_name(text, names).into_iter().chain(first).min()
        };
        if let Some(from) = from {
            hidden.push(Location::in_text(source, Span::from(start + from..start + text.len())));
        }
    }
}

/// Whether a line names a secret and no value, which is then to be looked for below.
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
    fn a_slip_of_one_character_shows_no_secret() {
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
                for slip in "\"'[]{}=.,:@\\ \t0$".chars() {
                    let mut broken = text.to_owned();
                    broken.insert(at, slip);
                    let report = gate.check(&Source::new("x.toml", broken.clone()), None).report;
                    let said = human::report(&report, Style::default());
                    assert!(!broken.contains("hunter2") || !said.contains("hunter2"), "{broken}\n{said}");
                }
            }
        }
    }
}
