use std::sync::{Arc, OnceLock};
use std::time::Duration;

use confgate_runtime::live::{Builder, Guard, Live, Reloaded, StartError, Subscription};
use confgate_runtime::load::{LoadedConfig, Loader, Override, Refused};

use crate::config::Config;
use crate::storage;

/// Time without a further change after which a changed config file is read again.
const DEBOUNCE: Duration = Duration::from_millis(100);

/// Config of a running node, which is reloaded when one of its files changes and on SIGHUP.
#[derive(Debug, Clone)]
pub struct ConfigService(Live<Config>);

impl ConfigService {
    /// Loads the config of this machine and starts to watch it.
    ///
    /// # Errors
    ///
    /// The gate rejects the config, or the system does not allow files or signals to be watched.
    pub fn start() -> Result<Self, StartError> {
        Self::build(storage::process_loader::<Config>())
    }

    /// Loads the config with the given loader and starts to watch it.
    ///
    /// # Errors
    ///
    /// The same as of [`start`](Self::start).
    pub fn build(loader: Loader<Config>) -> Result<Self, StartError> {
        let builder: Builder<Config> = Live::builder(loader).watch(DEBOUNCE).signal();
        builder.start().map(Self)
    }

    /// Returns the running config.
    pub fn get(&self) -> Guard<Config> {
        self.0.load()
    }

    /// Replaces the values of all layers by those of another config.
    ///
    /// # Errors
    ///
    /// The report of the rejected config; the running config stays.
    pub fn set(&self, config: &Config, reason: &str) -> Result<Reloaded, Refused> {
        self.0.apply([Override::config(config)], reason)
    }

    /// Reads all layers again.
    ///
    /// # Errors
    ///
    /// The report of the rejected config; the running config stays.
    pub fn reload(&self) -> Result<Reloaded, Refused> {
        self.0.reload()
    }

    /// Subscribes to every later change.
    pub fn subscribe(&self) -> Subscription {
        self.0.subscribe()
    }

    /// Returns the running config with its origins.
    pub fn loaded(&self) -> Arc<LoadedConfig> {
        self.0.snapshot().loaded.clone()
    }

    /// Returns the handle of the config.
    pub fn live(&self) -> &Live<Config> {
        &self.0
    }
}

static SERVICE: OnceLock<ConfigService> = OnceLock::new();

/// Returns the config service of this process, which the first call starts.
///
/// # Errors
///
/// The service cannot be started. The next call tries again.
pub fn service() -> Result<&'static ConfigService, StartError> {
    if let Some(service) = SERVICE.get() {
        return Ok(service);
    }
    // If two threads start a service at once, one stays; dropping the other ends its threads.
    let started = ConfigService::start()?;
    Ok(SERVICE.get_or_init(|| started))
}

/// Returns the config of this process.
///
/// # Errors
///
/// The config is not loaded yet and cannot be loaded.
pub fn get_config() -> Result<Guard<Config>, StartError> {
    service().map(ConfigService::get)
}

/// Replaces the config of this process.
///
/// # Errors
///
/// The gate rejects the config, or the service cannot be started; the running config stays.
pub fn set_config(config: &Config) -> Result<Reloaded, StartError> {
    Ok(service()?.set(config, "set_config")?)
}
