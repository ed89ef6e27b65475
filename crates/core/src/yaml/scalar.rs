//! Resolution of scalars by the core schema of YAML 1.2.

use granit_parser::{ScalarStyle, Span as Range, Tag};

use crate::value::{ReadError, Span, Value};

/// Resolves a scalar.
///
/// # Errors
///
/// The tag is unknown or does not fit, or the number cannot be represented.
pub(super) fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Result<Value, ReadError> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain { plain(text, span) } else { Ok(Value::String(text.to_owned())) };
    };
    let tagged = |name: &'static str, value: Option<Value>| {
        let help = "remove the tag, or write a value that fits";
        value.ok_or_else(|| ReadError::unsupported(span, format!("the tag !!{name} does not fit the value"), help))
    };
    match tag.core_suffix() {
        Some("str") => Ok(Value::String(text.to_owned())),
        Some("null") => tagged("null", is_null(text).then_some(Value::Null)),
        Some("bool") => tagged("bool", boolean(text).map(Value::Bool)),
        Some("int") => tagged("int", integer(text, span).transpose()?),
        Some("float") => {
            let whole = integer(text, span).transpose()?.and_then(|value| match value {
                Value::Integer(integer) => Some(Value::Float(integer as f64)),
                _ => None,
            });
            let value = whole.map_or_else(|| float(text, span).transpose(), |value| Ok(Some(value)))?;
            tagged("float", value)
        }
        Some("seq" | "map") => tagged(if tag.core_suffix() == Some("seq") { "seq" } else { "map" }, None),
        // The non-specific tag `!`.
        _ if tag.parts() == ("", "!") || tag.parts() == ("!", "") => Ok(Value::String(text.to_owned())),
        _ => Err(unknown_tag(span)),
    }
}

/// Removes the line feed that the parser adds to a block of text whose last line ends with the file: such a line has no line
/// feed (`b-chomped-last` of YAML 1.2.2).
pub(super) fn at_end_of_file<'v>(value: &'v str, text: &str, range: &Range) -> &'v str {
    let end = range.byte_range().unwrap_or_default().end;
    if end < text.len() || text.ends_with(['\n', '\r']) {
        return value;
    }
    let last = text.rsplit(['\n', '\r']).next().unwrap_or_default();
    // The parser adds none behind spaces that do not exceed the indentation.
    let exceeds = range.indent.map_or(value.ends_with(" \n"), |indent| last.len() > indent);
    let is_added = exceeds || last.contains(|c| c != ' ');
    if is_added { value.strip_suffix('\n').unwrap_or(value) } else { value }
}

/// Creates the description of a tag that is not of the core schema.
pub(super) fn unknown_tag(span: Span) -> ReadError {
    ReadError::unsupported(
        span,
        "a tag that is not of YAML's core schema",
        "remove it: only !!str, !!int and the like have a meaning",
    )
}

/// Resolves a plain scalar without a tag.
fn plain(text: &str, span: Span) -> Result<Value, ReadError> {
    if is_null(text) {
        return Ok(Value::Null);
    }
    if let Some(boolean) = boolean(text) {
        return Ok(Value::Bool(boolean));
    }
    // Numbers begin with a digit, a sign or a point: most values are text.
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Ok(Value::String(text.to_owned()));
    }
    let number = integer(text, span).or_else(|| float(text, span)).transpose()?;
    Ok(number.unwrap_or_else(|| Value::String(text.to_owned())))
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Reads `[-+]?[0-9]+`, `0o[0-7]+` or `0x[0-9a-fA-F]+`.
fn integer(text: &str, span: Span) -> Option<Result<Value, ReadError>> {
    let (digits, radix) = match (text.strip_prefix("0o"), text.strip_prefix("0x")) {
        (Some(octal), _) => (octal, 8),
        (_, Some(hexadecimal)) => (hexadecimal, 16),
        _ => (text.strip_prefix(['+', '-']).unwrap_or(text), 10),
    };
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    let is_negative = text.starts_with('-');
    is_number.then(|| {
        let signed = if radix == 10 { text } else { digits };
        let parsed = i64::from_str_radix(signed, radix).map(Value::Integer);
        parsed.map_err(|_| ReadError::beyond_64_bits(span, is_negative))
    })
}

/// Reads `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, an infinity or NaN.
fn float(text: &str, span: Span) -> Option<Result<Value, ReadError>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => {
            let infinity = if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
            return Some(Ok(Value::Float(infinity)));
        }
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => return Some(Ok(Value::Float(f64::NAN))),
        _ => {}
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_float = are_digits(whole)
        && are_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && are_digits(exponent));
    is_float.then(|| match text.parse::<f64>() {
        Ok(float) if float.is_finite() => Ok(Value::Float(float)),
        _ => Err(ReadError::beyond_float(span)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Value {
        plain(text, Span::default()).unwrap()
    }

    #[test]
    fn plain_scalars_are_resolved_by_the_core_schema() {
        for text in ["null", "Null", "NULL", "~", ""] {
            assert_eq!(resolved(text), Value::Null, "{text}");
        }
        for (text, boolean) in [("true", true), ("True", true), ("TRUE", true), ("false", false), ("FALSE", false)] {
            assert_eq!(resolved(text), Value::Bool(boolean), "{text}");
        }
        for (text, integer) in [
            ("0", 0),
            ("-7", -7),
            ("+7", 7),
            ("0o14", 12),
            ("0x1F", 31),
            ("014", 14),
            ("-0", 0),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(resolved(text), Value::Integer(integer), "{text}");
        }
        for (text, float) in [
            ("1.5", 1.5),
            ("1.", 1.0),
            (".5", 0.5),
            ("-.5", -0.5),
            ("1e3", 1000.0),
            ("1E-2", 0.01),
            ("+12.5e+1", 125.0),
            (".inf", f64::INFINITY),
            ("-.Inf", f64::NEG_INFINITY),
            ("+.INF", f64::INFINITY),
            (".nan", f64::NAN),
            (".NaN", f64::NAN),
        ] {
            assert_eq!(resolved(text), Value::Float(float), "{text}");
        }
        for text in [
            "no",
            "yes",
            "on",
            "off",
            "y",
            "n",
            "No",
            "nULL",
            "tRUE",
            "07:00",
            "1:30:00",
            "2024-05-01",
            "2024-05-01T07:00:00Z",
            "0o8",
            "0xG",
            "-0x1F",
            "+0o7",
            "1_000",
            "0b101",
            "1e",
            "1e+",
            ".",
            "-",
            "+",
            "..5",
            "1.2.3",
            "inf",
            "nan",
            "-.nan",
            ".iNf",
            "=",
            "<<",
            "1 2",
            "0o",
            "0x",
            "e3",
            "١",
        ] {
            assert_eq!(resolved(text), Value::String(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_number_that_cannot_be_represented_is_a_mistake() {
        for text in
            ["9223372036854775808", "-9223372036854775809", "0x8000000000000000", "0o7777777777777777777777", "1e400"]
        {
            let error = plain(text, Span::default()).unwrap_err();
            assert!(error.message.contains("beyond"), "{error:?}");
        }
    }
}
