//! Messages for the errors of the parser.

use jsonc_parser::ParseStringErrorKind as StringKind;
use jsonc_parser::errors::{ParseError, ParseErrorKind as Kind};

use crate::value::{ReadError, Span};

const DIGITS: (&str, &str) = ("a number without digits", "write its digits");
const ESCAPE: (&str, &str) = ("unknown escape sequence", "write \\\\ for a backslash");
const LEADING_ZERO: (&str, &str) =
    ("a number does not begin with 0", "remove the zeros, or put quotes around it if it is a string");
const NUMBER: (&str, &str) = ("invalid number", "write one such as 1.5, or put double quotes around it");
const NO_VALUE: (&str, &str) = ("a value is missing before this", "write one, or null");
const WORD: (&str, &str) = ("a value without quotes", "put double quotes around it");
const BOOLEAN: &str = "a boolean is true or false";
pub(super) const KEY_WITHOUT_QUOTES: (&str, &str) = ("a key without quotes", "put it in double quotes");
pub(super) const SINGLE_QUOTES: (&str, &str) = ("a string in single quotes", "write it in double quotes");
pub(super) const HEXADECIMAL: (&str, &str) = ("a hexadecimal number", "write it in decimal digits");
pub(super) const PLUS: (&str, &str) = ("a number with a plus sign", "remove the sign");
pub(super) const POINT: (&str, &str) =
    ("a number that begins or ends with its decimal point", "write a digit on both sides of the point");
pub(super) const NON_FINITE: (&str, &str) =
    ("JSON has neither infinity nor NaN", "write a number, or leave the key out");
pub(super) const TRAILING_COMMA: (&str, &str) = ("a comma before a closing bracket", "remove it");
pub(super) const NO_COMMA: (&str, &str) = ("a comma is missing here", "put a comma between two entries");
pub(super) const COMMENT: (&str, &str) = ("JSON has no comments", "remove it, or write the config in TOML or YAML");

/// Returns whether another dialect of JSON permits the mistake, so that a lenient pass reads on behind it.
pub(super) fn is_extension(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::CommentsNotAllowed
            | Kind::TrailingCommasNotAllowed
            | Kind::ExpectedStringObjectProperty
            | Kind::SingleQuotedStringsNotAllowed
            | Kind::HexadecimalNumbersNotAllowed
            | Kind::UnaryPlusNumbersNotAllowed
            | Kind::BareDecimalPointNumbersNotAllowed
            | Kind::NonFiniteNumbersNotAllowed
    )
}

/// Describes an error of the parser.
pub(super) fn error(text: &str, offset: usize, error: &ParseError) -> ReadError {
    let range = error.range();
    let (start, end) = (range.start, range.end.max(range.start));
    let at = |start: usize, end: usize, (message, help): (&'static str, &'static str)| {
        ReadError::syntax(Span::from(offset + start..offset + end), message, help)
    };
    let here = |text: (&'static str, &'static str)| at(start, end, text);
    if let Some(number) = leading_zero(text, start) {
        return at(number.start, number.end, LEADING_ZERO);
    }
    if let (Kind::ExpectedColonAfterObjectKey, Some(number)) = (error.kind(), broken_number(text, start)) {
        let is_zero = text[number.clone()].trim_start_matches(['-', '+']).starts_with('0');
        return at(number.start, number.end, if is_zero { LEADING_ZERO } else { NUMBER });
    }
    match error.kind() {
        Kind::CommentsNotAllowed => here(COMMENT),
        Kind::TrailingCommasNotAllowed => here(TRAILING_COMMA),
        Kind::ExpectedComma => here(NO_COMMA),
        Kind::ExpectedColonAfterObjectKey => here(("a colon is missing before this", "write \"key\": value")),
        Kind::ExpectedObjectValue => at(text.len(), text.len(), NO_VALUE),
        Kind::UnexpectedCloseBrace | Kind::UnexpectedCloseBracket | Kind::UnexpectedComma => {
            match before(text, start) {
                Some(':') => here(NO_VALUE),
                _ if matches!(error.kind(), Kind::UnexpectedComma) => here(("unexpected comma", "remove it")),
                _ => here(("a closing bracket without an opening one", "remove it")),
            }
        }
        Kind::UnexpectedColon => here(("unexpected colon", "write \"key\": value between { and }")),
        Kind::UnexpectedWord => here(word(&text[start..end])),
        // The parser ends a word at a bracket, which it then does not expect.
        Kind::UnexpectedToken if text[start..].starts_with(char::is_alphanumeric) => here(word(&text[start..])),
        Kind::UnexpectedTokenInObject => match text[start..].chars().next() {
            Some(',') => here(("unexpected comma", "remove it")),
            Some(']') => here(("a closing bracket without an opening one", "remove it")),
            _ => here(("a key is missing here", "write \"key\": value")),
        },
        Kind::ExpectedStringObjectProperty => here(KEY_WITHOUT_QUOTES),
        Kind::SingleQuotedStringsNotAllowed => here(SINGLE_QUOTES),
        Kind::HexadecimalNumbersNotAllowed => here(HEXADECIMAL),
        Kind::UnaryPlusNumbersNotAllowed => here(PLUS),
        Kind::BareDecimalPointNumbersNotAllowed => here(POINT),
        Kind::NonFiniteNumbersNotAllowed => here(NON_FINITE),
        Kind::ExpectedDigit
        | Kind::ExpectedDigitFollowingNegativeSign
        | Kind::ExpectedPlusMinusOrDigitInNumberLiteral => here(DIGITS),
        Kind::String(kind) => string(text, offset, start, end, kind),
        Kind::UnterminatedArray => at(start, start + 1, ("a list is not closed", "end it with ]")),
        Kind::UnterminatedObject => at(start, start + 1, ("a table is not closed", "end it with }")),
        Kind::UnterminatedCommentBlock => {
            let line = line_end(text, start);
            at(start, line, ("a comment is not closed", "remove it: JSON has no comments"))
        }
        Kind::MultipleRootJsonValues => {
            here(("a second value behind the first one", "remove it: a JSON file has one value"))
        }
        Kind::NestingDepthExceeded => ReadError::too_deep(Span::from(offset + start..offset + start + 1)),
        _ => here(("unexpected character", "remove it, or put double quotes around the text that it belongs to")),
    }
}

