//! How much memory is used, and what goes first when it is short.

use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::{Preset, defaults_on_leaves_alone};

/// How much memory is used, and what goes first when it is short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(transform = defaults_on_leaves_alone)]
pub struct MemoryTuning {
    /// Memory that the node may take from the system.
    #[schemars(range(min = 1), extend("x-unit" = "MiB"))]
    pub max_heap_mb: u32,
    /// Objects that are kept for use again instead of being made anew.
    pub pool_sizes: PoolSizes,
    /// What leaves a full cache first.
    pub eviction_policy: EvictionPolicy,
    /// How full the memory may be before the node empties its caches.
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "percent"))]
    pub pressure_threshold: f64,
    /// Compress what is cached: more fits in, and each use costs CPU time.
    pub enable_compression: bool,
    /// How often caches and pools are searched for what nobody uses.
    pub gc_interval: Duration,
    /// Take the memory of all buffers at the start, so that none is missing later.
    pub preallocate_buffers: bool,
}

/// Objects that are kept for use again instead of being made anew. More of them save time and take memory always.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PoolSizes {
    /// Messages that are kept for use again.
    #[schemars(extend("x-unit" = "messages"))]
    pub message_pool: u32,
    /// Connections that are kept for use again.
    #[schemars(extend("x-unit" = "connections"))]
    pub connection_pool: u32,
    /// Buffers that are kept for use again.
    #[schemars(extend("x-unit" = "buffers"))]
    pub buffer_pool: u32,
    /// Transactions that are kept for use again.
    #[schemars(extend("x-unit" = "transactions"))]
    pub transaction_pool: u32,
}

/// What leaves a full cache first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EvictionPolicy {
    /// What was used longest ago.
    Lru,
    /// What was used longest ago or least often, whichever has cost fewer misses so far.
    Arc,
}

impl MemoryTuning {
    pub(super) fn preset(preset: Preset) -> Self {
        Self {
            max_heap_mb: preset.of([128, 512, 2048]),
            pool_sizes: PoolSizes::preset(preset),
            eviction_policy: preset.of([EvictionPolicy::Lru, EvictionPolicy::Arc, EvictionPolicy::Arc]),
            pressure_threshold: preset.of([80.0, 75.0, 90.0]),
            enable_compression: preset.of([true, false, false]),
            gc_interval: preset.secs([300, 120, 60]),
            preallocate_buffers: preset.of([false, true, true]),
        }
    }
}

impl PoolSizes {
    pub(super) fn preset(preset: Preset) -> Self {
        Self {
            message_pool: preset.of([100, 500, 2000]),
            connection_pool: preset.of([10, 50, 200]),
            buffer_pool: preset.of([50, 200, 1000]),
            transaction_pool: preset.of([20, 100, 500]),
        }
    }
}
