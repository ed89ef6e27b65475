//! Decoding of keys and scalars. The functions return `None` for a mistake.

use std::borrow::Cow;

use toml::value::Datetime;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::{ErrorSink, ParseError, Raw};

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
    // Decode plain strings, small numbers and booleans here: nearly all values are of these forms.
    match encoding {
        Some(Encoding::BasicString) => {
            let inner = raw_text.strip_prefix('"')?.strip_suffix('"')?;
            let is_plain =
                |byte: u8| (byte >= b' ') & (byte != b'\\') & (byte != b'"') & (byte != 0x7F) | (byte == b'\t');
            // Do not stop at the first other byte: a loop without an exit is vectorized.
            if inner.bytes().fold(true, |all, byte| all & is_plain(byte)) {
                return Some(Value::String(inner.to_owned()));
            }
        }
        Some(_) => {}
        None => match raw_text.as_bytes() {
            b"true" => return Some(Value::Bool(true)),
            b"false" => return Some(Value::Bool(false)),
            [b'0'] => return Some(Value::Integer(0)),
            [b'1'..=b'9', rest @ ..] if rest.len() < 18 && rest.iter().all(u8::is_ascii_digit) => {
                return Some(Value::Integer(
                    raw_text.bytes().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')),
                ));
            }
            _ => {}
        },
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

fn decode<'t, T>(
    raw_text: &'t str,
    encoding: Option<Encoding>,
    decoder: impl FnOnce(Raw<'t>, &mut Cow<'t, str>, &mut ErrorFlag) -> T,
) -> Option<(Cow<'t, str>, T)> {
    let raw = Raw::new_unchecked(raw_text, encoding, toml_parser::Span::default());
    let (mut text, mut error) = (Cow::Borrowed(""), ErrorFlag::default());
    let result = decoder(raw, &mut text, &mut error);
    (!error.0).then_some((text, result))
}
