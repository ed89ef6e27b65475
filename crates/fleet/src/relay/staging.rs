//! The loop that forwards the release that nodes stage.

use std::collections::BTreeMap;
use std::convert::Infallible;

use tokio::time::{Instant, sleep_until};

use crate::backoff::Backoff;
use crate::entry::Entry;
use crate::one_key::OneKey;
use crate::pointer::Pointer;
use crate::position::Position;
use crate::race::{First, if_some, race};
use crate::relay::forward::{Forwarded, Forwarder};
use crate::relay::forward_error::ForwardError;
use crate::relay::relay::Relay;
use crate::relay::status::RelayStatus;
use crate::store::Store;
use crate::transaction::{Commit, Condition, Transaction};
use crate::update::Update;
use crate::updates::Updates;

/// The name of this loop's problem.
const PROBLEM: &str = "staged release";

/// A forwarder of the release that nodes stage. It is apart from that of the pointers, which never wait for it.
pub(super) struct StagingRelay<'r> {
    relay: &'r Relay<'r>,
    status: &'r RelayStatus,
    authority: Updates,
    region: Updates,
    found: (OneKey, OneKey),
    /// Position of the authority's last update.
    position: Option<Position>,
    retry_at: Option<Instant>,
    backoff: Backoff,
}

impl<'r> StagingRelay<'r> {
    pub(super) fn new(relay: &'r Relay<'r>, authority: &Store, region: &Store, status: &'r RelayStatus) -> Self {
        let key = relay.keys.staged();
        Self {
            relay,
            status,
            authority: relay.updates(authority, key.clone()),
            region: relay.updates(region, key.clone()),
            found: (OneKey::new(key.clone()), OneKey::new(key)),
            position: None,
            retry_at: None,
            backoff: Backoff::new(relay.times.retry.0, relay.times.retry.1),
        }
    }

    pub(super) async fn run(mut self) -> Infallible {
        loop {
            let updates = race(self.authority.next(), self.region.next());
            match race(updates, if_some(self.retry_at.map(sleep_until))).await {
                First::One(First::One(update)) => {
                    if let Update::Listed { listing, .. } = &update {
                        self.position = Some(listing.position);
                    }
                    self.found.0.apply(update);
                }
                First::One(First::Other(update)) => drop(self.found.1.apply(update)),
                First::Other(()) => {}
            }
            self.retry_at = None;
            let problem = match self.reconcile().await {
                Ok(true) => {
                    self.backoff.reset();
                    None
                }
                Ok(false) => {
                    self.retry_at = Some(Instant::now() + self.backoff.next_delay());
                    None
                }
                Err(error) => {
                    self.retry_at = Some(Instant::now() + self.backoff.next_delay());
                    // A store that does not answer is named by the loop of the pointers.
                    error.is_rejection().then(|| (PROBLEM.to_owned(), error.to_string()))
                }
            };
            self.status.set_problems(PROBLEM, BTreeMap::from_iter(problem));
        }
    }

    /// Brings the region's key to the state of the authority's, after the release. Returns false if that is to be tried again.
    async fn reconcile(&mut self) -> Result<bool, ForwardError> {
        let (Some(authority), Some(region), Some(position)) =
            (self.found.0.entry(), self.found.1.entry(), self.position)
        else {
            return Ok(true);
        };
        let key = self.found.0.key();
        let wanted = match authority {
            Some(entry) => {
                let pointer = Pointer::decode(&entry.value, key).map_err(ForwardError::Authority)?;
                Some(Pointer { authority: Some(Position { revision: entry.modified, ..position }), ..pointer })
            }
            None => None,
        };
        let found = region.map(|entry| Pointer::decode(&entry.value, key).ok());
        let is_there = match (&wanted, &found) {
            (None, None) => true,
            (Some(wanted), Some(Some(found))) => found == wanted,
            _ => false,
        };
        if is_there {
            return Ok(true);
        }
        if let Some(wanted) = &wanted {
            let forwarder = Forwarder::of(self.relay, self.authority.store(), self.region.store(), self.status);
            // Boxed: a future of the client of etcd is large, and the loop holds this one for as long as it lives.
            Box::pin(forwarder.forward(&wanted.release, &mut Forwarded::default())).await?;
        }
        self.put(wanted, region).await
    }

    async fn put(&self, wanted: Option<Pointer>, region: Option<&Entry>) -> Result<bool, ForwardError> {
        let key = self.found.0.key();
        let change = Transaction::new().when(key, Condition::as_read(region));
        let change = match &wanted {
            Some(wanted) => change.put(key, wanted.encode()),
            None => change.delete(key),
        };
        match self.region.store().commit(&change).await.map_err(|error| ForwardError::Region(error.into()))? {
            Commit::Done(_) => {
                if let Some(wanted) = wanted {
                    tracing::info!(release = %wanted.release, "forwarded for staging");
                }
                Ok(true)
            }
            // The watcher of the region reports the other writer's change.
            Commit::Conflict(_) => {
                self.status.count_conflict();
                Ok(false)
            }
        }
    }
}
