//! Detection of unclosed brackets.

use crate::diagnostics::Diagnostic;
use crate::syntax::text::{Text, for_each};
use crate::toml::{Mistake, SyntaxError};
use crate::value::{Location, Node, Span, Value};

/// An unclosed bracket.
pub(super) struct UnclosedBracket {
    /// The start of the outermost value that cannot be read because of it.
    pub(super) from: u32,
    pub(super) diagnostic: Diagnostic,
}

/// Finds the innermost bracket that is unclosed at the end of the text.
pub(super) fn find_unclosed(text: &Text<'_>, errors: &[SyntaxError]) -> Option<UnclosedBracket> {
    let is_unclosed = |error: &&SyntaxError| matches!(error.mistake, Mistake::OpenList | Mistake::OpenTable);
    let end = errors.iter().filter(is_unclosed).map(|error| error.span.start).max()?;
    let content = text.source.text();
    let mut around = Vec::new();
    enclosing(text.tree, end, content, &mut around);
    let from = *around.iter().min()?;
    let (opening, wrong_closing) = unclosed(content, from as usize)?;
    let (message, closing) = match content.as_bytes().get(opening) {
        Some(b'{') => ("a table in braces is not closed", "}"),
        _ => ("a list is not closed", "]"),
    };
    let first_error =
        errors.iter().map(|error| error.span).find(|span| span.start as usize > opening && span.start < end);
    let before = wrong_closing.map(|at| Span::from(at..at + 1)).or(first_error.map(|span| text.token(span)));
    let before = before.map(|span| Location::in_text(text.source, span));
    let diagnostic = text.diagnostic(message, Span::from(opening..opening + 1)).at(before, "not closed before this");
    Some(UnclosedBracket { from, diagnostic: diagnostic.help(format!("end it with {closing}")) })
}

/// Finds the first bracket from the byte `from` on that is not closed, and the closing bracket of the wrong kind, if that
/// is the reason.
fn unclosed(text: &str, from: usize) -> Option<(usize, Option<usize>)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut at = from;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        match c {
            '[' => open.push((at, ']')),
            '{' => open.push((at, '}')),
            ']' | '}' => match open.pop() {
                Some((_, closes)) if closes == c => {}
                Some((opening, _)) => return Some((opening, Some(at))),
                None => return None,
            },
            '#' => at += rest.find('\n').unwrap_or(rest.len() - 1),
            '"' | '\'' => at += end_of_string(rest, c) - 1,
            _ => {}
        }
        at += if matches!(c, '#' | '"' | '\'') { 1 } else { c.len_utf8() };
    }
    open.pop().map(|(opening, _)| (opening, None))
}

/// Returns the length of the string literal at the beginning of `text`. A single-line string ends with its line.
fn end_of_string(text: &str, quote: char) -> usize {
    let triple = quote.to_string().repeat(3);
    let (closes, skip) = if text.starts_with(&triple) { (triple.as_str(), 3) } else { (&triple[..1], 1) };
    let mut at = skip;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(closes) {
            return at + closes.len();
        }
        if skip == 1 && rest.starts_with('\n') {
            return at;
        }
        let escape = quote == '"' && rest.starts_with('\\');
        at += rest.chars().take(if escape { 2 } else { 1 }).map(char::len_utf8).sum::<usize>();
    }
    text.len()
}

/// Collects the offsets of the brackets around the byte `at`.
fn enclosing(node: &Node, at: u32, content: &str, found: &mut Vec<u32>) {
    for_each(node, &mut |node, value| {
        let (opens, closes) = match node.value {
            Value::List(_) => ('[', ']'),
            Value::Table(_) => ('{', '}'),
            _ => return,
        };
        let literal = content.get(value.range()).unwrap_or_default();
        if literal.starts_with(opens) && value.start < at && (at <= value.end || !literal.ends_with(closes)) {
            found.push(value.start);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_bracket_is_found_past_strings_and_comments() {
        let opening = |text: &str| unclosed(text, 0).map(|(at, _)| at);
        assert_eq!(opening("[1, { a = \"]\" # }\n"), Some(4));
        assert_eq!(opening("[1, { a = ''']''', b = 'x ]"), Some(4));
        assert_eq!(opening("[{ a = \"\\\"]\" }, [2]"), Some(0));
        assert_eq!(opening("[1, 2]"), None);
        assert_eq!(unclosed("[{ a = 1 ]", 0), Some((1, Some(9))));
    }
}
