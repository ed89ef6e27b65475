//! Rounds, votes and who checks them.

use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::Preset;
use crate::threads;

/// Rounds, votes and who checks them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConsensusTuning {
    /// How long a round may take before the next one begins.
    pub round_timeout: Duration,
    /// How long a vote stays open in a round.
    pub vote_timeout: Duration,
    /// Operations that are decided together. More of them make each cheaper and the first of them later.
    #[schemars(range(min = 1), extend("x-unit" = "operations"))]
    pub batch_size: u32,
    /// Check the operations of a batch on several threads.
    pub parallel_validation: bool,
    /// Threads that check operations when `parallel_validation` is on, 0 for one per CPU.
    #[schemars(extend("x-unit" = "threads"))]
    pub validation_threads: u32,
    /// Votes that are kept in memory, so that one which arrives twice is checked once.
    #[schemars(extend("x-unit" = "votes"))]
    pub vote_cache_size: u32,
    /// Skip the voting round when all participants agree at once.
    pub enable_fast_path: bool,
    /// Count a decision as made as soon as enough votes are there, without the rest.
    pub optimized_quorum: bool,
    /// How often the node compares its history with that of its peers.
    pub fork_detection_interval: Duration,
}

impl ConsensusTuning {
    pub(super) fn preset(preset: Preset) -> Self {
        Self {
            round_timeout: preset.secs([10, 5, 2]),
            vote_timeout: preset.secs([5, 3, 1]),
            batch_size: preset.of([20, 50, 200]),
            parallel_validation: preset.of([false, true, true]),
            validation_threads: preset.of([1, 2, 8]),
            vote_cache_size: preset.of([100, 500, 2000]),
            enable_fast_path: true,
            optimized_quorum: true,
            fork_detection_interval: preset.secs([60, 30, 10]),
        }
    }

    /// How many threads check operations: `validation_threads`, or the number of CPUs where it is 0.
    pub fn validation_threads(&self) -> usize {
        threads(self.validation_threads)
    }
}
