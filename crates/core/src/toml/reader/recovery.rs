//! The path of texts with mistakes: reads all that can be read, and finds every syntax error.

use std::num::{IntErrorKind, ParseIntError};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::toml::datetime::canonical;
use crate::toml::reader::{Mistake, SyntaxError};
use crate::value::{Node, Origin, Span, Table, Value};

/// Reads all of the tree that can be read, and every syntax error.
pub(super) fn read(text: &str) -> (Table, Vec<SyntaxError>) {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut found: Vec<SyntaxError> = errors.iter().map(syntax_error).collect();
    let table = read_table(root.into_inner(), &mut found);
    found.sort_by_key(|error| error.span);
    found.dedup();
    (table, found)
}

fn syntax_error(error: &toml::de::Error) -> SyntaxError {
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
        span: error.span().unwrap_or_default().into(),
    }
}

fn read_table(table: DeTable<'_>, errors: &mut Vec<SyntaxError>) -> Table {
    table
        .into_iter()
        .map(|(key, value)| {
            let span = key.span();
            (key.into_inner().into_owned(), read_node(value, Some(span), errors))
        })
        .collect()
}

fn read_node(spanned: Spanned<DeValue<'_>>, key: Option<Range<usize>>, errors: &mut Vec<SyntaxError>) -> Node {
    let span = Span::from(spanned.span());
    let value = match spanned.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
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
            Value::List(elements.into_iter().map(|element| read_node(element, None, errors)).collect())
        }
        DeValue::Table(entries) => Value::Table(read_table(entries, errors)),
    };
    Node { value, origin: Origin::Text { key: key.map_or(span, Span::from), value: span } }
}

fn read_integer(digits: &DeInteger<'_>) -> Result<i64, ParseIntError> {
    i64::from_str_radix(digits.as_str(), digits.radix())
}
