//! Table `consensus` of a performance profile.

use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::preset::Preset;
use crate::thread_count::thread_count;

/// Rounds, votes and their validation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConsensusTuning {
    /// Time after which the next round begins.
    pub round_timeout: Duration,
    /// Time for a vote in a round.
    pub vote_timeout: Duration,
    /// Operations that are decided together. More of them make each cheaper, and delay the first.
    #[schemars(range(min = 1), extend("x-unit" = "operations"))]
    pub batch_size: u32,
    /// Validate the operations of a batch on several threads.
    pub parallel_validation: bool,
    /// Threads that validate operations if `parallel_validation` is enabled; 0 is one per CPU.
    #[schemars(extend("x-unit" = "threads"))]
    pub validation_threads: u32,
    /// Votes that are cached, so that one that arrives twice is validated once.
    #[schemars(extend("x-unit" = "votes"))]
    pub vote_cache_size: u32,
    /// Skip the voting round if all participants agree at once.
    pub enable_fast_path: bool,
    /// Make a decision as soon as enough votes arrived, without waiting for the others.
    pub optimized_quorum: bool,
    /// Interval at which the node compares its history with that of its peers.
    pub fork_detection_interval: Duration,
}

impl Default for ConsensusTuning {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl ConsensusTuning {
    pub(crate) fn preset(preset: Preset) -> Self {
        Self {
            round_timeout: preset.secs([10, 5, 2]),
            vote_timeout: preset.secs([5, 3, 1]),
            batch_size: preset.pick([20, 50, 200]),
            parallel_validation: preset.pick([false, true, true]),
            validation_threads: preset.pick([1, 2, 8]),
            vote_cache_size: preset.pick([100, 500, 2000]),
            enable_fast_path: true,
            optimized_quorum: true,
            fork_detection_interval: preset.secs([60, 30, 10]),
        }
    }

    /// Returns the number of threads that validate operations: `validation_threads`, or the number of CPUs if it is 0.
    pub fn validation_threads(&self) -> usize {
        thread_count(self.validation_threads)
    }
}
