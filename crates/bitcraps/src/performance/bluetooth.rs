//! How often the radio listens, speaks and sleeps.

use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::Preset;

/// How often the radio listens, speaks and sleeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BluetoothTuning {
    /// How often the node begins to listen for peers.
    pub scan_interval: Duration,
    /// How long the node listens each time. Listening costs the most power of all.
    pub scan_window: Duration,
    /// How often the node announces itself to peers that listen.
    pub advertisement_interval: Duration,
    /// The shortest span between two exchanges that the node asks of a connection. A shorter one is faster
    /// and costs power.
    pub connection_interval_min: Duration,
    /// The longest span between two exchanges that the node asks of a connection.
    pub connection_interval_max: Duration,
    /// Exchanges that a peer with nothing to say may sleep through.
    #[schemars(extend("x-unit" = "exchanges"))]
    pub connection_latency: u32,
    /// Silence after which a connection counts as lost.
    pub supervision_timeout: Duration,
    /// The largest packet that the node asks for. The peer may grant less.
    #[schemars(range(min = 1), extend("x-unit" = "bytes"))]
    pub mtu_size: u32,
    /// Listen less while nothing changes, and more when peers come and go.
    pub adaptive_scanning: bool,
    /// How strongly the radio sends, as a share of what it can. More reaches farther and costs power.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    pub tx_power_level: u8,
}

impl BluetoothTuning {
    pub(super) fn preset(preset: Preset) -> Self {
        Self {
            scan_interval: preset.millis([5000, 2000, 500]),
            scan_window: preset.millis([1000, 500, 250]),
            advertisement_interval: preset.millis([2000, 1000, 200]),
            connection_interval_min: preset.millis([100, 50, 20]),
            connection_interval_max: preset.millis([200, 100, 40]),
            connection_latency: preset.of([4, 2, 0]),
            supervision_timeout: preset.secs([10, 5, 2]),
            mtu_size: preset.of([185, 251, 512]),
            adaptive_scanning: preset.of([true, true, false]),
            tx_power_level: preset.of([50, 75, 100]),
        }
    }
}
