use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::battery::BatteryTuning;
use crate::performance::bluetooth::BluetoothTuning;
use crate::performance::consensus::ConsensusTuning;
use crate::performance::cpu::CpuTuning;
use crate::performance::database::DatabaseTuning;
use crate::performance::memory::MemoryTuning;
use crate::performance::network::NetworkTuning;
use crate::performance::preset::Preset;
use crate::performance::table_defaults::remove_table_defaults;

/// Trade-off between speed, memory and battery.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum PerformanceProfile {
    /// For a phone that is not on its charger: few peers, small caches, long intervals.
    PowerSaving,
    /// For most machines.
    #[default]
    Balanced,
    /// For a server: many peers, large caches, every CPU.
    HighPerformance,
    /// Each value by itself. An omitted table or value is as in `Balanced`.
    Custom(Box<PerformanceTuning>),
}

impl PerformanceProfile {
    /// Returns the values of the profile.
    pub fn tuning(&self) -> PerformanceTuning {
        match self {
            Self::PowerSaving => PerformanceTuning::preset(Preset::PowerSaving),
            Self::Balanced => PerformanceTuning::preset(Preset::Balanced),
            Self::HighPerformance => PerformanceTuning::preset(Preset::HighPerformance),
            Self::Custom(tuning) => PerformanceTuning::clone(tuning),
        }
    }
}

/// All values of a performance profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(transform = remove_table_defaults)]
pub struct PerformanceTuning {
    /// Connections to peers, batches and buffers.
    pub network: NetworkTuning,
    /// Rounds, votes and their validation.
    pub consensus: ConsensusTuning,
    /// Connections, caches and maintenance of the database.
    pub database: DatabaseTuning,
    /// Intervals and power of the radio.
    pub bluetooth: BluetoothTuning,
    /// Threads and their load.
    pub cpu: CpuTuning,
    /// Memory limits, caches and pools.
    pub memory: MemoryTuning,
    /// Measures to save the battery.
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

impl Default for PerformanceTuning {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::performance::battery::Limit;

    const PRESETS: [&str; 3] = ["PowerSaving", "Balanced", "HighPerformance"];

    fn profile(name: &str) -> PerformanceProfile {
        serde_json::from_value(name.into()).unwrap()
    }

    #[test]
    fn the_presets_are_those_of_the_application() {
        let expected: Value = serde_json::from_str(include_str!("presets.json")).unwrap();
        for name in PRESETS {
            assert_eq!(serde_json::to_value(profile(name).tuning()).unwrap(), expected[name], "{name}");
        }
        assert_eq!(expected.as_object().unwrap().len(), PRESETS.len());
    }

    #[test]
    fn a_preset_serializes_as_its_name_and_a_custom_profile_as_a_table() {
        for name in PRESETS {
            assert_eq!(serde_json::to_value(profile(name)).unwrap(), name);
        }
        let custom = PerformanceProfile::Custom(Box::default());
        assert_eq!(
            serde_json::to_value(&custom).unwrap(),
            serde_json::json!({ "Custom": profile("Balanced").tuning() })
        );
    }

    #[test]
    fn a_value_that_a_custom_profile_omits_is_balanced() {
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
    fn an_unknown_value_is_rejected_at_every_level() {
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
