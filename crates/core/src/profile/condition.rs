//! The conditions of a profile: all of them must hold, and a profile without any always does.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::profile::TimeRange;

/// When a profile holds. Each condition that is there must.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(inline)]
pub struct Condition {
    /// The environments in any of which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<OneOrMany<Environment>>,
    /// The features that must all be switched on. `new-lobby` is on when the variable `FEATURE_NEW_LOBBY` is `1`, `true`, `yes` or
    /// `on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<OneOrMany<Name>>,
    /// The times of day, at any of which it holds. The start belongs to a range, the end does not; `22:00-06:00` goes on after midnight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<OneOrMany<TimeRange>>,
    /// The time zone of `time` and `days`, UTC when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = ZONE))]
    pub zone: Option<String>,
    /// The days on which a time must begin to count: the early hours after a Friday's night are still Friday's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub days: Option<Vec<Day>>,
    /// The share of all CPUs that must be more than in use, over the time since the last look.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100), extend("x-unit" = "percent"))]
    pub cpu_above: Option<f64>,
    /// The share of the memory that must be more than in use: of the machine, or of the control group where that has a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100), extend("x-unit" = "percent"))]
    pub memory_above: Option<f64>,
    /// How far below its threshold a share must fall before the profile holds no longer: 10, or half the threshold where that is
    /// less, when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100), extend("x-unit" = "percentage points"))]
    pub hysteresis: Option<f64>,
}

/// The format of names of time zones.
pub const ZONE: &str = "time-zone";

/// One value, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "it is of another form, or a value in it is")]
#[schemars(inline)]
pub enum OneOrMany<T> {
    /// One value.
    One(T),
    /// Several values.
    Many(#[schemars(length(min = 1))] Vec<T>),
}

impl<T> OneOrMany<T> {
    /// The values.
    pub fn values(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// A name of letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, extend("format" = Name::FORMAT))]
pub struct Name(
    /// The text.
    pub String,
);

/// A text that is no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName(
    /// The text as it was given.
    pub String,
);

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a name of at most 64 letters, digits, - and _", self.0)
    }
}

impl std::error::Error for InvalidName {}

impl TryFrom<String> for Name {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        if Self::admits(&text) { Ok(Self(text)) } else { Err(InvalidName(text)) }
    }
}

impl Name {
    /// The name of the format in a schema.
    pub const FORMAT: &'static str = "name";

    /// Returns whether a text is such a name, of at most 64 characters.
    pub fn admits(text: &str) -> bool {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (1..=64).contains(&text.len()) && text.bytes().all(plain)
    }

    /// The variable that switches a feature of this name on: `FEATURE_NEW_LOBBY` for `new-lobby`.
    pub fn variable(&self) -> String {
        format!("FEATURE_{}", self.0.to_ascii_uppercase().replace('-', "_"))
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
#[expect(missing_docs, reason = "the schema would describe each of them, and the names say it")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// The week, as it is counted in ISO 8601.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
}

impl Condition {
    /// How far below its threshold a share must fall, in percentage points, before the profile holds no longer, when nothing is
    /// said.
    pub const HYSTERESIS: f64 = 10.0;

    /// The ranges of the time of day in which it may hold; nothing when it does not ask for the time.
    pub fn ranges(&self) -> Option<&[TimeRange]> {
        match (&self.time, &self.days) {
            (Some(time), _) => Some(time.values()),
            (None, Some(_)) => Some(&[TimeRange::WHOLE_DAY]),
            (None, None) => None,
        }
    }

    /// The name of its time zone.
    pub fn zone_name(&self) -> &str {
        self.zone.as_deref().unwrap_or("UTC")
    }

    /// Returns whether a time range that begins on this day counts.
    pub fn counts_on(&self, day: Day) -> bool {
        self.days.as_ref().is_none_or(|days| days.contains(&day))
    }

    /// Returns whether it can hold in an environment.
    pub fn admits(&self, environment: Environment) -> bool {
        self.environment.as_ref().is_none_or(|listed| listed.values().contains(&environment))
    }

    /// Returns whether it asks how busy the machine is.
    pub fn asks_usage(&self) -> bool {
        self.cpu_above.is_some() || self.memory_above.is_some()
    }

    /// Returns whether it may begin or cease to hold while a service runs.
    pub fn changes(&self) -> bool {
        self.asks_usage() || self.ranges().is_some()
    }

    /// The share below which a profile that holds ceases to, in percent.
    pub fn release(&self, threshold: f64) -> f64 {
        threshold - self.hysteresis.unwrap_or(Self::HYSTERESIS.min(threshold / 2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_plain() {
        assert!(Name::admits("new-lobby_2") && Name::admits(&"x".repeat(64)));
        for bad in ["", "two words", "night!", "nächte", &"x".repeat(65)] {
            let refused = Name::try_from(bad.to_owned()).unwrap_err();
            assert_eq!(refused.to_string(), format!("{bad:?} is not a name of at most 64 letters, digits, - and _"));
        }
        assert_eq!(Name("new-lobby".into()).variable(), "FEATURE_NEW_LOBBY");
    }

    #[test]
    fn days_alone_are_whole_days() {
        let weekend = Condition { days: Some(vec![Day::Sat, Day::Sun]), ..Condition::default() };
        assert_eq!(weekend.ranges(), Some(&[TimeRange::WHOLE_DAY][..]));
        assert_eq!(Condition::default().ranges(), None);
    }

    #[test]
    fn a_low_threshold_keeps_half_of_itself_to_fall_to() {
        let condition = Condition::default();
        assert_eq!((condition.release(80.0), condition.release(6.0)), (70.0, 3.0));
        assert_eq!(Condition { hysteresis: Some(25.0), ..condition }.release(80.0), 55.0);
    }
}
