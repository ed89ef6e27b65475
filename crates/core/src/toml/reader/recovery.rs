//! The path of texts with mistakes: reads all that can be read, and finds every syntax error.

use std::num::{IntErrorKind, ParseIntError};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};
use toml_parser::decoder::Encoding;

use crate::toml::datetime::canonical;
use crate::toml::reader::levels::Levels;
use crate::toml::reader::scalar;
use crate::toml::reader::{MAX_DEPTH, Mistake, SyntaxError};
use crate::value::{Node, Origin, Span, Table, Value};

/// Reads all of the tree that can be read, and every syntax error.
pub(super) fn read(text: &str) -> (Table, Vec<SyntaxError>) {
    let levels = Levels::of(text);
    if let Some(place) = levels.beyond {
        return (Table::default(), vec![too_deep(place)]);
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut found: Vec<SyntaxError> = errors.iter().map(|error| syntax_error(error, levels.long_key)).collect();
    let table = read_table(root.into_inner(), 1, text, &mut found);
    found.sort_by_key(|error| error.span);
    found.dedup();
    (table, found)
}

fn too_deep(span: Span) -> SyntaxError {
    SyntaxError { mistake: Mistake::TooDeep, message: format!("nested more than {MAX_DEPTH} levels deep"), span }
}

/// Converts an error of the parser, which gives none of the places of a key with too many parts.
fn syntax_error(error: &toml::de::Error, long_key: Option<Span>) -> SyntaxError {
    let (description, expected) = match error.message().split_once(", expected ") {
        Some((description, expected)) => (description, Some(expected)),
        None => (error.message(), None),
    };
    let first = expected.map(|expected| expected.split(", ").next().unwrap_or(expected));
    // `expected nothing` adds no information.
    let message = if expected == Some("nothing") { description } else { error.message() };
    SyntaxError {
        mistake: Mistake::of(description, first),
        message: message.to_owned(),
        span: error.span().map(Span::from).or(long_key).unwrap_or_default(),
    }
}

/// Reads a table whose values have `level` lists and tables around them, the root among them.
fn read_table(table: DeTable<'_>, level: usize, text: &str, errors: &mut Vec<SyntaxError>) -> Table {
    table
        .into_iter()
        .map(|(key, value)| {
            let span = key.span();
            (key.into_inner().into_owned(), read_node(value, Some(span), level, text, errors))
        })
        .collect()
}

fn read_node(
    spanned: Spanned<DeValue<'_>>,
    key: Option<Range<usize>>,
    level: usize,
    text: &str,
    errors: &mut Vec<SyntaxError>,
) -> Node {
    let span = Span::from(spanned.span());
    let value = match spanned.into_inner() {
        _ if level > MAX_DEPTH + 1 => {
            let place = key.clone().map_or(span, Span::from);
            let is_first = errors.last().is_none_or(|last| last.mistake != Mistake::TooDeep);
            errors.extend(is_first.then(|| too_deep(place)));
            Value::Table(Table::default())
        }
        DeValue::String(decoded) => {
            let raw_text = text.get(span.range()).unwrap_or_default();
            let normalized = || scalar::with_line_feeds(raw_text, Some(several_lines(raw_text)?));
            let normalized = if raw_text.contains("\r\n") { normalized() } else { None };
            Value::String(normalized.unwrap_or_else(|| decoded.into_owned()))
        }
        DeValue::Integer(digits) => Value::Integer(read_integer(&digits).unwrap_or_else(|error| {
            // Leave the digits out: the value may be a secret.
            let beyond = |limit: i64| format!("a number beyond 64 bits: TOML integers reach to {limit}");
            let (mistake, message) = match error.kind() {
                IntErrorKind::PosOverflow => (Mistake::Beyond64Bits, beyond(i64::MAX)),
                IntErrorKind::NegOverflow => (Mistake::Beyond64Bits, beyond(i64::MIN)),
                _ => (Mistake::Other, "a number without digits".to_owned()),
            };
            // The parser reports most mistakes in a number itself, but not all.
            let overlaps = |error: &SyntaxError| error.span.start <= span.end && span.start <= error.span.end;
            if !errors.iter().any(overlaps) {
                errors.push(SyntaxError { mistake, message, span });
            }
            0
        })),
        DeValue::Float(digits) => Value::Float(digits.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(boolean) => Value::Bool(boolean),
        DeValue::Datetime(datetime) => Value::Datetime(canonical(datetime)),
        DeValue::Array(elements) => {
            Value::List(elements.into_iter().map(|element| read_node(element, None, level + 1, text, errors)).collect())
        }
        DeValue::Table(entries) => Value::Table(read_table(entries, level + 1, text, errors)),
    };
    Node { value, origin: Origin::Text { key: key.map_or(span, Span::from), value: span } }
}

/// Returns the encoding of a string of several lines.
fn several_lines(raw_text: &str) -> Option<Encoding> {
    match raw_text.get(..3)? {
        "\"\"\"" => Some(Encoding::MlBasicString),
        "'''" => Some(Encoding::MlLiteralString),
        _ => None,
    }
}

fn read_integer(digits: &DeInteger<'_>) -> Result<i64, ParseIntError> {
    i64::from_str_radix(digits.as_str(), digits.radix())
}
