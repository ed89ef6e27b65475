//! The loop that reports what the node runs, under a lease.

use std::convert::Infallible;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::backoff::Backoff;
use crate::follow::status::FollowStatus;
use crate::lease::Lease;
use crate::node_report::{NODE_LEASE, NodeReport};
use crate::race::{First, race};
use crate::store::Store;
use crate::store_error::StoreError;
use crate::transaction::Transaction;
use crate::watch::WatchOptions;

/// A writer of the report.
pub(super) struct Reporter<'f> {
    store: Store,
    key: String,
    status: &'f FollowStatus,
    reports: watch::Receiver<NodeReport>,
    backoff: Backoff,
}

impl<'f> Reporter<'f> {
    pub(super) fn new(store: &Store, key: String, status: &'f FollowStatus, times: WatchOptions) -> Self {
        let backoff = Backoff::new(times.first_retry, times.longest_retry);
        Self { store: store.clone(), key, status, reports: status.reports(), backoff }
    }

    pub(super) async fn run(mut self) -> Infallible {
        loop {
            let Err(error) = self.report_under_a_lease().await;
            tracing::debug!(%error, "the node is not reported");
            self.status.set_reported(false);
            sleep(self.backoff.next_delay()).await;
            // A certificate or a password may have been renewed, and the client keeps the old one.
            if let Ok(store) = self.store.reconnect().await {
                self.store = store;
            }
        }
    }

    /// Writes the report after each change, until the lease ends.
    async fn report_under_a_lease(&mut self) -> Result<Infallible, StoreError> {
        let mut lease = self.store.grant_lease(NODE_LEASE).await?;
        self.put(&lease).await?;
        loop {
            let changed = self.reports.changed();
            match race(changed, lease.keep()).await {
                First::One(_) => self.put(&lease).await?,
                // The lease is held for its time, in which other attempts fit.
                First::Other(Err(error)) if error.is_transient() && lease.is_held() => {
                    self.status.set_reported(false);
                    tracing::debug!(%error, "the lease of the node is not renewed yet");
                }
                First::Other(renewed) => {
                    renewed?;
                    self.status.set_reported(true);
                }
            }
        }
    }

    async fn put(&mut self, lease: &Lease) -> Result<(), StoreError> {
        let report = self.reports.borrow_and_update().encode();
        let put = Transaction::new().put_under(&self.key, report, lease.id());
        self.store.commit(&put).await?;
        self.status.set_reported(true);
        self.backoff.reset();
        Ok(())
    }
}
