//! Mistakes that other dialects of JSON permit, found in the tokens of a lenient pass.

use jsonc_parser::tokens::{Token, TokenAndRange};

use crate::json::message::{
    COMMENT, HEXADECIMAL, KEY_WITHOUT_QUOTES, NO_COMMA, NON_FINITE, PLUS, POINT, SINGLE_QUOTES, TRAILING_COMMA,
};
use crate::value::{ReadError, Span};

/// Returns the mistakes in the order of the text. Comments are one mistake, at the first one.
pub(super) fn errors(text: &str, offset: usize, tokens: &[TokenAndRange<'_>]) -> Vec<ReadError> {
    let is_comment = |token: &&TokenAndRange<'_>| matches!(token.token, Token::CommentLine(_) | Token::CommentBlock(_));
    let at = |start: usize, end: usize, (message, help): (&'static str, &'static str)| {
        ReadError::syntax(Span::from(offset + start..offset + end), message, help)
    };
    let mut found = Vec::new();
    let comments = tokens.iter().filter(is_comment).count();
    if let Some(first) = tokens.iter().find(is_comment) {
        let mut error = at(first.range.start, first.range.end, COMMENT);
        if comments > 1 {
            error.message = format!("{}: the file has {comments}", COMMENT.0).into();
            error.help = COMMENT.1.replace("remove it", "remove them").into();
        }
        found.push(error);
    }
    let tokens: Vec<&TokenAndRange<'_>> = tokens.iter().filter(|token| !is_comment(token)).collect();
    for (index, token) in tokens.iter().enumerate() {
        let (start, end) = (token.range.start, token.range.end);
        let raw = &text[start..end];
        let next = tokens.get(index + 1);
        let is_key = next.is_some_and(|next| next.token == Token::Colon);
        if is_key && !matches!(token.token, Token::String(_)) {
            found.push(at(start, end, KEY_WITHOUT_QUOTES));
        } else if let Some(mistake) = in_token(&token.token, raw) {
            found.push(at(start, end, mistake));
        }
        if let Token::String(_) = token.token {
            found.extend(unknown_escapes(raw).map(|(from, to)| {
                at(start + from, start + to, ("unknown escape sequence", "write \\\\ for a backslash"))
            }));
        }
        let Some(next) = next else { continue };
        match (&token.token, &next.token) {
            (Token::Comma, Token::CloseBrace | Token::CloseBracket) => found.push(at(start, end, TRAILING_COMMA)),
            (one, other) if ends_value(one) && starts_value(other) => found.push(at(end, end, NO_COMMA)),
            _ => {}
        }
    }
    found
}

fn in_token(token: &Token<'_>, raw: &str) -> Option<(&'static str, &'static str)> {
    match token {
        Token::String(_) if raw.starts_with('\'') => Some(SINGLE_QUOTES),
        Token::Number(_) => {
            let digits = raw.trim_start_matches(['-', '+']);
            let is_bare =
                || digits.starts_with('.') || digits.ends_with('.') || digits.contains(".e") || digits.contains(".E");
            if digits.starts_with(['I', 'N']) {
                Some(NON_FINITE)
            } else if raw.starts_with('+') {
                Some(PLUS)
            } else if digits.contains(['x', 'X']) {
                Some(HEXADECIMAL)
            } else {
                is_bare().then_some(POINT)
            }
        }
        _ => None,
    }
}

/// Finds the escapes of a string literal that JSON does not have.
fn unknown_escapes(raw: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut is_escaped = false;
    raw.char_indices().filter_map(move |(at, c)| {
        let is_escape = std::mem::take(&mut is_escaped);
        is_escaped = c == '\\' && !is_escape;
        (is_escape && !"\"\\/bfnrtu".contains(c)).then(|| (at - 1, at + c.len_utf8()))
    })
}

fn ends_value(token: &Token<'_>) -> bool {
    matches!(
        token,
        Token::String(_)
            | Token::Word(_)
            | Token::Boolean(_)
            | Token::Number(_)
            | Token::Null
            | Token::CloseBrace
            | Token::CloseBracket
    )
}

fn starts_value(token: &Token<'_>) -> bool {
    matches!(
        token,
        Token::String(_)
            | Token::Word(_)
            | Token::Boolean(_)
            | Token::Number(_)
            | Token::Null
            | Token::OpenBrace
            | Token::OpenBracket
    )
}
