//! Table `memory` of a performance profile.

use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::preset::Preset;
use crate::performance::table_defaults::remove_table_defaults;

/// Memory limits, caches and pools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(transform = remove_table_defaults)]
pub struct MemoryTuning {
    /// Maximum memory of the node.
    #[schemars(range(min = 1), extend("x-unit" = "MiB"))]
    pub max_heap_mb: u32,
    /// Sizes of the pools of reusable objects.
    pub pool_sizes: PoolSizes,
    /// Order in which a full cache evicts entries.
    pub eviction_policy: EvictionPolicy,
    /// Share of used memory above which the node clears its caches.
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "percent"))]
    pub pressure_threshold: f64,
    /// Compress cached data: a cache holds more, and each access costs CPU time.
    pub enable_compression: bool,
    /// Interval at which unused entries of caches and pools are removed.
    pub gc_interval: Duration,
    /// Allocate all buffers at the start, so that no later allocation fails.
    pub preallocate_buffers: bool,
}

/// Sizes of the pools of reusable objects. Larger pools save time and occupy memory permanently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PoolSizes {
    /// Reusable messages.
    #[schemars(extend("x-unit" = "messages"))]
    pub message_pool: u32,
    /// Reusable connections.
    #[schemars(extend("x-unit" = "connections"))]
    pub connection_pool: u32,
    /// Reusable buffers.
    #[schemars(extend("x-unit" = "buffers"))]
    pub buffer_pool: u32,
    /// Reusable transactions.
    #[schemars(extend("x-unit" = "transactions"))]
    pub transaction_pool: u32,
}

/// Order in which a full cache evicts entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EvictionPolicy {
    /// Least recently used first.
    Lru,
    /// Adaptive replacement: least recently or least frequently used first, whichever caused fewer misses.
    Arc,
}

impl Default for MemoryTuning {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl MemoryTuning {
    pub(crate) fn preset(preset: Preset) -> Self {
        Self {
            max_heap_mb: preset.pick([128, 512, 2048]),
            pool_sizes: PoolSizes::preset(preset),
            eviction_policy: preset.pick([EvictionPolicy::Lru, EvictionPolicy::Arc, EvictionPolicy::Arc]),
            pressure_threshold: preset.pick([80.0, 75.0, 90.0]),
            enable_compression: preset.pick([true, false, false]),
            gc_interval: preset.secs([300, 120, 60]),
            preallocate_buffers: preset.pick([false, true, true]),
        }
    }
}

impl Default for PoolSizes {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl PoolSizes {
    pub(crate) fn preset(preset: Preset) -> Self {
        Self {
            message_pool: preset.pick([100, 500, 2000]),
            connection_pool: preset.pick([10, 50, 200]),
            buffer_pool: preset.pick([50, 200, 1000]),
            transaction_pool: preset.pick([20, 100, 500]),
        }
    }
}
