//! Decoding of keys and scalars. The functions return `None` for a mistake.

use std::borrow::Cow;

use toml::value::Datetime;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::{ErrorSink, ParseError, Raw, Span};

use crate::toml::datetime::canonical;
use crate::value::Value;

/// Records that an error occurred, and drops the error: [`recovery`](crate::toml::reader::recovery) reports it.
#[derive(Debug, Default)]
pub(super) struct ErrorFlag(pub(super) bool);

impl ErrorSink for ErrorFlag {
    fn report_error(&mut self, _: ParseError) {
        self.0 = true;
    }
}

/// The bytes of a scalar.
#[derive(Clone, Copy)]
pub(super) enum Scalar {
    /// A string in quotes, all of whose bytes stand for themselves.
    Plain(Span),
    /// A scalar without quotes.
    Unquoted(Span),
}

impl Scalar {
    pub(super) fn span(self) -> Span {
        match self {
            Self::Plain(span) | Self::Unquoted(span) => span,
        }
    }
}

/// Decodes a part of a key.
pub(super) fn key<'t>(raw_text: &'t str, encoding: Option<Encoding>) -> Option<Cow<'t, str>> {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if encoding.is_none() {
        let bare = !raw_text.is_empty() && raw_text.bytes().all(is_bare);
        return bare.then_some(Cow::Borrowed(raw_text));
    }
    decode(raw_text, encoding, |raw, name, errors| raw.decode_key(name, errors)).map(|(name, ())| name)
}

/// Decodes a scalar.
pub(super) fn value(raw_text: &str, encoding: Option<Encoding>) -> Option<Value> {
    // Decode strings without escapes, booleans and small numbers here: nearly all values are of these forms.
    match (encoding, raw_text) {
        (None, "true") => return Some(Value::Bool(true)),
        (None, "false") => return Some(Value::Bool(false)),
        (None, _) => {
            if let Some(number) = simple_number(raw_text) {
                return Some(number);
            }
        }
        (Some(Encoding::BasicString | Encoding::LiteralString), _) => {
            if let Some(inner) = plain_string(raw_text) {
                return Some(Value::String(inner.to_owned()));
            }
        }
        (Some(Encoding::MlBasicString | Encoding::MlLiteralString), _) if raw_text.contains("\r\n") => {
            return with_line_feeds(raw_text, encoding).map(Value::String);
        }
        (Some(_), _) => {}
    }
    let (text, kind) = decode(raw_text, encoding, |raw, text, errors| raw.decode_scalar(text, errors))?;
    Some(match kind {
        ScalarKind::String => Value::String(text.into_owned()),
        ScalarKind::Boolean(boolean) => Value::Bool(boolean),
        ScalarKind::DateTime => Value::Datetime(canonical(text.parse::<Datetime>().ok()?)),
        ScalarKind::Float => Value::Float(text.parse().unwrap_or(f64::NAN)),
        ScalarKind::Integer(radix) => Value::Integer(i64::from_str_radix(&text, radix.value()).ok()?),
    })
}

/// Decodes a string of several lines whose line endings are CRLF: each stands for a line feed, so that the value does not depend
/// on the editor or on Git's `core.autocrlf`. An escaped `\r` stays.
pub(super) fn with_line_feeds(raw_text: &str, encoding: Option<Encoding>) -> Option<String> {
    // The first carriage return of `\r\r\n` is a mistake, which the replacement would hide.
    if raw_text.contains("\r\r") {
        return None;
    }
    let raw_text = raw_text.replace("\r\n", "\n");
    decode(&raw_text, encoding, |raw, text, errors| raw.decode_scalar(text, errors)).map(|(text, _)| text.into_owned())
}

/// Returns the text of a string in quotes, if all of its bytes stand for themselves.
fn plain_string(raw_text: &str) -> Option<&str> {
    let quote = *raw_text.as_bytes().first()?;
    let inner = raw_text.get(1..raw_text.len().checked_sub(1)?)?;
    let is_closed = raw_text.as_bytes().last() == Some(&quote);
    (is_closed && plain_length(inner.as_bytes(), quote) == inner.len()).then_some(inner)
}

/// Decodes a number in decimal digits, with or without a fraction. Returns `None` for other forms.
fn simple_number(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    let mut integer = 0_i64;
    let mut digits = 0;
    while let Some(digit @ b'0'..=b'9') = bytes.get(digits) {
        integer = integer.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
        digits += 1;
    }
    // 18 digits fit in 64 bits, and only a lone zero begins with one.
    if !(1..=18).contains(&digits) || bytes[0] == b'0' && digits > 1 {
        return None;
    }
    match &bytes[digits..] {
        [] => Some(Value::Integer(integer)),
        [b'.', fraction @ ..] if !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit) => {
            text.parse().ok().map(Value::Float)
        }
        _ => None,
    }
}

fn decode<'t, T>(
    raw_text: &'t str,
    encoding: Option<Encoding>,
    decoder: impl FnOnce(Raw<'t>, &mut Cow<'t, str>, &mut ErrorFlag) -> T,
) -> Option<(Cow<'t, str>, T)> {
    let raw = Raw::new_unchecked(raw_text, encoding, Span::default());
    let (mut text, mut error) = (Cow::Borrowed(""), ErrorFlag::default());
    let result = decoder(raw, &mut text, &mut error);
    (!error.0).then_some((text, result))
}

/// Returns the number of bytes up to the first that ends a string or does not stand for itself: the quote, a backslash, a control
/// character.
///
/// Most of a text is in strings, so eight bytes are compared at once.
pub(super) fn plain_length(bytes: &[u8], quote: u8) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH_BITS: u64 = ONES << 7;
    // Sets the high bit of the first byte that is zero; of later ones perhaps, which does not matter.
    let zeros = |block: u64| block.wrapping_sub(ONES) & !block;
    let [quotes, backslashes, deletes] = [quote, b'\\', 0x7F].map(|byte| ONES * u64::from(byte));
    let (blocks, rest) = bytes.as_chunks::<8>();
    for (index, block) in blocks.iter().enumerate() {
        let block = u64::from_le_bytes(*block);
        let controls = block.wrapping_sub(ONES * u64::from(b' ')) & !block;
        let found =
            (controls | zeros(block ^ quotes) | zeros(block ^ backslashes) | zeros(block ^ deletes)) & HIGH_BITS;
        if found != 0 {
            return 8 * index + found.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &u8| *byte >= b' ' && *byte != quote && *byte != b'\\' && *byte != 0x7F;
    8 * blocks.len() + rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_text_ends_where_a_search_by_bytes_ends(text in "[a-zé€ \"'\\\\\t\n\x00-\x7F]{0,40}", quote in "[\"']") {
            let quote = quote.as_bytes()[0];
            let ends = |byte: u8| byte < b' ' || byte == quote || byte == b'\\' || byte == 0x7F;
            let bytes = text.as_bytes();
            for start in 0..=bytes.len() {
                let rest = &bytes[start..];
                let expected = rest.iter().position(|byte| ends(*byte)).unwrap_or(rest.len());
                prop_assert_eq!(plain_length(rest, quote), expected);
            }
        }
    }
}
