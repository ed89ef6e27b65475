//! Conversion of single values. A conversion returns the new value, or `None` for a value that stays: it already has the new
//! form, or the step does not apply to its type.

use thiserror::Error;

use crate::migrate::literal::Literal;
use crate::migrate::step::PartField;
use crate::migrate::time_unit::TimeUnit;
use crate::types::Duration;
use crate::value::reference::has_reference;
use crate::value::{Node, Path, Value, json};

/// Reason why a value cannot be converted without a guess. It reads as the end of a sentence about the value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConvertError {
    #[error("is negative, which a duration cannot be")]
    NegativeDuration,
    #[error("is out of the range of durations")]
    UnrepresentableDuration,
    #[error("is not a whole number of {}", .0.name())]
    NotWhole(TimeUnit),
    #[error("is not a multiple of {0}")]
    NotMultiple(i64),
    #[error("is too large to be multiplied by {0}")]
    TooLarge(i64),
    #[error("contains a reference, whose value is not known")]
    Reference,
    #[error("is {0}, and only a string can be split")]
    NotSplittable(&'static str),
    #[error("does not contain {0:?}, at which it is split")]
    NoSeparator(String),
    #[error("does not contain an integer for {0}")]
    NoInteger(&'static str),
    #[error("is joined with {0}, which is not set")]
    MissingPart(Path),
    #[error("contains {0:?}, the separator before it")]
    ContainsSeparator(String),
    #[error("is {0}, and only a string can be joined")]
    NotText(&'static str),
    #[error("is {0}, and only an integer can be joined")]
    NotInteger(&'static str),
    #[error("is unknown to the older version and differs from its default")]
    UnknownToOlder,
}

/// Converts a number of a time unit to a duration.
pub fn to_duration(node: &Node, unit: TimeUnit) -> Result<Option<Value>, ConvertError> {
    let milliseconds = unit.milliseconds();
    let duration = match &node.value {
        Value::Integer(count) if *count < 0 => return Err(ConvertError::NegativeDuration),
        Value::Integer(count) => count.unsigned_abs().checked_mul(milliseconds).map(Duration::from_millis),
        Value::Float(count) => {
            let seconds = count * (milliseconds as f64) / 1000.0;
            std::time::Duration::try_from_secs_f64(seconds).ok().map(Duration::from)
        }
        _ => return unchanged(node),
    };
    let duration = duration.ok_or(ConvertError::UnrepresentableDuration)?;
    Ok(Some(Value::String(duration.to_string())))
}

/// Converts a duration to a number of a time unit.
pub fn to_number(node: &Node, unit: TimeUnit) -> Result<Option<Value>, ConvertError> {
    let Some(duration) = duration_of(node) else { return unchanged(node) };
    let nanos = duration.get().as_nanos();
    let nanos_per_unit = u128::from(unit.milliseconds()) * 1_000_000;
    match i64::try_from(nanos / nanos_per_unit) {
        Ok(count) if nanos.is_multiple_of(nanos_per_unit) => Ok(Some(Value::Integer(count))),
        _ => Err(ConvertError::NotWhole(unit)),
    }
}

/// Converts a duration from a table to a string.
pub fn table_to_duration(node: &Node) -> Result<Option<Value>, ConvertError> {
    let duration = duration_of(node).filter(|_| node.as_table().is_some());
    Ok(duration.map(|duration| Value::String(duration.to_string())))
}

/// Multiplies a number by `times` and divides it by `per`.
pub fn scale(node: &Node, times: i64, per: i64) -> Result<Option<Value>, ConvertError> {
    match node.value {
        Value::Integer(count) => match count.checked_mul(times) {
            Some(product) if product % per == 0 => Ok(Some(Value::Integer(product / per))),
            Some(_) => Err(ConvertError::NotMultiple(per)),
            None => Err(ConvertError::TooLarge(times)),
        },
        Value::Float(count) => match count * times as f64 / per as f64 {
            scaled if count.is_finite() && !scaled.is_finite() => Err(ConvertError::TooLarge(times)),
            scaled => Ok(Some(Value::Float(scaled))),
        },
        _ => unchanged(node),
    }
}

/// Replaces a value by the pairs of old and new values.
pub fn map<'v>(
    node: &Node,
    mut values: impl Iterator<Item = (&'v Literal, &'v Literal)>,
) -> Result<Option<Value>, ConvertError> {
    match values.find(|(old, _)| old.to_node() == *node) {
        Some((_, new)) => Ok(Some(new.to_node().value)),
        None => unchanged(node),
    }
}

/// Removes the first prefix that a string starts with.
pub fn strip(node: &Node, prefixes: &[&str]) -> Result<Option<Value>, ConvertError> {
    let rest = node.as_str().and_then(|text| prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)));
    Ok(rest.map(|rest| Value::String(rest.to_owned())))
}

/// Splits a string at its last separator into the values of both parts.
pub fn split(node: &Node, separator: &str, into: [PartField; 2]) -> Result<[Value; 2], ConvertError> {
    let text = node.as_str().ok_or_else(|| ConvertError::NotSplittable(node.value.kind()))?;
    if has_reference(text) {
        return Err(ConvertError::Reference);
    }
    let (first, second) = text.rsplit_once(separator).ok_or_else(|| ConvertError::NoSeparator(separator.to_owned()))?;
    Ok([part_value(into[0], first)?, part_value(into[1], second)?])
}

