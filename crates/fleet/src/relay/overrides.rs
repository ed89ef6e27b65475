//! The loop that forwards the override of the region.

use std::collections::BTreeMap;
use std::convert::Infallible;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use crate::backoff::Backoff;
use crate::entry::Entry;
use crate::names::RegionName;
use crate::one_key::OneKey;
use crate::race::{First, if_some, race};
use crate::relay::relay::Relay;
use crate::relay::status::RelayStatus;
use crate::signed_override::SignedOverride;
use crate::store::Store;
use crate::transaction::{Commit, Condition, Transaction};
use crate::updates::Updates;

/// The name of this loop's problem.
const PROBLEM: &str = "override";

/// A forwarder of the override of a region.
pub(super) struct OverrideRelay<'r> {
    relay: &'r Relay<'r>,
    name: &'r RegionName,
    status: &'r RelayStatus,
    authority: Updates,
    region: Updates,
    found: (OneKey, OneKey),
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
            found: (OneKey::new(key.clone()), OneKey::new(key)),
            retry_at: None,
            backoff: Backoff::new(relay.times.watch.first_retry, relay.times.watch.longest_retry),
        }
    }

    pub(super) async fn run(mut self) -> Infallible {
        loop {
            let updates = race(self.authority.next(), self.region.next());
            match race(updates, if_some(self.retry_at.map(sleep_until))).await {
                First::One(First::One(update)) => drop(self.found.0.apply(update)),
                First::One(First::Other(update)) => drop(self.found.1.apply(update)),
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
        let (Some(authority), Some(region)) = (self.found.0.entry(), self.found.1.entry()) else { return true };
        let key = self.found.0.key();
        let Some(entry) = authority else { return true };
        let verified = SignedOverride::decode(&entry.value, key).and_then(|signed| {
            signed.verify(self.relay.trust, self.relay.keys.service(), self.name, key)?;
            Ok(signed)
        });
        let (signed, problem) = match verified {
            Ok(signed) => (Some(signed), None),
            Err(error) => (None, Some((PROBLEM.to_owned(), error.to_string()))),
        };
        self.status.set_problems(PROBLEM, BTreeMap::from_iter(problem));
        let Some(signed) = signed else { return true };
        if region.is_some_and(|region| self.time_of(region) >= Some(signed.content.at)) {
            return true;
        }
        let put = Transaction::new().when(key, Condition::as_read(region)).put(key, signed.encode());
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
        let signed = SignedOverride::decode(&entry.value, &entry.key).ok()?;
        signed.verify(self.relay.trust, self.relay.keys.service(), self.name, &entry.key).ok()?;
        Some(signed.content.at)
    }
}
