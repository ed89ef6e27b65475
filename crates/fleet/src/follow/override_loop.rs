//! The loop that applies the override of the region.

use std::convert::Infallible;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use crate::backoff::Backoff;
use crate::follow::node_service::NodeService;
use crate::follow::status::FollowStatus;
use crate::keys::Keys;
use crate::names::RegionName;
use crate::race::{First, if_some, race};
use crate::signed_override::{OverrideError, SignedOverride};
use crate::store::Store;
use crate::update::{Change, Update};
use crate::updates::Updates;
use crate::watch::{WatchOptions, Watcher};

/// The name of this loop's problem.
const PROBLEM: &str = "override";

/// A follower of the override of a region.
pub(super) struct OverrideLoop<'f> {
    updates: Updates,
    keys: &'f Keys,
    key: String,
    region: &'f RegionName,
    service: Arc<NodeService>,
    status: &'f FollowStatus,
    /// The value of the store that is to be applied.
    pending: Option<Vec<u8>>,
    retry_at: Option<Instant>,
    backoff: Backoff,
}

impl<'f> OverrideLoop<'f> {
    pub(super) fn new(
        store: &Store,
        keys: &'f Keys,
        region: &'f RegionName,
        service: Arc<NodeService>,
        status: &'f FollowStatus,
        (watch, retry): (WatchOptions, Backoff),
    ) -> Self {
        let key = keys.region_override(region);
        let updates = Updates::new(Watcher::new(store.clone(), key.clone(), watch));
        Self { updates, keys, key, region, service, status, pending: None, retry_at: None, backoff: retry }
    }

    pub(super) async fn run(mut self) -> Infallible {
        match self.service.override_on_disk() {
            Ok(found) => self.status.set_override(found),
            Err(error) => self.status.set_problem(PROBLEM, Some(error.message.clone())),
        }
        loop {
            match race(self.updates.next(), if_some(self.retry_at.map(sleep_until))).await {
                First::One(update) => self.updated(update),
                First::Other(()) => {}
            }
            self.retry_at = None;
            let Some(value) = self.pending.take() else { continue };
            match self.apply(&value).await {
                Ok(()) => {
                    self.status.set_problem(PROBLEM, None);
                    self.backoff.reset();
                }
                Err(problem) => {
                    self.status.set_problem(PROBLEM, Some(problem));
                    // Another release, or a secret, may make it admissible.
                    self.pending = Some(value);
                    self.retry_at = Some(Instant::now() + self.backoff.next_delay());
                }
            }
        }
    }

    fn updated(&mut self, update: Update) {
        let values = match update {
            // The key of another region may begin with this one.
            Update::Listed { listing, .. } => {
                listing.entries.into_iter().filter(|entry| entry.key == self.key).map(|entry| entry.value).collect()
            }
            Update::Changed { changes, .. } => changes
                .into_iter()
                .filter_map(|change| match change {
                    Change::Put(entry) if entry.key == self.key => Some(entry.value),
                    _ => None,
                })
                .collect::<Vec<_>>(),
            Update::Resumed { .. } | Update::Interrupted { .. } => Vec::new(),
        };
        // A key that is gone ends nothing: an override ends with its time, or with a newer one, which is signed as well.
        if let Some(value) = values.into_iter().next_back() {
            self.pending = Some(value);
        }
    }

    /// Applies a value of the store, if it is a newer override. Returns the reason why it is not applied.
    async fn apply(&self, value: &[u8]) -> Result<(), String> {
        let signed = SignedOverride::decode(value, &self.key).map_err(|error| error.to_string())?;
        signed
            .verify(&self.service.trust, self.keys.service(), self.region, &self.key)
            .map_err(|error| error.to_string())?;
        let content = signed.content;
        // A file that is damaged is written anew.
        let known = self.service.override_on_disk().ok().flatten();
        if let Some(known) = &known {
            if *known == content {
                self.status.set_override(Some(content));
                return Ok(());
            }
            if known.at >= content.at && known.region == content.region {
                let error = OverrideError::Older { key: self.key.clone(), found: content.at, known: known.at };
                return Err(error.to_string());
            }
        }
        // One that has no values, or has expired, ends the one before.
        let now = Timestamp::now();
        let is_nothing = !content.applies_at(now) && known.is_none_or(|known| !known.applies_at(now));
        if is_nothing {
            return Ok(());
        }
        let (service, applied) = (self.service.clone(), content.clone());
        let result = tokio::task::spawn_blocking(move || service.apply_override(&applied)).await;
        match result {
            Ok(Ok(())) => {
                tracing::info!(by = content.by, expires = %content.expires, reason = content.reason, "applied the override of the region");
                self.status.set_override(Some(content));
                Ok(())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the override was not applied; see the log".to_owned()),
        }
    }
}