/// Describes the word at the beginning of a text.
fn word(text: &str) -> (&'static str, &'static str) {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    match text[..end].to_lowercase().as_str() {
        "true" => (BOOLEAN, "write true"),
        "false" => (BOOLEAN, "write false"),
        "null" | "none" | "nil" | "undefined" => ("a value without a meaning in JSON", "write null"),
        _ => WORD,
    }
}

fn string(text: &str, offset: usize, start: usize, end: usize, kind: &StringKind) -> ReadError {
    let (message, help) = match kind {
        StringKind::UnterminatedStringLiteral => {
            let end = line_end(text, start);
            let quote = if text[start..].starts_with('\'') { "end it with '" } else { "end it with \"" };
            return ReadError::syntax(Span::from(offset + start..offset + end), "a string is not closed", quote);
        }
        StringKind::ExpectedFourHexDigits | StringKind::ExpectedTwoHexDigits => {
            ("not the number of a character", "write \\u and four hexadecimal digits, such as \\u00E9")
        }
        StringKind::InvalidUnicodeEscapeSequence(_) => {
            ("half of a surrogate pair", "write the character itself, or both halves")
        }
        _ => ESCAPE,
    };
    // The parser stands behind the escape, on the quote or on what should have been a part of it.
    let escape = &text[start..end];
    let digits = escape.bytes().skip(2).take(4).take_while(u8::is_ascii_hexdigit).count();
    let length = match escape.as_bytes().get(1) {
        Some(b'u') => 2 + digits,
        _ => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
    };
    ReadError::syntax(Span::from(offset + start..offset + start + length), message, help)
}

/// Returns the end of the line of a byte.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |end| at + end)
}

/// Returns the character before a byte, without white space.
fn before(text: &str, at: usize) -> Option<char> {
    text[..at].trim_end().chars().next_back()
}

/// Returns the range of the word before a byte if it begins as a number and is none. The lenient pass ends a number at the first
/// character that does not belong to it, and takes the rest for a key.
fn broken_number(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let end = text[..at].trim_end().len();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
    let start = text[..end].trim_end_matches(is_part).len();
    let word = &text[start..end];
    let digits = word.trim_start_matches(['-', '+']);
    let is_number =
        word.parse::<f64>().is_ok() && (digits.len() == 1 || !digits.starts_with('0') || digits.starts_with("0."));
    (digits.starts_with(|c: char| c.is_ascii_digit()) && !is_number).then_some(start..end)
}

/// Returns the range of a number with a leading zero, which the parser ends behind the zero: an error at `at` is then about its
/// other digits.
pub(super) fn leading_zero(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || at == 0 || bytes[at - 1] != b'0' {
        return None;
    }
    let start = if at > 1 && bytes[at - 2] == b'-' { at - 2 } else { at - 1 };
    let is_whole = start == 0 || !(bytes[start - 1].is_ascii_alphanumeric() || matches!(bytes[start - 1], b'.' | b'"'));
    is_whole.then_some(start..at + digits)
}
