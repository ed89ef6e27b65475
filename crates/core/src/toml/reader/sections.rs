//! Recovery of the section of a text that has a mistake. The text around it is read in one pass.
//!
//! A section begins with the header of a top-level table or list, so it means the same when it is read alone, as in
//! [`chunks`]. The parser recovers from a mistake at the end of its statement, unless a bracket or a
//! string stays open, or reads nothing behind it, if the key has no `=`.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::toml::reader::single_pass::{self, Doubt};
use crate::toml::reader::{Mistake, SyntaxError, chunks, recovery, section_header};
use crate::value::{Node, Origin, Span, Table, Value};

/// The header of a table behind a section, which is in its tree if the parser has read all of it.
const END: &str = "['']\n";

/// Reads a text in which the pass gave up; `None` if its sections depend on each other, or more than one may have a mistake.
///
/// A broken header still has its name, so that a table of this name in another section is a second one. A key that is broken on its
/// line has it in the table of its section alone.
pub(super) fn read(text: &str, doubt: Doubt) -> Option<(Table, Vec<SyntaxError>)> {
    let statement = text.get(doubt.statement..)?;
    let line = doubt.statement..doubt.statement + statement.find('\n').unwrap_or(statement.len());
    let end = next(text, line.end).unwrap_or(text.len());
    let section = text.get(doubt.section..end)?;
    let is_whole = doubt.section == 0 && end == text.len();
    let is_of_key = section_header::is_at(text, doubt.section) && !statement.trim_start().starts_with('[');
    if is_whole || !is_of_key || end < text.len() && !is_complete(section) {
        return None;
    }
    let before = single_pass::read(text, 0..doubt.section).ok()?;
    let after = single_pass::read(text, end..text.len()).ok()?;
    let (mut table, mut errors) = recovery::read(&[section, if end < text.len() { END } else { "" }].concat());
    let is_read_on = remove_end(&mut table, section.len());
    let offset = u32::try_from(doubt.section).ok()?;
    errors.iter_mut().for_each(|error| error.span = moved(error.span, offset));
    let is_in_line = |error: &SyntaxError| {
        let span = error.span.range();
        // The limit of depth is one of the whole text.
        error.mistake != Mistake::TooDeep && line.start <= span.start && span.end <= line.end
    };
    if errors.is_empty() || !errors.iter().all(is_in_line) {
        return None;
    }
    table.values_mut().for_each(|node| move_origins(node, offset));
    let read = chunks::join(before, table)?;
    Some((if is_read_on { chunks::join(read, after)? } else { read }, errors))
}

/// Removes the table of [`END`] at a byte. Returns whether it is there.
fn remove_end(table: &mut Table, at: usize) -> bool {
    let is_end = |node: &Node| matches!(node.origin, Origin::Text { value, .. } if value.range().start == at);
    table.get("").is_some_and(is_end) && table.shift_remove("").is_some()
}

/// Returns the start of the next section behind a byte.
fn next(text: &str, from: usize) -> Option<usize> {
    let lines = text.as_bytes()[from..].iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    lines.map(|(at, _)| from + at + 1).find(|line| section_header::is_at(text, *line))
}

/// Tells whether a new statement begins after a section: no bracket and no string is open.
fn is_complete(section: &str) -> bool {
    let (mut open, mut is_header, mut at_start) = (Vec::new(), false, true);
    for token in Source::new(section).lex() {
        let kind = token.kind();
        match kind {
            // The parser ends a header with its line.
            TokenKind::Newline if open.is_empty() || is_header => {
                open.clear();
                (is_header, at_start) = (false, true);
                continue;
            }
            TokenKind::Whitespace | TokenKind::Eof => continue,
            TokenKind::LeftSquareBracket if at_start => is_header = true,
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => open.push(kind),
            TokenKind::RightSquareBracket if is_header => {}
            TokenKind::RightSquareBracket if open.pop() != Some(TokenKind::LeftSquareBracket) => return false,
            TokenKind::RightCurlyBracket if open.pop() != Some(TokenKind::LeftCurlyBracket) => return false,
            _ => {}
        }
        at_start = false;
    }
    open.is_empty() && at_start
}

/// Returns the span in the whole text. A value that is missing has the empty span at the start.
fn moved(span: Span, offset: u32) -> Span {
    let is_missing = span == Span::default();
    if is_missing { span } else { Span { start: span.start + offset, end: span.end + offset } }
}

fn move_origins(node: &mut Node, offset: u32) {
    if let Origin::Text { key, value } = &mut node.origin {
        (*key, *value) = (moved(*key, offset), moved(*value, offset));
    }
    match &mut node.value {
        Value::Table(table) => table.values_mut().for_each(|node| move_origins(node, offset)),
        Value::List(elements) => elements.iter_mut().for_each(|node| move_origins(node, offset)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the mistakes in a text, if they are found in one section.
    fn errors(text: &str) -> Option<Vec<(Mistake, &str)>> {
        let doubt = single_pass::read(text, 0..text.len()).unwrap_err();
        let (table, errors) = read(text, doubt)?;
        let (whole, all) = recovery::read(text);
        assert_eq!((format!("{table:?}"), &errors), (format!("{whole:?}"), &all), "{text}");
        Some(errors.iter().map(|error| (error.mistake, &text[error.span.range()])).collect())
    }

    #[test]
    fn a_mistake_is_found_in_its_section() {
        for mistake in [
            "y = 07",
            "y = x",
            "y = =",
            "y = 07 # [a",
            "[a.b]\ny = 07",
            "x = '''\n[q]\n'''\ny = 07",
            // The parser reads nothing behind these.
            "y",
            "y 07",
            ".36%\"",
            " . ",
            "['']\ny",
        ] {
            for (before, after) in [
                ("[[a]]\n", "[[a]]\nx = 2\n"),
                ("\"é\" = 1\n[b]\nx = 1\n[a]\n", "[d] # e\nf = 1\n"),
                ("[d]\n[a]\n", ""),
            ] {
                let text = format!("{before}{mistake}\n{after}");
                let found = errors(&text);
                assert!(found.is_some_and(|found| !found.is_empty()), "{text}");
            }
        }
        assert_eq!(errors("[a]\nx = 1\n[b]\ny = 07\n[c]\n"), Some(vec![(Mistake::LeadingZero, "0")]));
    }

    #[test]
    fn the_whole_text_is_recovered_if_a_mistake_may_reach_other_sections() {
        for text in [
            "[a]\nx = [1\n[b]\n",
            "[a]\nx = { y = 1\n[b]\n",
            "[a]\nx = \"\"\"\n[b]\n",
            "[a]\nx = 1 ]\n[b]\n",
            "[a]\nx = [ { y = 1 ] }\n[b]\n",
            // A second mistake, a table that is defined twice, and one whose keys are elsewhere.
            "[a]\nx = 07\n[b]\nx = 07\n",
            "[a]\n[b]\n[a]\n[c]\n",
            "a.b = 1\n[c]\nx = 07\n[a.d]\n",
            "x = 07\n",
            "[a]\n['']\nx = 07\n[b]\n",
            // The names of a broken key and of a broken header.
            "b\n[b]\n",
            "[a]\n[b\n[b]\n",
            "[a]\nx = 07\n[b\n[b]\n",
        ] {
            assert!(errors(text).is_none(), "{text}");
        }
    }
}
