//! Ranges of the time of day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A range of the time of day, to the minute: `22:00-06:00`. It includes its start and excludes its end; a range that ends
/// before it starts continues after midnight.
///
/// ```
/// use confgate_core::profile::TimeRange;
/// let night: TimeRange = "22:00-06:00".parse()?;
/// assert!(night.is_over_midnight());
/// assert_eq!(night.to_string(), "22:00-06:00");
/// # Ok::<(), confgate_core::profile::InvalidRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    start: u16,
    end: u16,
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;

impl TimeRange {
    /// Format name in a schema.
    pub const FORMAT: &'static str = "time-range";

    /// The whole day.
    pub const WHOLE_DAY: Self = Self { start: 0, end: DAY };

    /// Returns the first minute since midnight: 0 to 1439.
    pub const fn start(self) -> u16 {
        self.start
    }

    /// Returns the minute after the last since midnight: 1 to 1440, which is the next midnight. If the range continues after
    /// midnight, the minute is of the next day.
    pub const fn end(self) -> u16 {
        self.end
    }

    /// Returns whether the range continues after midnight.
    pub const fn is_over_midnight(self) -> bool {
        self.end < self.start
    }

    /// Returns the length in minutes on a day without a clock change.
    pub const fn minutes(self) -> u16 {
        if self.is_over_midnight() { self.end + DAY - self.start } else { self.end - self.start }
    }

    /// Returns the range that an invalid text probably means.
    pub fn suggestion(text: &str) -> Option<Self> {
        let mut ends = text.split(['-', '–', '—']).flat_map(|part| part.split(" to ")).map(str::trim);
        let (start, end) = (loose(ends.next()?)?, loose(ends.next()?)?);
        Self::between(start, end).filter(|_| ends.next().is_none())
    }

    fn between(start: u16, end: u16) -> Option<Self> {
        // Midnight as an end is that of the same day.
        let end = if end == 0 { DAY } else { end };
        (start < DAY && end <= DAY && start != end).then_some(Self { start, end })
    }
}

/// A text that is not a range of the time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRange(
    /// The rejected text.
    pub String,
);

impl fmt::Display for InvalidRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a range of the time of day; write HH:MM-HH:MM, such as 22:00-06:00", self.0)
    }
}

impl std::error::Error for InvalidRange {}

impl FromStr for TimeRange {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        let invalid = || InvalidRange(text.to_owned());
        let (start, end) = text.split_once('-').ok_or_else(invalid)?;
        let (start, end) = strict(start).zip(strict(end)).ok_or_else(invalid)?;
        Self::between(start, end).ok_or_else(invalid)
    }
}

/// Parses `HH:MM`, and `24:00`.
fn strict(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
    (two(hour) && two(minute)).then(|| loose(text))?
}

/// Parses an abbreviated time: `6`, `6:30`, `06:30`.
fn loose(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour <= 24 && (hour < 24 || minute == 0)).then(|| hour * 60 + minute)
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.start / 60, self.start % 60, self.end / 60, self.end % 60)
    }
}

impl Serialize for TimeRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for TimeRange {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TimeRange".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": Self::FORMAT })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_range_is_two_times_with_two_digits_each() {
        let range: TimeRange = "08:30-17:05".parse().unwrap();
        assert_eq!((range.start(), range.end(), range.is_over_midnight()), (510, 1025, false));
        for bad in ["", "8:30-17:00", "08:30", "08:30-", "08:60-09:00", "24:00-01:00", "08:00-24:01", "+8:00-09:00"] {
            let error = bad.parse::<TimeRange>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("{bad:?} is not a range of the time of day; write HH:MM-HH:MM, such as 22:00-06:00")
            );
        }
    }

    #[test]
    fn midnight_may_end_a_range_as_0_and_as_24() {
        let ends = ["18:00-24:00", "18:00-00:00"].map(|text| text.parse::<TimeRange>().unwrap());
        assert_eq!(ends[0], ends[1]);
        assert_eq!(ends[0].to_string(), "18:00-24:00");
        assert_eq!("00:00-24:00".parse(), Ok(TimeRange::WHOLE_DAY));
    }

    #[test]
    fn a_range_without_a_minute_is_rejected() {
        assert!("08:00-08:00".parse::<TimeRange>().is_err());
    }

    #[test]
    fn abbreviated_times_are_corrected() {
        for text in ["22-6", "22:00 - 6:00", "22:00–06:00", "22 to 06"] {
            assert_eq!(TimeRange::suggestion(text).unwrap().to_string(), "22:00-06:00", "{text}");
        }
        for text in ["night", "22", "22-6-8", "25-26", "8-8"] {
            assert_eq!(TimeRange::suggestion(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_range_is_read_as_it_is_written(start in 0..DAY, end in 1..=DAY) {
            prop_assume!(start != end);
            let range = TimeRange::between(start, end).unwrap();
            prop_assert_eq!(range.to_string().parse(), Ok(range));
            prop_assert!((1..=DAY).contains(&range.minutes()));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,12}|[0-9:–-]{0,12}") {
            if let Ok(range) = text.parse::<TimeRange>() {
                prop_assert_eq!(range.to_string().parse(), Ok(range));
            }
            let _ = TimeRange::suggestion(&text);
        }
    }
}
