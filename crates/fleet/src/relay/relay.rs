//! A relay of one service.

use std::convert::Infallible;
use std::time::Duration;

use confgate_core::gate::Gate;
use confgate_nix_signatures::Trust;
use tokio::time::sleep;

use crate::backoff::Backoff;
use crate::endpoints::EndpointOptions;
use crate::keys::Keys;
use crate::names::RegionName;
use crate::race::race_three;
use crate::relay::overrides::OverrideRelay;
use crate::relay::pointers::PointerRelay;
use crate::relay::reports::ReportRelay;
use crate::relay::status::{RelaySide, RelayStatus};
use crate::store::Store;
use crate::store_error::StoreError;
use crate::update::Update;
use crate::updates::Updates;
use crate::watch::{WatchOptions, Watcher};

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
    /// Forwards until the future is dropped, which may happen at any time: what is half done is finished by the next run.
    pub async fn run(&self, status: &RelayStatus) -> Infallible {
        let authority = self.connect(RelaySide::Authority, status).await;
        let region = self.connect(RelaySide::Region, status).await;
        let pointers = PointerRelay::new(self, &authority, &region, status);
        let reports = ReportRelay::new(self, &authority, &region, status);
        let overrides = async {
            match &self.region_name {
                Some(name) => OverrideRelay::new(self, name, &authority, &region, status).run().await,
                None => std::future::pending().await,
            }
        };
        // Boxed: they are too large to be moved about on a stack.
        race_three(Box::pin(pointers.run()), Box::pin(reports.run()), Box::pin(overrides)).await
    }

    /// Connects to a store, as often as it takes: a login fails while no server answers.
    async fn connect(&self, side: RelaySide, status: &RelayStatus) -> Store {
        let options = match side {
            RelaySide::Authority => self.authority,
            RelaySide::Region => self.region,
        };
        let mut backoff = Backoff::new(self.times.watch.first_retry, self.times.watch.longest_retry);
        loop {
            let error: StoreError = match Store::connect(options).await {
                Ok(store) => return store,
                Err(error) => error,
            };
            let retry_in = backoff.next_delay();
            status.updated(side, &Update::Interrupted { error, retry_in });
            sleep(retry_in).await;
        }
    }

    pub(super) fn updates(&self, store: &Store, prefix: String) -> Updates {
        Updates::new(Watcher::new(store.clone(), prefix, self.times.watch))
    }
}
