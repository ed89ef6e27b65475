//! Table `battery` of a performance profile.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::performance::preset::Preset;
use crate::performance::table_defaults::remove_table_defaults;

/// Measures to save the battery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(transform = remove_table_defaults)]
pub struct BatteryTuning {
    /// Watch the battery. If disabled, the node works the same at every charge.
    pub enabled: bool,
    /// Charge below which the node begins to save power.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    pub low_battery_threshold: u8,
    /// Charge below which the node does only the work that running games need.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    pub critical_battery_threshold: u8,
    /// Save power at any charge while the device is not on its charger.
    pub reduce_on_battery: bool,
    /// Charge below which the node suspends itself.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    pub suspend_threshold: u8,
    /// Way in which the node keeps the device awake.
    pub wake_lock_strategy: WakeLockStrategy,
    /// Do background work in the time windows of the system alone (Doze on Android).
    pub doze_compatible: bool,
    /// Limits for the node in the background.
    pub background_limits: BackgroundLimits,
}

/// Way in which a node keeps its device awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WakeLockStrategy {
    /// Keeps the CPU awake while there is work.
    Adaptive,
    /// Keeps the CPU awake at all times; the screen may turn off.
    Partial,
    /// Keeps the CPU and the screen awake.
    Full,
}

/// Limits for a node in the background. `MAX` means unlimited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BackgroundLimits {
    /// CPU time that the node may use in the background, or `MAX` for unlimited.
    #[schemars(extend("x-unit" = "seconds"))]
    pub max_cpu_seconds: Limit,
    /// Requests that the node may send in the background, or `MAX` for unlimited.
    #[schemars(extend("x-unit" = "requests"))]
    pub max_network_requests: Limit,
    /// Database operations that the node may do in the background, or `MAX` for unlimited.
    #[schemars(extend("x-unit" = "operations"))]
    pub max_db_operations: Limit,
}

impl Default for BatteryTuning {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl BatteryTuning {
    pub(crate) fn preset(preset: Preset) -> Self {
        use WakeLockStrategy::*;
        Self {
            enabled: preset.pick([true, true, false]),
            low_battery_threshold: preset.pick([20, 15, 10]),
            critical_battery_threshold: preset.pick([5, 5, 3]),
            reduce_on_battery: preset.pick([true, false, false]),
            suspend_threshold: preset.pick([3, 2, 1]),
            wake_lock_strategy: preset.pick([Adaptive, Partial, Full]),
            doze_compatible: preset.pick([true, true, false]),
            background_limits: BackgroundLimits::preset(preset),
        }
    }
}

impl Default for BackgroundLimits {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl BackgroundLimits {
    pub(crate) fn preset(preset: Preset) -> Self {
        Self {
            max_cpu_seconds: preset.pick([Limit(60), Limit(300), Limit::MAX]),
            max_network_requests: preset.pick([Limit(100), Limit(500), Limit::MAX]),
            max_db_operations: preset.pick([Limit(50), Limit(200), Limit::MAX]),
        }
    }
}

/// Limit of a resource: a number, or `"MAX"` for unlimited.
///
/// The word is needed because the largest integer of TOML is smaller than that of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit(u64);

impl Limit {
    /// The value for unlimited.
    pub const MAX: Self = Self(u64::MAX);

    const WORD: &str = "MAX";

    /// Limits a resource to `amount`.
    pub const fn new(amount: u64) -> Self {
        Self(amount)
    }

    /// Returns the number to compare with: `u64::MAX` for unlimited.
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

/// Visitor of the two forms of a limit.
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
    fn another_word_or_a_negative_number_is_rejected_with_the_possible_values() {
        let error = |written: Value| serde_json::from_value::<Limit>(written).unwrap_err().to_string();
        assert_eq!(
            error(json!("max")),
            "invalid value: string \"max\", expected a whole number, or \"MAX\" for no limit"
        );
        assert_eq!(error(json!(-1)), "invalid value: integer `-1`, expected a whole number, or \"MAX\" for no limit");
    }
}
