//! Peers: how many, how fast, how much at once.

use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::Preset;

/// Peers: how many, how fast, how much at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkTuning {
    /// Peers that the node talks to at once.
    #[schemars(range(min = 1), extend("x-unit" = "connections"))]
    pub max_connections: u32,
    /// How long a peer may take to connect.
    pub connection_timeout: Duration,
    /// Messages that are sent together. More of them cost less CPU time each and wait longer.
    #[schemars(range(min = 1), extend("x-unit" = "messages"))]
    pub message_batch_size: u32,
    /// Compress messages of at least `compression_threshold`: less traffic for more CPU time.
    pub enable_compression: bool,
    /// The size from which a message is worth compressing.
    #[schemars(extend("x-unit" = "bytes"))]
    pub compression_threshold: u32,
    /// Buffer of each connection, for each direction. A larger one carries more at once and takes the memory always.
    #[schemars(range(min = 1), extend("x-unit" = "bytes"))]
    pub buffer_size: u32,
    /// Silence after which the node asks a peer whether it is still there.
    pub keepalive_interval: Duration,
    /// Further attempts to send a message before it is given up; 0 is none.
    #[schemars(extend("x-unit" = "attempts"))]
    pub max_retries: u32,
    /// How many times longer each wait between two attempts is than the one before. At 1 all are the same.
    #[schemars(range(min = 1.0))]
    pub retry_backoff_multiplier: f64,
}

impl NetworkTuning {
    pub(super) fn preset(preset: Preset) -> Self {
        Self {
            max_connections: preset.of([10, 50, 200]),
            connection_timeout: preset.secs([30, 20, 10]),
            message_batch_size: preset.of([50, 100, 500]),
            enable_compression: preset.of([true, true, false]),
            compression_threshold: preset.of([1024, 2048, 10240]),
            buffer_size: preset.of([4096, 8192, 65536]),
            keepalive_interval: preset.secs([120, 60, 30]),
            max_retries: preset.of([3, 5, 10]),
            retry_backoff_multiplier: preset.of([2.0, 1.5, 1.2]),
        }
    }
}
