use confgate_core::types::Duration;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::performance::battery::{BackgroundLimits, BatteryTuning};
use crate::performance::bluetooth::BluetoothTuning;
use crate::performance::consensus::ConsensusTuning;
use crate::performance::cpu::CpuTuning;
use crate::performance::database::DatabaseTuning;
use crate::performance::memory::{MemoryTuning, PoolSizes};
use crate::performance::network::NetworkTuning;

/// How much a node does at once, and at what cost in memory and battery.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum PerformanceProfile {
    /// For a phone away from its charger: few peers, small caches, long pauses.
    PowerSaving,
    /// For most machines.
    #[default]
    Balanced,
    /// For a server: many peers, large caches, every CPU.
    HighPerformance,
    /// Every value by itself. A table or a value that is left out is as in `Balanced`.
    Custom(Box<PerformanceTuning>),
}

impl PerformanceProfile {
    /// The values that the profile stands for.
    pub fn tuning(&self) -> PerformanceTuning {
        match self {
            Self::PowerSaving => PerformanceTuning::preset(Preset::PowerSaving),
            Self::Balanced => PerformanceTuning::preset(Preset::Balanced),
            Self::HighPerformance => PerformanceTuning::preset(Preset::HighPerformance),
            Self::Custom(tuning) => PerformanceTuning::clone(tuning),
        }
    }
}

/// Every value of a performance profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(transform = defaults_on_leaves_alone)]
pub struct PerformanceTuning {
    /// Peers: how many, how fast, how much at once.
    pub network: NetworkTuning,
    /// Rounds, votes and who checks them.
    pub consensus: ConsensusTuning,
    /// Connections, caches and upkeep of the database.
    pub database: DatabaseTuning,
    /// How often the radio listens, speaks and sleeps.
    pub bluetooth: BluetoothTuning,
    /// Threads and how hard they work.
    pub cpu: CpuTuning,
    /// How much memory is used, and what goes first when it is short.
    pub memory: MemoryTuning,
    /// What the node gives up to make a battery last.
    pub battery: BatteryTuning,
}

impl PerformanceTuning {
    fn preset(preset: Preset) -> Self {
        Self {
            network: NetworkTuning::preset(preset),
            consensus: ConsensusTuning::preset(preset),
            database: DatabaseTuning::preset(preset),
            bluetooth: BluetoothTuning::preset(preset),
            cpu: CpuTuning::preset(preset),
            memory: MemoryTuning::preset(preset),
            battery: BatteryTuning::preset(preset),
        }
    }
}

/// A profile that is known by name.
#[derive(Clone, Copy)]
pub(crate) enum Preset {
    PowerSaving,
    Balanced,
    HighPerformance,
}

impl Preset {
    /// Its column in the row of a value.
    pub(crate) fn of<T>(self, [power_saving, balanced, high_performance]: [T; 3]) -> T {
        match self {
            Self::PowerSaving => power_saving,
            Self::Balanced => balanced,
            Self::HighPerformance => high_performance,
        }
    }

    pub(crate) fn secs(self, row: [u64; 3]) -> Duration {
        Duration::from_secs(self.of(row))
    }

    pub(crate) fn millis(self, row: [u64; 3]) -> Duration {
        Duration::from_millis(self.of(row))
    }
}

macro_rules! balanced_by_default {
    ($($table:ident),* $(,)?) => {$(
        impl Default for $table {
            fn default() -> Self {
                Self::preset(Preset::Balanced)
            }
        }
    )*};
}

balanced_by_default!(
    PerformanceTuning,
    NetworkTuning,
    ConsensusTuning,
    DatabaseTuning,
    BluetoothTuning,
    CpuTuning,
    MemoryTuning,
    PoolSizes,
    BatteryTuning,
    BackgroundLimits,
);

/// Takes the default off the tables of a table: their leaves have it, and said at each level the schema would be three
/// times as long.
pub(crate) fn defaults_on_leaves_alone(schema: &mut Schema) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for property in properties.values_mut().filter_map(Value::as_object_mut) {
        if property.get("default").is_some_and(Value::is_object) {
            property.remove("default");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::performance::battery::Limit;

    const ROUND: [&str; 3] = ["PowerSaving", "Balanced", "HighPerformance"];

    fn profile(name: &str) -> PerformanceProfile {
        serde_json::from_value(name.into()).unwrap()
    }

    #[test]
    fn the_presets_are_those_of_the_application() {
        let expected: Value = serde_json::from_str(include_str!("presets.json")).unwrap();
        for name in ROUND {
            assert_eq!(serde_json::to_value(profile(name).tuning()).unwrap(), expected[name], "{name}");
        }
        assert_eq!(expected.as_object().unwrap().len(), ROUND.len());
    }

    #[test]
    fn a_preset_is_written_as_its_name_and_a_custom_profile_as_a_table() {
        for name in ROUND {
            assert_eq!(serde_json::to_value(profile(name)).unwrap(), name);
        }
        let custom = PerformanceProfile::Custom(Box::default());
        assert_eq!(
            serde_json::to_value(&custom).unwrap(),
            serde_json::json!({ "Custom": profile("Balanced").tuning() })
        );
    }

    #[test]
    fn what_a_custom_profile_leaves_out_is_balanced() {
        let custom: PerformanceProfile = toml::from_str(
            "[Custom.battery.background_limits]\nmax_cpu_seconds = 7\n[Custom.cpu]\nworker_threads = 2\n",
        )
        .unwrap();
        let mut expected = profile("Balanced").tuning();
        expected.battery.background_limits.max_cpu_seconds = Limit::new(7);
        expected.cpu.worker_threads = 2;
        assert_eq!(custom.tuning(), expected);
    }

    #[test]
    fn an_unknown_value_is_refused_at_every_level() {
        for text in [
            "[Custom.gpu]",
            "[Custom.cpu]\nfans = 1",
            "[Custom.memory.pool_sizes]\nfish_pool = 1",
            "[Custom.battery.background_limits]\nmax_naps = 1",
        ] {
            assert!(toml::from_str::<PerformanceProfile>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_thread_count_of_zero_is_one_per_cpu() {
        let tuning = profile("HighPerformance").tuning();
        assert_eq!(tuning.cpu.worker_threads, 0);
        assert_eq!(tuning.cpu.worker_threads(), std::thread::available_parallelism().unwrap().get());
        assert_eq!(tuning.consensus.validation_threads(), 8);
    }
}
