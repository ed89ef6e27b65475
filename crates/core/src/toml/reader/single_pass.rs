//! The reader of texts without a mistake: one pass, in which the tree grows statement by statement.
//!
//! Where anything is wrong, or merely odd, it gives up, and [`crate::toml::reader::recovery`] says what there is to say.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};
use toml_parser::parser::parse_document;

use crate::toml::reader::builder::Builder;
use crate::toml::reader::plain;
use crate::toml::reader::scalar::Refusal;
use crate::value::Table;

/// The table that a part of a text means; `None` when there may be a mistake in it, or a statement goes on behind it.
pub(super) fn read(text: &str, part: Range<usize>) -> Option<Table> {
    let mut builder = Builder::new(text);
    let (mut tokens, mut values) = (Vec::new(), Vec::new());
    let mut at = part.start;
    while at < part.end {
        at = match plain::statement(text, at, &mut values, &mut builder) {
            Some(next) => next,
            None => parsed(text, at, &mut tokens, &mut builder)?,
        };
        if builder.has_refused() {
            return None;
        }
    }
    builder.finish().filter(|_| at == part.end)
}

/// Parses the statement that begins at a byte, and tells where the next one begins.
///
/// A statement ends with a line that no bracket holds open. No statement has a mistake just when the whole text has none.
fn parsed(text: &str, at: usize, tokens: &mut Vec<Token>, builder: &mut Builder<'_>) -> Option<usize> {
    let rest = &text[at..];
    // Only the first byte order mark is one.
    if at > 0 && rest.starts_with('\u{FEFF}') {
        return None;
    }
    tokens.clear();
    let mut depth = 0_i64;
    let mut end = rest.len();
    for token in Source::new(rest).lex() {
        tokens.push(token);
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth -= 1,
            TokenKind::Newline if depth == 0 => {
                end = token.span().end();
                break;
            }
            _ => {}
        }
    }
    let mut refusal = Refusal::default();
    builder.begin(at);
    parse_document(tokens, builder, &mut refusal);
    builder.begin(0);
    (!refusal.0).then_some(at + end)
}
