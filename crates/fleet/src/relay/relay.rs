//! A relay of one service.

use std::time::Duration;

use crate::endpoints::EndpointOptions;
use crate::keys::Keys;
use crate::names::RegionName;
use crate::store::Store;
use crate::updates::Updates;
use crate::watch::{WatchOptions, Watcher};
use confgate_core::gate::Gate;
use confgate_nix_signatures::Trust;

/// Times of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayTimes {
    /// Times of the watchers.
    pub watch: WatchOptions,
    /// The time after which what the region has is verified again, give or take a fifth.
    pub verify: Duration,
    /// The first and the longest wait before a release that was not forwarded is tried again.
    pub retry: (Duration, Duration),
}

impl Default for RelayTimes {
    fn default() -> Self {
        Self {
            watch: WatchOptions::default(),
            verify: Duration::from_secs(900),
            retry: (Duration::from_millis(500), Duration::from_secs(60)),
        }
    }
}

/// A relay of one service between two stores.
pub struct Relay<'r> {
    /// The store that releases are published to.
    pub authority: &'r EndpointOptions,
    /// The store that the nodes of the region follow.
    pub region: &'r EndpointOptions,
    /// Name of the region, if it has overrides. A report of a node of another region is not forwarded.
    pub region_name: Option<RegionName>,
    /// Keys of the service, which are the same in both stores.
    pub keys: &'r Keys,
    /// Keys that sign bundles and overrides.
    pub trust: &'r Trust,
    /// Gate of the service.
    pub gate: &'r Gate,
    /// Times.
    pub times: RelayTimes,
}

impl Relay<'_> {
    /// Returns the updates of a prefix in one of the stores.
    pub(super) fn updates(&self, store: &Store, prefix: String) -> Updates {
        Updates::new(Watcher::new(store.clone(), prefix, self.times.watch))
    }
}
