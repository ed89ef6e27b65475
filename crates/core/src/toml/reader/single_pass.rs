//! The path of valid texts: one pass, in which the tree grows statement by statement.
//!
//! The pass gives up at the first doubt, and [`recovery`](crate::toml::reader::recovery) finds and reports the mistakes, in one
//! [section](crate::toml::reader::sections) if the others have none.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};
use toml_parser::parser::parse_document;

use crate::toml::reader::builder::Builder;
use crate::toml::reader::scalar::ErrorFlag;
use crate::toml::reader::section_header;
use crate::toml::reader::simple_statement::{self, Scalars};
use crate::value::Table;

/// The place where a pass gives up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    /// Start of the last section before the statement, or that of the text.
    pub section: usize,
    /// Start of the statement.
    pub statement: usize,
}

/// Reads a part of a text, which may contain no mistake, and whose last statement may not continue after the part.
pub(super) fn read(text: &str, part: Range<usize>) -> Result<Table, Doubt> {
    let mut builder = Builder::new(text);
    let (mut tokens, mut scalars) = (Vec::new(), Scalars::default());
    let mut at = part.start;
    let mut doubt = Doubt { section: at, statement: at };
    while at < part.end {
        if section_header::is_at(text, at) {
            doubt.section = at;
        }
        doubt.statement = at;
        at = match simple_statement::read(text, at, &mut scalars, &mut builder) {
            Some(next) => next,
            None => parse_statement(text, at, &mut tokens, &mut builder).ok_or(doubt)?,
        };
        if builder.is_invalid() {
            return Err(doubt);
        }
    }
    builder.finish().filter(|_| at == part.end).ok_or(doubt)
}

/// Parses the statement that starts at a byte, and returns the start of the next one.
///
/// A statement ends at a line ending outside of all brackets. A text is valid exactly if each of its statements is.
fn parse_statement(text: &str, at: usize, tokens: &mut Vec<Token>, builder: &mut Builder<'_>) -> Option<usize> {
    let rest = &text[at..];
    // A byte order mark is only allowed at the start of the text.
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
    let mut error = ErrorFlag::default();
    builder.set_offset(at);
    parse_document(tokens, builder, &mut error);
    builder.set_offset(0);
    (!error.0).then_some(at + end)
}
