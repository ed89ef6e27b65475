//! Section `performance`: three presets, and a custom profile that sets each value by itself.
//!
//! Each table of a profile has one file. The values of the presets are in rows of three: `PowerSaving`, `Balanced`,
//! `HighPerformance`.

mod battery;
mod bluetooth;
mod consensus;
mod cpu;
mod database;
mod memory;
mod network;
mod preset;
mod profile;
mod table_defaults;

pub use self::battery::{BackgroundLimits, BatteryTuning, Limit, WakeLockStrategy};
pub use self::bluetooth::BluetoothTuning;
pub use self::consensus::ConsensusTuning;
pub use self::cpu::CpuTuning;
pub use self::database::DatabaseTuning;
pub use self::memory::{EvictionPolicy, MemoryTuning, PoolSizes};
pub use self::network::NetworkTuning;
pub use self::profile::{PerformanceProfile, PerformanceTuning};
