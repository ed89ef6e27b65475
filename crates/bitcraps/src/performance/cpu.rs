//! Table `cpu` of a performance profile.

use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::preset::Preset;
use crate::thread_count::thread_count;

/// Threads and their load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CpuTuning {
    /// Maximum load of the CPUs. The node defers work that can wait to stay below it.
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "percent"))]
    pub target_utilization: f64,
    /// Threads for CPU-bound work; 0 is one per CPU.
    #[schemars(extend("x-unit" = "threads"))]
    pub worker_threads: u32,
    /// Threads for I/O-bound work, such as connections; 0 is one per CPU.
    #[schemars(extend("x-unit" = "threads"))]
    pub async_threads: u32,
    /// Pin each thread to a CPU.
    pub enable_affinity: bool,
    /// Prefer work that a player waits for.
    pub enable_priority_scheduling: bool,
    /// Waiting tasks of a kind from which on they are done together.
    #[schemars(range(min = 1), extend("x-unit" = "tasks"))]
    pub batch_threshold: u32,
    /// Time that an idle thread sleeps before it looks for work. A longer one saves power, and work waits longer.
    pub idle_sleep_duration: Duration,
}

impl Default for CpuTuning {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl CpuTuning {
    pub(crate) fn preset(preset: Preset) -> Self {
        Self {
            target_utilization: preset.pick([30.0, 60.0, 90.0]),
            worker_threads: preset.pick([2, 4, 0]),
            async_threads: preset.pick([2, 4, 0]),
            enable_affinity: preset.pick([false, true, true]),
            enable_priority_scheduling: true,
            batch_threshold: preset.pick([20, 50, 200]),
            idle_sleep_duration: preset.millis([100, 50, 10]),
        }
    }

    /// Returns the number of threads for CPU-bound work: `worker_threads`, or the number of CPUs if it is 0.
    pub fn worker_threads(&self) -> usize {
        thread_count(self.worker_threads)
    }

    /// Returns the number of threads for I/O-bound work: `async_threads`, or the number of CPUs if it is 0.
    pub fn async_threads(&self) -> usize {
        thread_count(self.async_threads)
    }
}