fn part_value(part: PartField, text: &str) -> Result<Value, ConvertError> {
    match part {
        PartField::Text(_) => Ok(Value::String(text.to_owned())),
        PartField::Integer(at) => {
            // A number with leading zeros or a sign would not be joined back to the same text.
            let number = text.parse().ok().filter(|number: &i64| number.to_string() == text);
            number.map(Value::Integer).ok_or(ConvertError::NoInteger(at))
        }
    }
}

/// Returns the text of a part of a join. A part with the separator is rejected where the joined text would be split elsewhere.
pub fn part_text(part: PartField, node: &Node, separator: &str) -> Result<String, ConvertError> {
    match (part, &node.value) {
        (PartField::Text(_), Value::String(text)) if !separator.is_empty() && text.contains(separator) => {
            Err(ConvertError::ContainsSeparator(separator.to_owned()))
        }
        (PartField::Text(_), Value::String(text)) => Ok(text.clone()),
        (PartField::Integer(_), Value::Integer(number)) => Ok(number.to_string()),
        (PartField::Text(_), other) => Err(ConvertError::NotText(other.kind())),
        (PartField::Integer(_), other) => Err(ConvertError::NotInteger(other.kind())),
    }
}

fn duration_of(node: &Node) -> Option<Duration> {
    match &node.value {
        Value::String(text) => text.parse().ok(),
        Value::Table(_) => serde_json::from_value(json::write(node)).ok(),
        _ => None,
    }
}

/// Leaves a value as it is. A reference is an error: it resolves to a value in the old form, which is not known here.
fn unchanged(node: &Node) -> Result<Option<Value>, ConvertError> {
    match node.as_str() {
        Some(text) if has_reference(text) => Err(ConvertError::Reference),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Node {
        Node::generated(Value::String(text.to_owned()))
    }

    fn number(number: i64) -> Node {
        Node::generated(Value::Integer(number))
    }

    fn converted(value: Value) -> Result<Option<Value>, ConvertError> {
        Ok(Some(value))
    }

    fn duration(text: &str) -> Result<Option<Value>, ConvertError> {
        converted(Value::String(text.to_owned()))
    }

    #[test]
    fn a_number_converts_to_a_duration_and_back() {
        assert_eq!(to_duration(&number(30), TimeUnit::Seconds), duration("30s"));
        assert_eq!(to_duration(&number(2), TimeUnit::Hours), duration("7200s"));
        assert_eq!(to_duration(&Node::generated(Value::Float(1.5)), TimeUnit::Seconds), duration("1500ms"));
        assert_eq!(to_number(&text("2h"), TimeUnit::Minutes), converted(Value::Integer(120)));
        assert_eq!(to_number(&text("1500ms"), TimeUnit::Milliseconds), converted(Value::Integer(1500)));
    }

    #[test]
    fn a_value_in_the_new_form_or_of_another_type_stays() {
        for value in [text("30s"), text("soon"), Node::generated(Value::Bool(true))] {
            assert_eq!(to_duration(&value, TimeUnit::Seconds), Ok(None));
        }
        assert_eq!(to_number(&number(30), TimeUnit::Seconds), Ok(None));
        assert_eq!(table_to_duration(&text("1m")), Ok(None));
    }

    #[test]
    fn an_ambiguous_conversion_is_an_error() {
        let error = |result: Result<Option<Value>, ConvertError>| result.unwrap_err().to_string();
        assert_eq!(error(to_duration(&number(-1), TimeUnit::Seconds)), "is negative, which a duration cannot be");
        for value in [number(i64::MAX), Node::generated(Value::Float(f64::NAN)), Node::generated(Value::Float(-1.0))] {
            assert_eq!(error(to_duration(&value, TimeUnit::Hours)), "is out of the range of durations");
        }
        assert_eq!(error(to_number(&text("500ms"), TimeUnit::Seconds)), "is not a whole number of seconds");
        assert_eq!(error(scale(&number(10), 1, 1024)), "is not a multiple of 1024");
        assert_eq!(error(scale(&number(i64::MAX), 1024, 1)), "is too large to be multiplied by 1024");
        for large in [f64::MAX, f64::MIN] {
            assert_eq!(
                error(scale(&Node::generated(Value::Float(large)), 1024, 1)),
                "is too large to be multiplied by 1024"
            );
        }
        let reference = "contains a reference, whose value is not known";
        assert_eq!(error(scale(&text("${SIZE}"), 1024, 1)), reference);
        assert_eq!(error(map(&text("${LEVEL}"), [].into_iter())), reference);
    }

    #[test]
    fn only_the_first_prefix_is_removed() {
        assert_eq!(strip(&text("0x0xFF"), &["0X", "0x"]), converted(Value::String("0xFF".to_owned())));
        assert_eq!(strip(&text("FF0x"), &["0x"]), Ok(None));
    }
}
