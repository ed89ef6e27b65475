//! Durations in a readable form: `"30s"`, `"5m"`, `"1h 30m"`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::str::FromStr;
use std::{fmt, time};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

/// A span of time. It is written as one number and one unit, the largest of `s`, `ms`, `us`, `ns` that keeps the number whole
/// (`"300s"`, `"500ms"`). It is read in any form that [`humantime`] accepts, and from the table `{ secs = 30, nanos = 0 }`.
///
/// ```
/// use confgate_core::types::Duration;
/// let duration: Duration = "1h 30m".parse()?;
/// assert_eq!(duration.to_string(), "5400s");
/// # Ok::<(), confgate_core::types::InvalidDuration>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Duration(time::Duration);

impl Duration {
    /// The `format` of a duration in a schema. It is not JSON Schema's `duration`, which is ISO 8601.
    pub const FORMAT: &'static str = "human-duration";

    /// Creates a duration of whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(time::Duration::from_secs(secs))
    }

    /// Creates a duration of whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(time::Duration::from_millis(millis))
    }

    /// Returns the duration as a type of the standard library.
    pub const fn get(self) -> time::Duration {
        self.0
    }

    /// Returns whether the duration is zero.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Returns whether `text` is a duration of whole seconds as it is displayed, which most are. Other texts may be as well.
    pub(crate) fn is_plain(text: &str) -> bool {
        let Some(digits) = text.strip_suffix('s') else { return false };
        let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number && (digits.len() == 1 || !digits.starts_with('0'))
    }

    /// Returns whether `text` is how the duration is displayed, without allocating its text.
    pub fn is_displayed_as(self, text: &str) -> bool {
        // Most durations are whole seconds.
        if self.0.subsec_nanos() == 0 {
            let digits = text.strip_suffix('s').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            let has_form = |digits: &&str| digits.len() == 1 || !digits.starts_with('0');
            return digits.filter(has_form).and_then(|digits| digits.parse().ok()) == Some(self.0.as_secs());
        }
        let mut rest = Rest(text);
        write!(rest, "{self}").is_ok() && rest.0.is_empty()
    }
}

/// The part of a text that is not compared yet.
struct Rest<'t>(&'t str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
        Ok(())
    }
}

impl From<time::Duration> for Duration {
    fn from(duration: time::Duration) -> Self {
        Self(duration)
    }
}

impl From<Duration> for time::Duration {
    fn from(duration: Duration) -> Self {
        duration.0
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_nanos() == 0 {
            return write!(f, "{}s", self.0.as_secs());
        }
        let nanos = self.0.as_nanos();
        let (amount, unit) = match nanos {
            _ if nanos.is_multiple_of(1_000_000) => (nanos / 1_000_000, "ms"),
            _ if nanos.is_multiple_of(1_000) => (nanos / 1_000, "us"),
            _ => (nanos, "ns"),
        };
        // Write two numbers where one number of nanoseconds is larger than humantime reads.
        if amount > u128::from(u64::MAX) {
            return write!(f, "{}s {}ns", self.0.as_secs(), self.0.subsec_nanos());
        }
        write!(f, "{amount}{unit}")
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Error of parsing a [`Duration`]: the text is not one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a duration: write a number and a unit, such as 30s, 5m, 500ms or 1h")]
pub struct InvalidDuration(String);

impl FromStr for Duration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        parse_simple(text)
            .or_else(|| humantime::parse_duration(text).ok())
            .map(Self)
            .ok_or_else(|| InvalidDuration(text.to_owned()))
    }
}

/// Parses one number and one of the common units, which is most durations, without the cost of humantime's parser.
fn parse_simple(text: &str) -> Option<time::Duration> {
    // Leave large numbers to humantime, which checks for overflow.
    const MAX_DIGITS: usize = 9;
    let bytes = text.as_bytes();
    let (mut amount, mut digits) = (0_u64, 0);
    while let Some(digit @ b'0'..=b'9') = bytes.get(digits) {
        if digits == MAX_DIGITS {
            return None;
        }
        amount = amount * 10 + u64::from(digit - b'0');
        digits += 1;
    }
    let secs = match &bytes[digits..] {
        _ if digits == 0 => return None,
        b"ms" => return Some(time::Duration::from_millis(amount)),
        b"s" => 1,
        b"m" => 60,
        b"h" => 3600,
        _ => return None,
    };
    Some(time::Duration::from_secs(amount * secs))
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DurationVisitor)
    }
}

/// Accepts a string or a table.
struct DurationVisitor;

impl<'de> Visitor<'de> for DurationVisitor {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as \"30s\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Duration, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            secs: u64,
            #[serde(default)]
            nanos: u32,
        }
        let table = Table::deserialize(de::value::MapAccessDeserializer::new(map))?;
        if table.nanos >= 1_000_000_000 {
            return Err(de::Error::custom("nanos must be less than 1000000000"));
        }
        Ok(Duration(time::Duration::new(table.secs, table.nanos)))
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": Self::FORMAT })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_canonical_form_has_one_number_and_the_largest_unit_that_keeps_it_whole() {
        let displayed = ["30s", "5m", "1h 30m", "500ms", "1500us", "7ns", "0s"].map(|text| {
            let duration: Duration = text.parse().unwrap();
            duration.to_string()
        });
        assert_eq!(displayed, ["30s", "300s", "5400s", "500ms", "1500us", "7ns", "0s"]);
    }

    #[test]
    fn the_table_form_is_read() {
        let duration: Duration = serde_json::from_str(r#"{ "secs": 2, "nanos": 500000000 }"#).unwrap();
        assert_eq!(duration.to_string(), "2500ms");
    }

    #[test]
    fn a_number_without_a_unit_is_rejected_with_an_example() {
        let error = "30".parse::<Duration>().unwrap_err().to_string();
        assert_eq!(error, "\"30\" is not a duration: write a number and a unit, such as 30s, 5m, 500ms or 1h");
    }

    #[test]
    fn a_table_whose_nanos_make_a_second_is_rejected() {
        let error = serde_json::from_str::<Duration>(r#"{ "secs": 0, "nanos": 1000000000 }"#).unwrap_err();
        assert!(error.to_string().starts_with("nanos must be less than 1000000000"), "{error}");
    }

    proptest! {
        #[test]
        fn a_displayed_duration_is_parsed_back(secs: u64, nanos in 0u32..1_000_000_000) {
            let duration = Duration(time::Duration::new(secs, nanos));
            prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        }

        #[test]
        fn a_text_is_compared_with_the_displayed_duration(text in "[0-9]{0,3}(s|ms|us|ns|m| s|\\+1s)?") {
            for text in [text.clone(), text.replace('0', "00")] {
                let is_displayed = || text.parse().is_ok_and(|duration: Duration| duration.to_string() == text);
                prop_assert!(!Duration::is_plain(&text) || is_displayed(), "{}", text);
                if let Ok(duration) = text.parse::<Duration>() {
                    prop_assert_eq!(duration.is_displayed_as(&text), duration.to_string() == text, "{}", text);
                }
            }
        }

        #[test]
        fn simple_texts_parse_as_in_humantime(text in "[0-9]{0,21}(s|ms|m|h|d|us| s|\\+1s)?") {
            if let Some(duration) = parse_simple(&text) {
                prop_assert_eq!(humantime::parse_duration(&text), Ok(duration));
            }
        }
    }
}
