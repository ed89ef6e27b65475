//! The loop that forwards the override of the region.

use std::collections::BTreeMap;
use std::convert::Infallible;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use crate::backoff::Backoff;
use crate::entry::Entry;
use crate::names::RegionName;
use crate::race::{First, if_some, race};
use crate::relay::relay::Relay;
use crate::relay::status::RelayStatus;
use crate::signed_override::SignedOverride;
use crate::store::Store;
use crate::transaction::{Commit, Condition, Transaction};
use crate::update::{Change, Update};
use crate::updates::Updates;

/// The name of this loop's problem.
const PROBLEM: &str = "override";

/// A forwarder of the override of a region.
pub(super) struct OverrideRelay<'r> {
    relay: &'r Relay<'r>,
    name: &'r RegionName,
    status: &'r RelayStatus,
    key: String,
    authority: Updates,
    region: Updates,
    /// The entries of both sides; `None` before they are known.
    found: (Option<Option<Entry>>, Option<Option<Entry>>),
    retry_at: Option<Instant>,
    backoff: Backoff,
}

impl<'r> OverrideRelay<'r> {
    pub(super) fn new(
        relay: &'r Relay<'r>,
        name: &'r RegionName,
        authority: &Store,
        region: &Store,
        status: &'r RelayStatus,
    ) -> Self {
        let key = relay.keys.region_override(name);
        Self {
            relay,
            name,
            status,
            authority: relay.updates(authority, key.clone()),
            region: relay.updates(region, key.clone()),
            key,
            found: (None, None),
            retry_at: None,
            backoff: Backoff::new(relay.times.watch.first_retry, relay.times.watch.longest_retry),
        }
    }

    pub(super) async fn run(mut self) -> Infallible {
        loop {
            let updates = race(self.authority.next(), self.region.next());
            match race(updates, if_some(self.retry_at.map(sleep_until))).await {
                First::One(First::One(update)) => apply(&mut self.found.0, update, &self.key),
                First::One(First::Other(update)) => apply(&mut self.found.1, update, &self.key),
                First::Other(()) => {}
            }
            self.retry_at = None;
            if !self.reconcile().await {
                self.retry_at = Some(Instant::now() + self.backoff.next_delay());
            }
        }
    }

    /// Forwards the authority's override if it is newer than the region's. Returns false if that is to be tried again.
    async fn reconcile(&mut self) -> bool {
        let (Some(authority), Some(region)) = (&self.found.0, &self.found.1) else { return true };
        let Some(entry) = authority else { return true };
        let verified = SignedOverride::decode(&entry.value, &self.key).and_then(|signed| {
            signed.verify(self.relay.trust, self.relay.keys.service(), self.name, &self.key)?;
            Ok(signed)
        });
        let (signed, problem) = match verified {
            Ok(signed) => (Some(signed), None),
            Err(error) => (None, Some((PROBLEM.to_owned(), error.to_string()))),
        };
        self.status.set_problems(PROBLEM, BTreeMap::from_iter(problem));
        let Some(signed) = signed else { return true };
        if region.as_ref().is_some_and(|region| self.time_of(region) >= Some(signed.content.at)) {
            return true;
        }
        let put =
            Transaction::new().when(&self.key, Condition::as_read(region.as_ref())).put(&self.key, signed.encode());
        match self.region.store().commit(&put).await {
            Ok(Commit::Done(_)) => {
                tracing::info!(region = %self.name, expires = %signed.content.expires, "forwarded the override");
                self.status.count_override();
                self.backoff.reset();
                true
            }
            Ok(Commit::Conflict(_)) => {
                // The watcher of the region reports the other writer's change.
                self.status.count_conflict();
                false
            }
            Err(error) => {
                tracing::warn!(%error, "the override is not forwarded yet");
                false
            }
        }
    }

    /// Returns the time of an override that is verified. One that is not counts as older than any.
    fn time_of(&self, entry: &Entry) -> Option<Timestamp> {
        let signed = SignedOverride::decode(&entry.value, &self.key).ok()?;
        signed.verify(self.relay.trust, self.relay.keys.service(), self.name, &self.key).ok()?;
        Some(signed.content.at)
    }
}

fn apply(found: &mut Option<Option<Entry>>, update: Update, wanted: &str) {
    match update {
        // The key of another region may begin with this one.
        Update::Listed { listing, .. } => {
            *found = Some(listing.entries.into_iter().find(|entry| entry.key == wanted));
        }
        Update::Changed { changes, .. } => {
            for change in changes.into_iter().filter(|change| change.key() == wanted) {
                *found = Some(match change {
                    Change::Put(entry) => Some(entry),
                    Change::Deleted { .. } => None,
                });
            }
        }
        Update::Resumed { .. } | Update::Interrupted { .. } => {}
    }
}
