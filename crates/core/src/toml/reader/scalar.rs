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
    // Decode booleans and small numbers here: nearly all values without quotes are of these forms.
    if encoding.is_none() {
        match raw_text {
            "true" => return Some(Value::Bool(true)),
            "false" => return Some(Value::Bool(false)),
            _ => {}
        }
        if let Some(number) = simple_number(raw_text) {
            return Some(number);
        }
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
    let raw = Raw::new_unchecked(raw_text, encoding, toml_parser::Span::default());
    let (mut text, mut error) = (Cow::Borrowed(""), ErrorFlag::default());
    let result = decoder(raw, &mut text, &mut error);
    (!error.0).then_some((text, result))
}
