//! Table `network` of a performance profile.

use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::preset::Preset;

/// Connections to peers, batches and buffers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkTuning {
    /// Maximum number of connected peers.
    #[schemars(range(min = 1), extend("x-unit" = "connections"))]
    pub max_connections: u32,
    /// Time for a peer to connect.
    pub connection_timeout: Duration,
    /// Messages that are sent together. More of them cost less CPU time each, and wait longer.
    #[schemars(range(min = 1), extend("x-unit" = "messages"))]
    pub message_batch_size: u32,
    /// Compress messages of at least `compression_threshold`: less traffic for more CPU time.
    pub enable_compression: bool,
    /// Minimum size of a message to compress.
    #[schemars(extend("x-unit" = "bytes"))]
    pub compression_threshold: u32,
    /// Buffer size of each connection and direction. A larger buffer is faster and occupies memory permanently.
    #[schemars(range(min = 1), extend("x-unit" = "bytes"))]
    pub buffer_size: u32,
    /// Idle time after which the node probes a peer.
    pub keepalive_interval: Duration,
    /// Maximum number of retries to send a message; 0 disables them.
    #[schemars(extend("x-unit" = "attempts"))]
    pub max_retries: u32,
    /// Factor by which each wait between two attempts exceeds the previous one. At 1 all are equal.
    #[schemars(range(min = 1.0))]
    pub retry_backoff_multiplier: f64,
}

impl Default for NetworkTuning {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl NetworkTuning {
    pub(crate) fn preset(preset: Preset) -> Self {
        Self {
            max_connections: preset.pick([10, 50, 200]),
            connection_timeout: preset.secs([30, 20, 10]),
            message_batch_size: preset.pick([50, 100, 500]),
            enable_compression: preset.pick([true, true, false]),
            compression_threshold: preset.pick([1024, 2048, 10240]),
            buffer_size: preset.pick([4096, 8192, 65536]),
            keepalive_interval: preset.secs([120, 60, 30]),
            max_retries: preset.pick([3, 5, 10]),
            retry_backoff_multiplier: preset.pick([2.0, 1.5, 1.2]),
        }
    }
}
