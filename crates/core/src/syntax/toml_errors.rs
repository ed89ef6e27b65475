//! Selection of the errors of a TOML text to report.

use crate::diagnostics::Diagnostic;
use crate::syntax::bracket::find_unclosed;
use crate::syntax::explain::{Explained, explain};
use crate::syntax::text::Text;
use crate::toml::{Mistake, SyntaxError};
use crate::value::{Node, Source};

/// The maximum number of duplicate keys whose first definition is located, each by parsing the text again.
const MAX_LOOKUPS: usize = 20;

/// Returns the diagnostics for the syntax errors of `source`; `tree` is the part that could be parsed.
pub(super) fn diagnostics(source: &Source, tree: &Node, errors: &[SyntaxError]) -> Vec<Diagnostic> {
    let text = Text::new(source, tree);
    if errors.is_empty() {
        return Vec::new();
    }
    if let Some(language) = text.other_language() {
        let diagnostic = text.diagnostic(&format!("this looks like {language}"), errors[0].span);
        let help = "write TOML: key = value, below the [section] that the key belongs to";
        let option = language.to_lowercase();
        return vec![diagnostic.help(format!("{help}; or name the file .{option}, or read it with --input {option}"))];
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
pub(super) fn is_duplicate(error: &SyntaxError) -> bool {
    matches!(error.mistake, Mistake::DuplicateKey | Mistake::KeyBelowValue(_))
}
