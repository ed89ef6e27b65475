//! Table `database` of a performance profile.

use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::preset::Preset;

/// Connections, caches and maintenance of the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseTuning {
    /// Connections that are kept open for queries.
    #[schemars(range(min = 1), extend("x-unit" = "connections"))]
    pub connection_pool_size: u32,
    /// Size of the cache for database pages.
    #[schemars(extend("x-unit" = "MiB"))]
    pub cache_size_mb: u32,
    /// Size of the database file's part that is mapped into memory; 0 disables mapping.
    #[schemars(extend("x-unit" = "MiB"))]
    pub mmap_size_mb: u32,
    /// Interval between checkpoints, which copy the write-ahead log to the database.
    pub wal_checkpoint_interval: Duration,
    /// Writes that are committed together. More of them are faster, and a crash loses more.
    #[schemars(range(min = 1), extend("x-unit" = "writes"))]
    pub transaction_batch_size: u32,
    /// Keep the statistics of the tables up to date for the query planner.
    pub enable_query_optimization: bool,
    /// Index entries that are cached.
    #[schemars(extend("x-unit" = "entries"))]
    pub index_cache_size: u32,
    /// Interval at which the database releases unused space. It is slow meanwhile.
    pub vacuum_interval: Duration,
}

impl Default for DatabaseTuning {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl DatabaseTuning {
    pub(crate) fn preset(preset: Preset) -> Self {
        Self {
            connection_pool_size: preset.pick([2, 5, 20]),
            cache_size_mb: preset.pick([16, 64, 256]),
            mmap_size_mb: preset.pick([64, 256, 1024]),
            wal_checkpoint_interval: preset.secs([300, 60, 30]),
            transaction_batch_size: preset.pick([10, 50, 200]),
            enable_query_optimization: true,
            index_cache_size: preset.pick([1000, 5000, 20000]),
            vacuum_interval: preset.secs([86400, 43200, 21600]),
        }
    }
}
