//! Configuration model of a BitCraps node, the model that is bundled with Confgate.
//!
//! [`Config`] has one section for each part of the node, and each section has one file: its fields with their meaning, bounds, units
//! and reload classes, its defaults in each environment, and its rules. Rules that depend on the environment are in `environment.rs`,
//! the tables of a performance profile in `performance/`.
//!
//! The doc comment of a field is its description in the schema, the reference page and the Nix options; attributes of schemars are
//! its bounds. A rule reads sections through the trait `HasSection`, so that a section's file does not depend on [`Config`].
//!
//! With the feature `live`, `Config` has the functions by which the application loads, saves and validates its config, and
//! `ConfigService` reloads it in a running node. The feature `seal` adds configs in sealed files, `vault` secrets from Vault.

mod app;
mod config;
mod consensus;
mod database;
mod environment;
mod game;
mod migrations;
mod monitoring;
mod network;
mod performance;
#[cfg(feature = "live")]
mod save_error;
#[cfg(feature = "seal")]
mod sealed_storage;
mod section;
mod security;
#[cfg(feature = "live")]
mod service;
#[cfg(feature = "live")]
mod storage;
#[cfg(test)]
mod tests;
mod thread_count;
mod treasury;
mod url_literal;

pub use self::app::{AppConfig, LogLevel};
pub use self::config::Config;
pub use self::consensus::ConsensusConfig;
pub use self::database::DatabaseConfig;
pub use self::game::GameConfig;
pub use self::monitoring::MonitoringConfig;
pub use self::network::{NetworkConfig, TurnServer};
pub use self::performance::{
    BackgroundLimits, BatteryTuning, BluetoothTuning, ConsensusTuning, CpuTuning, DatabaseTuning, EvictionPolicy,
    Limit, MemoryTuning, NetworkTuning, PerformanceProfile, PerformanceTuning, PoolSizes, WakeLockStrategy,
};
#[cfg(feature = "live")]
pub use self::save_error::SaveError;
pub use self::security::SecurityConfig;
#[cfg(feature = "live")]
pub use self::service::{ConfigService, get_config, service, set_config};
pub use self::treasury::TreasuryConfig;
