//! The rules of numbers, of texts and of single values, and their checks.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::schema::admission::Verdict;
use crate::schema::admission::number::Number;
use crate::schema::admission::pattern::Pattern;
use crate::schema::format::{Format, is_duration_within};
use crate::types::Duration;
use crate::value::Value;
use crate::value::reference::may_have_reference;

/// A value of `enum` or `const`.
#[derive(Serialize, Deserialize)]
pub enum Choice {
    Null,
    Bool(bool),
    Number(Number),
    Text(Box<str>),
    /// A list or an object, which the validator compares.
    Other,
}

#[derive(Default, Serialize, Deserialize)]
pub struct NumberRule {
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
    pub above: Option<Number>,
    pub below: Option<Number>,
    pub multiple_of: Option<Number>,
}

#[derive(Default, Serialize, Deserialize)]
pub struct TextRule {
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub pattern: Option<Pattern>,
    #[serde(with = "format_name")]
    pub format: Option<&'static Format>,
    #[serde(with = "duration_text")]
    pub shortest: Option<Duration>,
    #[serde(with = "duration_text")]
    pub longest: Option<Duration>,
}

impl Choice {
    pub fn equals(&self, value: &Value) -> Verdict {
        match (self, value) {
            (Self::Null, Value::Null) => Verdict::Valid,
            (Self::Bool(option), Value::Bool(value)) => Verdict::of(option == value),
            (Self::Text(option), Value::String(value) | Value::Datetime(value)) => Verdict::of(**option == **value),
            (Self::Number(option), Value::Integer(_) | Value::Float(_)) => {
                Number::of_tree(value).map_or(Verdict::Unknown, |value| match value.compare(*option) {
                    // The validator may distinguish 1 and 1.0.
                    Some(Ordering::Equal) if value.is_like(*option) => Verdict::Valid,
                    Some(Ordering::Equal) | None => Verdict::Unknown,
                    Some(_) => Verdict::Invalid,
                })
            }
            (Self::Other, Value::List(_) | Value::Table(_)) => Verdict::Unknown,
            _ => Verdict::Invalid,
        }
    }
}

impl NumberRule {
    pub fn check(&self, value: &Value) -> Verdict {
        if let Value::Integer(value) = value
            && let Some(verdict) = self.check_integer(*value)
        {
            return verdict;
        }
        self.check_number(value)
    }

    /// Checks an integer against a range of integers, which most rules are; `None` for another rule.
    fn check_integer(&self, value: i64) -> Option<Verdict> {
        let limit = |limit: Option<Number>, unlimited: i64| match limit {
            None => Some(unlimited),
            Some(Number::Integer(limit)) => Some(limit),
            Some(Number::Float(_) | Number::Large) => None,
        };
        let is_range = self.above.is_none() && self.below.is_none() && self.multiple_of.is_none();
        let range = limit(self.minimum, i64::MIN)?..=limit(self.maximum, i64::MAX)?;
        is_range.then(|| Verdict::of(range.contains(&value)))
    }

    fn check_number(&self, value: &Value) -> Verdict {
        let Some(value) = Number::of_tree(value) else { return Verdict::Unknown };
        let within = |limit: Option<Number>, admits: fn(Ordering) -> bool| match limit.map(|limit| value.compare(limit))
        {
            None => Verdict::Valid,
            Some(Some(ordering)) => Verdict::of(admits(ordering)),
            Some(None) => Verdict::Unknown,
        };
        let multiple = match self.multiple_of.map(|divisor| value.is_multiple_of(divisor)) {
            None => Verdict::Valid,
            Some(Some(is_multiple)) => Verdict::of(is_multiple),
            Some(None) => Verdict::Unknown,
        };
        within(self.minimum, Ordering::is_ge)
            .and(within(self.maximum, Ordering::is_le))
            .and(within(self.above, Ordering::is_gt))
            .and(within(self.below, Ordering::is_lt))
            .and(multiple)
    }
}

impl TextRule {
    pub fn check(&self, text: &str, is_date: bool) -> Verdict {
        if !self.has_length(text) {
            return Verdict::Invalid;
        }
        if (self.shortest.is_some() || self.longest.is_some())
            && !is_date
            && !may_have_reference(text)
            && let Ok(duration) = text.parse::<Duration>()
        {
            let is_within = self.shortest.is_none_or(|limit| duration >= limit)
                && self.longest.is_none_or(|limit| duration <= limit);
            // The format of such a field is that of durations, which the text has.
            if self.pattern.is_none() && self.format.is_some_and(|format| format.name == Duration::FORMAT) {
                return Verdict::of(is_within);
            }
        }
        let mut verdict = self.pattern.as_ref().map_or(Verdict::Valid, |pattern| pattern.matches(text));
        if let Some(format) = self.format {
            verdict = verdict.and(Verdict::of(format.admits(text)));
        }
        let is_within = |limit: Option<Duration>, compare: fn(&Duration, &Duration) -> bool| {
            is_date || limit.is_none_or(|limit| is_duration_within(text, limit, compare))
        };
        verdict.and(Verdict::of(is_within(self.shortest, Duration::ge) && is_within(self.longest, Duration::le)))
    }

    fn has_length(&self, text: &str) -> bool {
        let (min, max) = (self.min_length.unwrap_or(0), self.max_length.unwrap_or(usize::MAX));
        // A character takes one to four bytes.
        if text.len() < min {
            return false;
        }
        let is_clear = text.len() <= max && text.len().div_ceil(4) >= min;
        is_clear || (min..=max).contains(&text.chars().count())
    }
}

/// A format as its name.
mod format_name {
    use std::borrow::Cow;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Format;

    pub fn serialize<S: Serializer>(format: &Option<&'static Format>, serializer: S) -> Result<S::Ok, S::Error> {
        format.map(|format| format.name).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'static Format>, D::Error> {
        let name = <Option<Cow<'_, str>>>::deserialize(deserializer)?;
        name.map(|name| Format::named(&name).ok_or_else(|| D::Error::custom("no such format"))).transpose()
    }
}

/// A duration as its text: a binary form does not tell a text from a table, as a config does.
mod duration_text {
    use std::borrow::Cow;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Duration;

    pub fn serialize<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        duration.map(|duration| duration.to_string()).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        let text = <Option<Cow<'_, str>>>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number() -> impl Strategy<Value = Option<Number>> {
        let number = prop_oneof![
            (-3_i64..3).prop_map(Number::Integer),
            (-3_i64..3).prop_map(|half| Number::Float(half as f64 / 2.0)),
            Just(Number::Large),
            Just(Number::Integer(i64::MAX)),
        ];
        proptest::option::of(number)
    }

    proptest! {
        #[test]
        fn a_range_of_integers_is_checked_as_any_other_rule(
            minimum in number(),
            maximum in number(),
            above in number(),
            divisor in proptest::option::of(1_i64..3),
            value in -4_i64..4,
        ) {
            let multiple_of = divisor.map(Number::Integer);
            let rule = NumberRule { minimum, maximum, above, below: None, multiple_of };
            let value = Value::Integer(value);
            prop_assert_eq!(rule.check(&value), rule.check_number(&value));
        }
    }
}
