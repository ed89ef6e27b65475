//! Connections, caches and upkeep of the database.

use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::Preset;

/// Connections, caches and upkeep of the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseTuning {
    /// Connections that are kept open for queries.
    #[schemars(range(min = 1), extend("x-unit" = "connections"))]
    pub connection_pool_size: u32,
    /// Memory for pages of the database that were read before.
    #[schemars(extend("x-unit" = "MiB"))]
    pub cache_size_mb: u32,
    /// How much of the database file is mapped into memory, 0 for none.
    #[schemars(extend("x-unit" = "MiB"))]
    pub mmap_size_mb: u32,
    /// How often the write-ahead log is folded into the database.
    pub wal_checkpoint_interval: Duration,
    /// Writes that are committed together. More of them are faster, and more are lost in a crash.
    #[schemars(range(min = 1), extend("x-unit" = "writes"))]
    pub transaction_batch_size: u32,
    /// Keep statistics about the tables up to date, so that queries are planned well.
    pub enable_query_optimization: bool,
    /// Entries of indexes that are kept in memory.
    #[schemars(extend("x-unit" = "entries"))]
    pub index_cache_size: u32,
    /// How often the database gives unused space back. It is slow while it does.
    pub vacuum_interval: Duration,
}

impl DatabaseTuning {
    pub(super) fn preset(preset: Preset) -> Self {
        Self {
            connection_pool_size: preset.of([2, 5, 20]),
            cache_size_mb: preset.of([16, 64, 256]),
            mmap_size_mb: preset.of([64, 256, 1024]),
            wal_checkpoint_interval: preset.secs([300, 60, 30]),
            transaction_batch_size: preset.of([10, 50, 200]),
            enable_query_optimization: true,
            index_cache_size: preset.of([1000, 5000, 20000]),
            vacuum_interval: preset.secs([86400, 43200, 21600]),
        }
    }
}
