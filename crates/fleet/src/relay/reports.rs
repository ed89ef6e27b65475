//! The loop that brings the reports of the region's nodes to the authority.

use std::collections::BTreeMap;
use std::convert::Infallible;

use tokio::time::{Instant, sleep_until};

use crate::backoff::Backoff;
use crate::entry::Entry;
use crate::keys::Keys;
use crate::lease::Lease;
use crate::limits::MAX_VALUE;
use crate::node_report::{NODE_LEASE, NodeReport};
use crate::race::{First, if_some, race};
use crate::relay::relay::Relay;
use crate::relay::status::RelayStatus;
use crate::store::Store;
use crate::store_error::StoreError;
use crate::transaction::{Commit, Condition, Transaction};
use crate::update::{Change, Update};
use crate::updates::Updates;

/// The beginning of the names of this loop's problems.
const PROBLEMS: &str = "node";

/// A forwarder of reports. They are under a lease of the relay at the authority: a region whose relay is dead has no nodes there.
pub(super) struct ReportRelay<'r> {
    relay: &'r Relay<'r>,
    status: &'r RelayStatus,
    authority: Store,
    region: Updates,
    /// Reports of the region by their keys.
    wanted: BTreeMap<String, Vec<u8>>,
    /// Reports that the authority has under the present lease.
    sent: BTreeMap<String, Vec<u8>>,
    lease: Option<Lease>,
    retry_at: Option<Instant>,
    backoff: Backoff,
    failures: u32,
}

impl<'r> ReportRelay<'r> {
    pub(super) fn new(relay: &'r Relay<'r>, authority: &Store, region: &Store, status: &'r RelayStatus) -> Self {
        Self {
            relay,
            status,
            authority: authority.clone(),
            region: relay.updates(region, relay.keys.nodes()),
            wanted: BTreeMap::new(),
            sent: BTreeMap::new(),
            lease: None,
            retry_at: None,
            backoff: Backoff::new(relay.times.watch.first_retry, relay.times.watch.longest_retry),
            failures: 0,
        }
    }

    pub(super) async fn run(mut self) -> Infallible {
        loop {
            let kept = if_some(self.lease.as_mut().map(Lease::keep));
            let others = race(kept, if_some(self.retry_at.map(sleep_until)));
            match race(self.region.next(), others).await {
                First::One(update) => self.updated(update),
                First::Other(First::One(Ok(()))) => continue,
                First::Other(First::One(Err(error))) => self.lease_failed(&error),
                First::Other(First::Other(())) => {}
            }
            self.retry_at = None;
            if let Err(error) = self.send().await {
                tracing::warn!(%error, "the reports of the nodes are not forwarded yet");
                self.lease_failed(&error);
                self.retry_at = Some(Instant::now() + self.backoff.next_delay());
                self.failures += 1;
                // A certificate or a password may have been renewed, and the client keeps the old one.
                if self.failures > 1
                    && let Ok(store) = self.authority.reconnect().await
                {
                    self.authority = store;
                    self.lease = None;
                    self.sent.clear();
                }
            } else {
                self.failures = 0;
                self.backoff.reset();
            }
        }
    }

    fn lease_failed(&mut self, error: &StoreError) {
        // A restored store does not know the lease, and answers with an error of its own.
        if !matches!(error, StoreError::Unreachable { .. } | StoreError::Timeout { .. }) {
            self.lease = None;
            self.sent.clear();
        }
    }

    fn updated(&mut self, update: Update) {
        match update {
            Update::Listed { listing, .. } => {
                self.wanted = listing.entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
            }
            Update::Changed { changes, .. } => {
                for change in changes {
                    match change {
                        Change::Put(entry) => drop(self.wanted.insert(entry.key, entry.value)),
                        Change::Deleted { key, .. } => drop(self.wanted.remove(&key)),
                    }
                }
            }
            Update::Resumed { .. } | Update::Interrupted { .. } => {}
        }
    }

    /// Brings the authority's copy to the state of the region.
    async fn send(&mut self) -> Result<(), StoreError> {
        let mut problems = BTreeMap::new();
        let mut changed = 0;
        let wanted = self.wanted.clone();
        for (key, value) in &wanted {
            if self.sent.get(key) == Some(value) {
                continue;
            }
            match self.send_report(key, value).await? {
                None => {
                    changed += 1;
                    self.sent.insert(key.clone(), value.clone());
                }
                Some(problem) => drop(problems.insert(format!("{PROBLEMS} {key}"), problem)),
            }
        }
        let gone: Vec<String> = self.sent.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
        for key in gone {
            self.authority.commit(&Transaction::new().delete(&key)).await?;
            self.sent.remove(&key);
            changed += 1;
        }
        self.status.set_problems(PROBLEMS, problems);
        self.status.count_reports(changed, self.sent.len());
        Ok(())
    }

    /// Puts a report under the lease. Returns the reason why it is not forwarded.
    async fn send_report(&mut self, key: &str, value: &[u8]) -> Result<Option<String>, StoreError> {
        if let Some(problem) = self.problem_of(key, value) {
            return Ok(Some(problem));
        }
        let (found, position) = self.authority.get(key, MAX_VALUE).await?;
        if let Some(problem) = found.as_ref().and_then(|entry| self.belongs_elsewhere(entry)) {
            return Ok(Some(problem));
        }
        if self.lease.as_ref().is_none_or(|lease| !lease.is_held() || lease.cluster() != position.cluster) {
            self.sent.clear();
            self.lease = Some(self.authority.grant_lease(NODE_LEASE).await?);
        }
        let Some(lease) = &self.lease else { return Ok(None) };
        let put = Transaction::new().when(key, Condition::as_read(found.as_ref())).put_under(key, value, lease.id());
        match self.authority.commit(&put).await? {
            Commit::Done(_) => Ok(None),
            Commit::Conflict(_) => {
                self.status.count_conflict();
                Ok(Some("another program changes the report at the authority".to_owned()))
            }
        }
    }

    /// Returns what is wrong with a report of the region.
    fn problem_of(&self, key: &str, value: &[u8]) -> Option<String> {
        let report = match NodeReport::decode(value, key) {
            Ok(report) => report,
            Err(error) => return Some(error.to_string()),
        };
        Keys::name_below(key, &self.relay.keys.nodes()).is_none().then(|| "not the key of a node".to_owned()).or_else(
            || {
                let is_ours = self.relay.region_name.is_none() || report.region == self.relay.region_name;
                let region =
                    report.region.map_or_else(|| "no region".to_owned(), |region| format!("the region {region}"));
                (!is_ours).then(|| format!("the report names {region}; start the agent with the --region of its store"))
            },
        )
    }

    /// Returns the reason why a report at the authority must not be replaced: it came from another region.
    fn belongs_elsewhere(&self, found: &Entry) -> Option<String> {
        let name = self.relay.region_name.as_ref()?;
        let report = NodeReport::decode(&found.value, &found.key).ok()?;
        let region = report.region.filter(|region| region != name)?;
        Some(format!("a node of this name reports from the region {region}; give one of them another --node"))
    }
}
