//! A running config of any model: the agent reads trees, not types.

use std::sync::Arc;
use std::time::Duration;

use confgate_core::gate::ConfigSpec;
use confgate_runtime::live::{Live, PendingField, ReloadReason, SignalObserver, Subscription, WatchStatus};
use confgate_runtime::load::{LoadedConfig, Refused};
use jiff::Timestamp;

/// A running config of any model.
pub trait Service: Send + Sync {
    /// Returns the running config.
    fn status(&self) -> Status;

    /// Returns the report of the last reload if it was rejected.
    fn refusal(&self) -> Option<Refused>;

    /// Subscribes to every later change.
    fn subscribe(&self) -> Subscription;

    /// Sets the observer of reloads by signal.
    fn observe_signals(&self, observer: Box<dyn SignalObserver>);

    /// Returns the metrics of the config in the text format of OpenMetrics.
    fn metrics(&self) -> String;

    /// Returns the way in which changed files are noticed.
    fn watch_status(&self) -> WatchStatus;

    /// Returns the number of reloads that exceeded their time limit and still run.
    fn hung_reloads(&self) -> usize;

    /// Returns the time limit of a reload.
    fn reload_timeout(&self) -> Duration;

    /// Returns the gate that validates the config.
    fn spec(&self) -> &ConfigSpec;
}

/// The running config and its history.
#[derive(Debug, Clone)]
pub struct Status {
    /// Number of the config in this process, from 1.
    pub version: u64,
    /// Time since which it runs.
    pub since: Timestamp,
    /// Reason of its load or reload.
    pub reason: ReloadReason,
    /// The whole config, secrets included.
    pub loaded: Arc<LoadedConfig>,
    /// Fields whose new value needs a restart.
    pub pending: Vec<PendingField>,
}

impl<M: Send + Sync + 'static> Service for Live<M> {
    fn status(&self) -> Status {
        let current = self.snapshot();
        Status {
            version: current.version,
            since: current.since,
            reason: current.reason.clone(),
            loaded: current.loaded.clone(),
            pending: current.pending.clone(),
        }
    }

    fn refusal(&self) -> Option<Refused> {
        self.last_refusal()
    }

    fn subscribe(&self) -> Subscription {
        Self::subscribe(self)
    }

    fn observe_signals(&self, observer: Box<dyn SignalObserver>) {
        Self::observe_signals(self, observer);
    }

    fn metrics(&self) -> String {
        Self::metrics(self).text()
    }

    fn watch_status(&self) -> WatchStatus {
        Self::watch_status(self)
    }

    fn hung_reloads(&self) -> usize {
        Self::hung_reloads(self)
    }

    fn reload_timeout(&self) -> Duration {
        Self::reload_timeout(self)
    }

    fn spec(&self) -> &ConfigSpec {
        self.loader().gate()
    }
}
