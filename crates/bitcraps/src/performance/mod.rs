//! Performance profiles: three presets, and a custom one that tunes each value.
//!
//! One file per table. A preset is the same line everywhere: a value for `PowerSaving`, for `Balanced`, for
//! `HighPerformance`.

mod battery;
mod bluetooth;
mod consensus;
mod cpu;
mod database;
mod memory;
mod network;
mod profile;

pub use self::battery::{BackgroundLimits, BatteryTuning, Limit, WakeLockStrategy};
pub use self::bluetooth::BluetoothTuning;
pub use self::consensus::ConsensusTuning;
pub use self::cpu::CpuTuning;
pub use self::database::DatabaseTuning;
pub use self::memory::{EvictionPolicy, MemoryTuning, PoolSizes};
pub use self::network::NetworkTuning;
pub use self::profile::*;
