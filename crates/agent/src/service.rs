//! A live config whose type does not matter: the agent reads trees.

use std::sync::Arc;

use confgate_core::gate::ConfigSpec;
use confgate_runtime::live::{Live, PendingField, ReloadReason, Subscription};
use confgate_runtime::load::{LoadedConfig, Refused};
use jiff::Timestamp;

/// A config that runs, of any model.
pub trait Service: Send + Sync {
    /// What runs now.
    fn status(&self) -> Status;

    /// What the last reload was refused for, while nothing better has come.
    fn refusal(&self) -> Option<Refused>;

    /// Every change from now on.
    fn subscribe(&self) -> Subscription;

    /// The counters of the config in the text format of OpenMetrics.
    fn metrics(&self) -> String;

    /// The specification that it meets.
    fn spec(&self) -> &ConfigSpec;
}

/// A config that runs, and since when.
#[derive(Debug, Clone)]
pub struct Status {
    /// Counts the configs of this process, from 1.
    pub version: u64,
    /// When it took over.
    pub since: Timestamp,
    /// Why it took over.
    pub cause: ReloadReason,
    /// The whole of it. It holds secrets.
    pub loaded: Arc<LoadedConfig>,
    /// The fields whose new value waits for a restart.
    pub pending: Vec<PendingField>,
}

impl<M: Send + Sync + 'static> Service for Live<M> {
    fn status(&self) -> Status {
        let current = self.snapshot();
        Status {
            version: current.version,
            since: current.since,
            cause: current.reason.clone(),
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

    fn metrics(&self) -> String {
        Self::metrics(self).text()
    }

    fn spec(&self) -> &ConfigSpec {
        self.loader().gate()
    }
}
