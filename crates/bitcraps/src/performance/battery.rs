//! What the node gives up to make a battery last.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::performance::{Preset, defaults_on_leaves_alone};

/// What the node gives up to make a battery last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(transform = defaults_on_leaves_alone)]
pub struct BatteryTuning {
    /// Watch the battery at all. Off, the node works the same at every charge.
    pub enabled: bool,
    /// The charge below which the node begins to save power.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    pub low_battery_threshold: u8,
    /// The charge below which the node does only what running games need.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    pub critical_battery_threshold: u8,
    /// Save power whenever the device is off its charger, at any charge.
    pub reduce_on_battery: bool,
    /// The charge below which the node suspends itself.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    pub suspend_threshold: u8,
    /// How the node keeps the device awake.
    pub wake_lock_strategy: WakeLockStrategy,
    /// Keep to the system's windows for background work (Doze on Android).
    pub doze_compatible: bool,
    /// What the node may use while it is in the background.
    pub background_limits: BackgroundLimits,
}

/// How a node keeps its device awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WakeLockStrategy {
    /// The CPU, and only while there is work.
    Adaptive,
    /// The CPU at all times; the screen may go dark.
    Partial,
    /// The CPU and the screen.
    Full,
}

/// What a node may use while it is in the background. `MAX` is no limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BackgroundLimits {
    /// CPU time that the node may use in the background, or `MAX` for no limit.
    #[schemars(extend("x-unit" = "seconds"))]
    pub max_cpu_seconds: Limit,
    /// Requests that the node may send in the background, or `MAX` for no limit.
    #[schemars(extend("x-unit" = "requests"))]
    pub max_network_requests: Limit,
    /// Database operations that the node may do in the background, or `MAX` for no limit.
    #[schemars(extend("x-unit" = "operations"))]
    pub max_db_operations: Limit,
}

impl BatteryTuning {
    pub(super) fn preset(preset: Preset) -> Self {
        use WakeLockStrategy::*;
        Self {
            enabled: preset.of([true, true, false]),
            low_battery_threshold: preset.of([20, 15, 10]),
            critical_battery_threshold: preset.of([5, 5, 3]),
            reduce_on_battery: preset.of([true, false, false]),
            suspend_threshold: preset.of([3, 2, 1]),
            wake_lock_strategy: preset.of([Adaptive, Partial, Full]),
            doze_compatible: preset.of([true, true, false]),
            background_limits: BackgroundLimits::preset(preset),
        }
    }
}

impl BackgroundLimits {
    pub(super) fn preset(preset: Preset) -> Self {
        Self {
            max_cpu_seconds: preset.of([Limit(60), Limit(300), Limit::MAX]),
            max_network_requests: preset.of([Limit(100), Limit(500), Limit::MAX]),
            max_db_operations: preset.of([Limit(50), Limit(200), Limit::MAX]),
        }
    }
}

/// How much of something may be used: a number, or `"MAX"` for any.
///
/// TOML has no integer as large as the largest that a node can count to, hence the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit(u64);

impl Limit {
    /// No limit.
    pub const MAX: Self = Self(u64::MAX);

    const WORD: &str = "MAX";

    /// At most `amount`.
    pub const fn new(amount: u64) -> Self {
        Self(amount)
    }

    /// The number to compare with; of no limit, the largest that there is.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::MAX => serializer.serialize_str(Self::WORD),
            Self(amount) => serializer.serialize_u64(amount),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrWord)
    }
}

struct NumberOrWord;

impl Visitor<'_> for NumberOrWord {
    type Value = Limit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or \"MAX\" for no limit")
    }

    fn visit_u64<E: de::Error>(self, amount: u64) -> Result<Limit, E> {
        Ok(Limit(amount))
    }

    fn visit_i64<E: de::Error>(self, amount: i64) -> Result<Limit, E> {
        u64::try_from(amount).map(Limit).map_err(|_| E::invalid_value(Unexpected::Signed(amount), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Limit, E> {
        if text == Limit::WORD { Ok(Limit::MAX) } else { Err(E::invalid_value(Unexpected::Str(text), &self)) }
    }
}

impl JsonSchema for Limit {
    fn schema_name() -> Cow<'static, str> {
        "Limit".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "const": Self::WORD }]
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_limit_is_a_number_or_the_word() {
        for (written, limit) in [(json!(0), Limit::new(0)), (json!(60), Limit::new(60)), (json!("MAX"), Limit::MAX)] {
            assert_eq!(serde_json::from_value::<Limit>(written.clone()).unwrap(), limit);
            assert_eq!(serde_json::to_value(limit).unwrap(), written);
        }
    }

    #[test]
    fn another_word_or_a_negative_number_is_refused_with_what_is_possible() {
        let refused = |written: Value| serde_json::from_value::<Limit>(written).unwrap_err().to_string();
        assert_eq!(
            refused(json!("max")),
            "invalid value: string \"max\", expected a whole number, or \"MAX\" for no limit"
        );
        assert_eq!(refused(json!(-1)), "invalid value: integer `-1`, expected a whole number, or \"MAX\" for no limit");
    }
}
