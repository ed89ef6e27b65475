//! Brackets that are never closed.

use crate::diagnostics::Diagnostic;
use crate::syntax::text::{Text, for_each};
use crate::toml::SyntaxError;
use crate::value::{Location, Node, Span, Value};

/// A bracket that is never closed.
pub(super) struct Open {
    /// Where what it swallows begins.
    pub from: u32,
    pub diagnostic: Diagnostic,
}

impl Text<'_> {
    /// The innermost bracket that is open at the end of the text.
    pub(super) fn open(&self, errors: &[SyntaxError]) -> Option<Open> {
        let is_unclosed = |error: &&SyntaxError| {
            error.message.starts_with("unclosed array,") || error.message.starts_with("unclosed inline table")
        };
        let end = errors.iter().filter(is_unclosed).map(|error| error.span.start).max()?;
        let mut around = Vec::new();
        enclosing(self.tree, end, self.source.text(), &mut around);
        let from = *around.iter().min()?;
        let (inner, wrong_end) = unclosed(self.source.text(), from as usize)?;
        let (what, close) = match self.source.text().as_bytes().get(inner) {
            Some(b'{') => ("a table in braces is not closed", "}"),
            _ => ("a list is not closed", "]"),
        };
        let stumbled =
            errors.iter().map(|error| error.span).find(|span| span.start as usize > inner && span.start < end);
        let before = wrong_end.map(|at| Span::from(at..at + 1)).or(stumbled.map(|span| self.token(span)));
        let before = before.map(|span| Location::in_text(self.source, span));
        let diagnostic = self.diagnostic(what, Span::from(inner..inner + 1)).at(before, "not closed before this");
        Some(Open { from, diagnostic: diagnostic.help(format!("end it with {close}")) })
    }
}

/// The bracket that is not closed, of those that open from the byte `from` on, and what closes another one instead.
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

/// The length of the string that begins `text`; one of a single line ends with it at the latest.
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

/// The places of the brackets around the byte `at`.
fn enclosing(node: &Node, at: u32, text: &str, found: &mut Vec<u32>) {
    for_each(node, &mut |node, value| {
        let (opens, closes) = match node.value {
            Value::List(_) => ('[', ']'),
            Value::Table(_) => ('{', '}'),
            _ => return,
        };
        let text = text.get(value.range()).unwrap_or_default();
        if text.starts_with(opens) && value.start < at && (at <= value.end || !text.ends_with(closes)) {
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
