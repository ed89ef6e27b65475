//! Table `bluetooth` of a performance profile.

use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::performance::preset::Preset;

/// Intervals and power of the radio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BluetoothTuning {
    /// Interval between the starts of two scans for peers.
    pub scan_interval: Duration,
    /// Duration of a scan. Scanning costs more power than anything else.
    pub scan_window: Duration,
    /// Interval at which the node advertises itself to peers that scan.
    pub advertisement_interval: Duration,
    /// Minimum interval between two exchanges that the node requests for a connection. A shorter one is faster and costs power.
    pub connection_interval_min: Duration,
    /// Maximum interval between two exchanges that the node requests for a connection.
    pub connection_interval_max: Duration,
    /// Exchanges that a peer without data may skip.
    #[schemars(extend("x-unit" = "exchanges"))]
    pub connection_latency: u32,
    /// Idle time after which a connection is lost.
    pub supervision_timeout: Duration,
    /// Maximum packet size that the node requests. The peer may grant less.
    #[schemars(range(min = 1), extend("x-unit" = "bytes"))]
    pub mtu_size: u32,
    /// Scan less while nothing changes, and more while peers come and go.
    pub adaptive_scanning: bool,
    /// Transmission power, as a share of the maximum. More reaches farther and costs power.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    pub tx_power_level: u8,
}

impl Default for BluetoothTuning {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl BluetoothTuning {
    pub(crate) fn preset(preset: Preset) -> Self {
        Self {
            scan_interval: preset.millis([5000, 2000, 500]),
            scan_window: preset.millis([1000, 500, 250]),
            advertisement_interval: preset.millis([2000, 1000, 200]),
            connection_interval_min: preset.millis([100, 50, 20]),
            connection_interval_max: preset.millis([200, 100, 40]),
            connection_latency: preset.pick([4, 2, 0]),
            supervision_timeout: preset.secs([10, 5, 2]),
            mtu_size: preset.pick([185, 251, 512]),
            adaptive_scanning: preset.pick([true, true, false]),
            tx_power_level: preset.pick([50, 75, 100]),
        }
    }
}
