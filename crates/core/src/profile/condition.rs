//! Condition of a profile. A profile is active while every part of its condition holds, and always if it has none.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::profile::TimeRange;

/// Condition of a profile: every part that is set must hold.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(inline)]
pub struct Condition {
    /// Environments in which the profile can be active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<OneOrMany<Environment>>,
    /// Features that must all be enabled. `new-lobby` is enabled by the variable `FEATURE_NEW_LOBBY` with `1`, `true`, `yes` or
    /// `on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<OneOrMany<Name>>,
    /// Feature flag that must have one of the variants in `variant`, in the context of the service itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub flag: Option<String>,
    /// Variants of `flag`, one of which must be selected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<OneOrMany<String>>,
    /// Time ranges of the day, at least one of which must contain the current time. A range includes its start and excludes its
    /// end; `22:00-06:00` continues after midnight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<OneOrMany<TimeRange>>,
    /// Time zone of `time` and `days`; UTC by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = ZONE))]
    pub zone: Option<String>,
    /// Days of the week on which a time range must start: the early hours after Friday night belong to Friday.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub days: Option<Vec<Day>>,
    /// CPU usage that must be exceeded since the previous measurement: of the machine, or of the control group if it has a quota.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100), extend("x-unit" = "percent"))]
    pub cpu_above: Option<f64>,
    /// Memory usage that must be exceeded: of the machine, or of the control group if it has a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100), extend("x-unit" = "percent"))]
    pub memory_above: Option<f64>,
    /// Distance below the threshold to which usage must fall before the profile becomes inactive; by default 10, or half the
    /// threshold if that is less.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100), extend("x-unit" = "percentage points"))]
    pub hysteresis: Option<f64>,
}

/// Format name of time zones in a schema.
pub const ZONE: &str = "time-zone";

/// One value, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a value or a list of values")]
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

/// A text that is not a valid name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName(
    /// The rejected text.
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

    /// Returns whether a text is a valid name of at most 64 characters.
    pub fn admits(text: &str) -> bool {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (1..=64).contains(&text.len()) && text.bytes().all(plain)
    }

    /// Returns the variable that enables the feature of this name: `FEATURE_NEW_LOBBY` for `new-lobby`.
    pub fn variable(&self) -> String {
        format!("FEATURE_{}", self.0.to_ascii_uppercase().replace('-', "_"))
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
#[expect(missing_docs, reason = "the schema would repeat the names as descriptions")]
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
    /// The days of the week in the order of ISO 8601.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
}

impl Condition {
    /// Default distance below the threshold, in percentage points, at which a profile becomes inactive.
    pub const HYSTERESIS: f64 = 10.0;

    /// Returns the time ranges of the day; `None` if the condition does not depend on the time.
    pub fn ranges(&self) -> Option<&[TimeRange]> {
        match (&self.time, &self.days) {
            (Some(time), _) => Some(time.values()),
            (None, Some(_)) => Some(&[TimeRange::WHOLE_DAY]),
            (None, None) => None,
        }
    }

    /// Returns the name of the time zone.
    pub fn zone_name(&self) -> &str {
        self.zone.as_deref().unwrap_or("UTC")
    }

    /// Returns whether a time range may start on this day.
    pub fn starts_on(&self, day: Day) -> bool {
        self.days.as_ref().is_none_or(|days| days.contains(&day))
    }

    /// Returns whether the condition can hold in an environment.
    pub fn admits(&self, environment: Environment) -> bool {
        self.environment.as_ref().is_none_or(|listed| listed.values().contains(&environment))
    }

    /// Returns whether the condition depends on CPU or memory usage.
    pub fn depends_on_usage(&self) -> bool {
        self.cpu_above.is_some() || self.memory_above.is_some()
    }

    /// Returns whether the condition may change while a service runs.
    pub fn changes(&self) -> bool {
        self.depends_on_usage() || self.ranges().is_some() || self.flag.is_some()
    }

    /// Returns the names of the variants, one of which the flag must have.
    pub fn variants(&self) -> &[String] {
        self.variant.as_ref().map_or(&[], OneOrMany::values)
    }

    /// Returns the usage in percent below which an active profile becomes inactive.
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
            let error = Name::try_from(bad.to_owned()).unwrap_err();
            assert_eq!(error.to_string(), format!("{bad:?} is not a name of at most 64 letters, digits, - and _"));
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
    fn the_default_hysteresis_of_a_low_threshold_is_half_of_it() {
        let condition = Condition::default();
        assert_eq!((condition.release(80.0), condition.release(6.0)), (70.0, 3.0));
        assert_eq!(Condition { hysteresis: Some(25.0), ..condition }.release(80.0), 55.0);
    }
}
