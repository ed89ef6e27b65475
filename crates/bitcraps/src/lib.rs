//! The bundled model: everything that a BitCraps node can be told, one file per section.
//!
//! A section's file holds its fields with their meaning, bounds, units and reload classes, its defaults in each
//! environment, and its rules. `environment.rs` has the rules that hold between a section and the environment.

mod app;
mod config;
mod consensus;
mod database;
mod environment;
#[cfg(feature = "live")]
mod face;
mod game;
mod migrations;
mod monitoring;
mod network;
mod performance;
#[cfg(feature = "seal")]
mod sealed;
mod security;
#[cfg(test)]
mod tests;
mod treasury;

pub use self::app::{AppConfig, LogLevel};
pub use self::config::*;
pub use self::consensus::ConsensusConfig;
pub use self::database::DatabaseConfig;
#[cfg(feature = "live")]
pub use self::face::{ConfigService, get_config, service, set_config};
pub use self::game::GameConfig;
pub use self::monitoring::MonitoringConfig;
pub use self::network::{NetworkConfig, TurnServer};
pub use self::performance::{
    BackgroundLimits, BatteryTuning, BluetoothTuning, ConsensusTuning, CpuTuning, DatabaseTuning, EvictionPolicy,
    Limit, MemoryTuning, NetworkTuning, PerformanceProfile, PerformanceTuning, PoolSizes, WakeLockStrategy,
};
pub use self::security::SecurityConfig;
pub use self::treasury::TreasuryConfig;
