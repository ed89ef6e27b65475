//! Threads and how hard they work.

use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::Preset;
use crate::threads;

/// Threads and how hard they work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CpuTuning {
    /// The load of the CPUs that the node keeps below by putting off work that can wait.
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "percent"))]
    pub target_utilization: f64,
    /// Threads for work that computes, 0 for one per CPU.
    #[schemars(extend("x-unit" = "threads"))]
    pub worker_threads: u32,
    /// Threads for work that waits, such as connections, 0 for one per CPU.
    #[schemars(extend("x-unit" = "threads"))]
    pub async_threads: u32,
    /// Keep each thread on a CPU of its own.
    pub enable_affinity: bool,
    /// Let work that a player waits for go before the rest.
    pub enable_priority_scheduling: bool,
    /// Tasks of a kind that must be waiting before they are done together.
    #[schemars(range(min = 1), extend("x-unit" = "tasks"))]
    pub batch_threshold: u32,
    /// How long a thread without work sleeps before it looks again. Longer saves power, and work waits longer.
    pub idle_sleep_duration: Duration,
}

impl CpuTuning {
    pub(super) fn preset(preset: Preset) -> Self {
        Self {
            target_utilization: preset.of([30.0, 60.0, 90.0]),
            worker_threads: preset.of([2, 4, 0]),
            async_threads: preset.of([2, 4, 0]),
            enable_affinity: preset.of([false, true, true]),
            enable_priority_scheduling: true,
            batch_threshold: preset.of([20, 50, 200]),
            idle_sleep_duration: preset.millis([100, 50, 10]),
        }
    }

    /// How many threads to start for work that computes: `worker_threads`, or the number of CPUs where it is 0.
    pub fn worker_threads(&self) -> usize {
        threads(self.worker_threads)
    }

    /// How many threads to start for work that waits: `async_threads`, or the number of CPUs where it is 0.
    pub fn async_threads(&self) -> usize {
        threads(self.async_threads)
    }
}
