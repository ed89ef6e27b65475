//! Keys and single values, from what is written to what is meant. `None` where there is a mistake.

use std::borrow::Cow;

use toml::value::Datetime;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::{ErrorSink, ParseError, Raw};

use crate::value::Value;

/// Takes note that something is wrong.
#[derive(Debug, Default)]
pub(super) struct Refusal(pub(super) bool);

impl ErrorSink for Refusal {
    fn report_error(&mut self, _: ParseError) {
        self.0 = true;
    }
}

/// The name that a part of a key means.
pub(super) fn key<'t>(written: &'t str, encoding: Option<Encoding>) -> Option<Cow<'t, str>> {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if encoding.is_none() {
        let bare = !written.is_empty() && written.bytes().all(is_bare);
        return bare.then_some(Cow::Borrowed(written));
    }
    decode(written, encoding, |raw, name, errors| raw.decode_key(name, errors)).map(|(name, ())| name)
}

/// The value that a scalar means.
pub(super) fn value(written: &str, encoding: Option<Encoding>) -> Option<Value> {
    // Nearly all values are plain texts, small numbers and booleans, which need no second look.
    match encoding {
        Some(Encoding::BasicString) => {
            let inner = written.strip_prefix('"')?.strip_suffix('"')?;
            let plain = |byte: u8| (byte >= b' ') & (byte != b'\\') & (byte != b'"') & (byte != 0x7F) | (byte == b'\t');
            // All of them, without stopping at one: that is done many bytes at a time.
            if inner.bytes().fold(true, |all, byte| all & plain(byte)) {
                return Some(Value::String(inner.to_owned()));
            }
        }
        Some(_) => {}
        None => match written.as_bytes() {
            b"true" => return Some(Value::Bool(true)),
            b"false" => return Some(Value::Bool(false)),
            [b'0'] => return Some(Value::Integer(0)),
            [b'1'..=b'9', rest @ ..] if rest.len() < 18 && rest.iter().all(u8::is_ascii_digit) => {
                return Some(Value::Integer(
                    written.bytes().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')),
                ));
            }
            _ => {}
        },
    }
    let (text, kind) = decode(written, encoding, |raw, text, errors| raw.decode_scalar(text, errors))?;
    Some(match kind {
        ScalarKind::String => Value::String(text.into_owned()),
        ScalarKind::Boolean(boolean) => Value::Bool(boolean),
        ScalarKind::DateTime => Value::Datetime(text.parse::<Datetime>().ok()?.to_string()),
        ScalarKind::Float => Value::Float(text.parse().unwrap_or(f64::NAN)),
        ScalarKind::Integer(radix) => Value::Integer(i64::from_str_radix(&text, radix.value()).ok()?),
    })
}

fn decode<'t, T>(
    written: &'t str,
    encoding: Option<Encoding>,
    with: impl FnOnce(Raw<'t>, &mut Cow<'t, str>, &mut Refusal) -> T,
) -> Option<(Cow<'t, str>, T)> {
    let raw = Raw::new_unchecked(written, encoding, toml_parser::Span::default());
    let (mut text, mut refusal) = (Cow::Borrowed(""), Refusal::default());
    let told = with(raw, &mut text, &mut refusal);
    (!refusal.0).then_some((text, told))
}
