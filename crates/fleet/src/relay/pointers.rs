//! The loop that forwards releases and pointers.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use tokio::time::{Instant, sleep_until};

use crate::backoff::{Backoff, with_jitter};
use crate::digest::Digest;
use crate::names::WaveName;
use crate::pointer::Pointer;
use crate::pointers::Pointers;
use crate::race::{First, race};
use crate::relay::forward::{Forwarded, Forwarder};
use crate::relay::plan::{Plan, plan};
use crate::relay::relay::Relay;
use crate::relay::status::{RelaySide, RelayStatus};
use crate::store::Store;
use crate::transaction::{Commit, Conflict, Transaction};
use crate::update::{ListReason, Update};
use crate::updates::Updates;

/// The largest number of pointers that one transaction moves: each takes a condition and a write.
const MAX_MOVES: usize = 60;

/// The largest number of updates that are taken together.
const MAX_UPDATES: usize = 1000;

/// The beginning of the names of this loop's problems.
const PROBLEMS: &str = "release";

/// A forwarder of releases and pointers.
pub(super) struct PointerRelay<'r> {
    relay: &'r Relay<'r>,
    status: &'r RelayStatus,
    authority: Updates,
    region: Updates,
    found: (Option<Pointers>, Option<Pointers>),
    forwarded: Forwarded,
    verify_at: Instant,
    retry_at: Option<Instant>,
    /// Waits while a release is rejected or a problem is known.
    rejected: Backoff,
    /// Waits while a store does not answer, or others write.
    transient: Backoff,
}

impl<'r> PointerRelay<'r> {
    pub(super) fn new(relay: &'r Relay<'r>, authority: &Store, region: &Store, status: &'r RelayStatus) -> Self {
        let prefix = relay.keys.rollouts();
        Self {
            relay,
            status,
            authority: relay.updates(authority, prefix.clone()),
            region: relay.updates(region, prefix),
            found: (None, None),
            forwarded: Forwarded::default(),
            verify_at: Instant::now() + with_jitter(relay.times.verify),
            retry_at: None,
            rejected: Backoff::new(relay.times.retry.0, relay.times.retry.1),
            transient: Backoff::new(relay.times.watch.first_retry, relay.times.watch.longest_retry),
        }
    }

    pub(super) async fn run(mut self) -> Infallible {
        loop {
            let due = self.retry_at.unwrap_or(self.verify_at).min(self.verify_at);
            let updates = race(self.authority.next(), self.region.next());
            let is_news = match race(updates, sleep_until(due)).await {
                First::One(First::One(update)) => self.updated(RelaySide::Authority, &update),
                First::One(First::Other(update)) => self.updated(RelaySide::Region, &update),
                First::Other(()) => {
                    self.retry_at = None;
                    true
                }
            };
            // Pointers may move faster than releases are forwarded: those that are here already are one step.
            if !(self.take_ready().await | is_news) {
                continue;
            }
            if Instant::now() >= self.verify_at {
                self.forwarded.forget();
                self.verify_at = Instant::now() + with_jitter(self.relay.times.verify);
            }
            self.reconcile().await;
        }
    }

    /// Takes the updates that are here already. Returns whether there are news among them.
    async fn take_ready(&mut self) -> bool {
        let mut is_news = false;
        for _ in 0..MAX_UPDATES {
            let authority = self.authority.next_ready().await;
            let region = self.region.next_ready().await;
            if authority.is_none() && region.is_none() {
                break;
            }
            is_news |= authority.is_some_and(|update| self.updated(RelaySide::Authority, &update));
            is_news |= region.is_some_and(|update| self.updated(RelaySide::Region, &update));
        }
        is_news
    }

    /// Takes an update. Returns false if it is an interruption.
    fn updated(&mut self, side: RelaySide, update: &Update) -> bool {
        self.status.updated(side, update);
        let found = match side {
            RelaySide::Authority => &mut self.found.0,
            RelaySide::Region => &mut self.found.1,
        };
        *found = Pointers::after(found.take(), update, self.relay.keys);
        let is_replaced = matches!(
            update,
            Update::Listed { reason: ListReason::OtherCluster { .. } | ListReason::WentBack { .. }, .. }
        );
        if is_replaced {
            // Releases that were in the region may be gone.
            self.forwarded.forget();
        }
        let is_news = !matches!(update, Update::Interrupted { .. });
        if is_news {
            // Something changed: what failed before may succeed.
            self.retry_at = None;
        }
        is_news
    }

    /// Does what is missing in the region.
    async fn reconcile(&mut self) {
        if self.retry_at.is_some() {
            return;
        }
        let (Some(authority), Some(region)) = (&self.found.0, &self.found.1) else { return };
        let plan = plan(authority, region);
        let wanted: BTreeSet<Digest> = authority
            .waves
            .values()
            .filter_map(|found| found.pointer.as_ref().ok())
            .map(|pointer| pointer.release)
            .collect();
        self.status.behind(!plan.puts.is_empty() || !plan.deletes.is_empty());
        let mut problems: BTreeMap<String, String> = BTreeMap::new();
        for (wave, problem) in &plan.problems {
            let name =
                wave.as_ref().map_or_else(|| format!("{PROBLEMS}s"), |wave| format!("{PROBLEMS} of wave {wave}"));
            problems.insert(name, problem.to_string());
        }
        let mut failed = BTreeSet::new();
        let forwarder = Forwarder::of(self.relay, self.authority.store(), self.region.store(), self.status);
        let mut is_unreachable = false;
        for release in wanted {
            // Boxed: a future of the client of etcd is large, and the loop holds this one for as long as it lives.
            if let Err(error) = Box::pin(forwarder.forward(&release, &mut self.forwarded)).await {
                if error.is_rejection() {
                    problems.insert(format!("{PROBLEMS} {release}"), error.to_string());
                } else {
                    tracing::warn!(%release, %error, "the release is not forwarded yet");
                    is_unreachable = true;
                }
                failed.insert(release);
            }
        }
        let has_problems = !problems.is_empty();
        self.status.set_problems(PROBLEMS, problems);
        let is_moved = self.move_pointers(&plan, &failed).await;
        let delay = if is_unreachable || !is_moved {
            Some(self.transient.next_delay())
        } else {
            self.transient.reset();
            has_problems.then(|| self.rejected.next_delay())
        };
        if !has_problems {
            self.rejected.reset();
        }
        self.retry_at = delay.map(|delay| Instant::now() + delay);
    }

    /// Moves the pointers whose releases are in the region. Returns false if that is to be tried again.
    async fn move_pointers(&mut self, plan: &Plan, failed: &BTreeSet<Digest>) -> bool {
        let Some(region) = &self.found.1 else { return true };
        for (wave, reason) in &plan.repairs {
            tracing::warn!(%wave, reason, "the region's pointer is written again");
        }
        let puts = movable(&plan.puts, failed);
        // A node falls back to another pointer when its own is deleted: that one must be in place.
        let deletes: &[WaveName] = if failed.is_empty() { &plan.deletes } else { &[] };
        self.status.set_waves(waves(region));
        if puts.is_empty() && deletes.is_empty() {
            self.status.behind(!plan.puts.is_empty() || !plan.deletes.is_empty());
            return true;
        }
        let keys = self.relay.keys;
        let mut transaction = Transaction::new();
        for (wave, pointer) in &puts {
            let key = keys.rollout(wave);
            transaction = transaction.when(&key, region.condition(wave)).put(key, pointer.encode());
        }
        let deleted = &deletes[..deletes.len().min(MAX_MOVES.saturating_sub(puts.len()))];
        for wave in deleted {
            let key = keys.rollout(wave);
            transaction = transaction.when(&key, region.condition(wave)).delete(key);
        }
        match self.region.store().commit(&transaction).await {
            Ok(Commit::Done(position)) => {
                for wave in plan.repairs.keys().filter(|wave| puts.contains_key(*wave)) {
                    tracing::info!(%wave, "the region's pointer is the authority's again");
                    self.status.count_repair();
                }
                for (wave, pointer) in &puts {
                    tracing::info!(%wave, release = %pointer.release, %position, "forwarded");
                }
                self.status.moved(puts.len(), deletes.len());
                self.status.behind(puts.len() < plan.puts.len() || deleted.len() < plan.deletes.len());
                self.retry_at = None;
                let moved: Vec<_> = puts.into_iter().map(|(wave, pointer)| (wave.clone(), pointer.clone())).collect();
                // The watcher of the region reports the move later. A pointer of the authority that moves before that would meet this one.
                if let Some(region) = self.found.1.as_mut().filter(|region| position.follows(region.position)) {
                    region.moved(moved, deleted, position.revision);
                }
                true
            }
            Ok(Commit::Conflict(Conflict { found, position })) => {
                self.status.count_conflict();
                if let Some(region) = self.found.1.as_mut().filter(|region| position.follows(region.position)) {
                    found.iter().for_each(|(key, entry)| region.set(key, entry.as_ref(), keys));
                }
                false
            }
            Err(error) => {
                tracing::warn!(%error, "the pointers are not moved yet");
                false
            }
        }
    }
}

/// Returns the pointers that can move: their releases are in the region, and so are those of all pointers that moved with them.
fn movable<'p>(
    puts: &'p BTreeMap<WaveName, Pointer>,
    failed: &BTreeSet<Digest>,
) -> BTreeMap<&'p WaveName, &'p Pointer> {
    let held: BTreeSet<i64> = puts
        .values()
        .filter(|pointer| failed.contains(&pointer.release))
        .filter_map(|pointer| pointer.authority.map(|position| position.revision.0))
        .collect();
    let is_free = |pointer: &Pointer| pointer.authority.is_none_or(|position| !held.contains(&position.revision.0));
    puts.iter().filter(|(_, pointer)| is_free(pointer)).take(MAX_MOVES).collect()
}

fn waves(region: &Pointers) -> BTreeMap<WaveName, (Digest, Option<crate::position::Position>)> {
    let waves = region.waves.iter().filter_map(|(wave, found)| {
        let pointer = found.pointer.as_ref().ok()?;
        Some((wave.clone(), (pointer.release, pointer.authority)))
    });
    waves.collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::position::{ClusterId, Position, Revision};

    #[test]
    fn pointers_that_moved_together_wait_for_each_other() {
        let pointer = |release: &str, revision| Pointer {
            release: Digest::of(release.as_bytes()),
            by: String::new(),
            at: Timestamp::UNIX_EPOCH,
            commit: None,
            authority: Some(Position { cluster: ClusterId(1), revision: Revision(revision) }),
            selector: None,
        };
        let puts: BTreeMap<WaveName, Pointer> =
            [("a", pointer("1", 5)), ("b", pointer("2", 5)), ("c", pointer("1", 6))]
                .map(|(wave, pointer)| (wave.parse().unwrap(), pointer))
                .into();
        let names = |failed: &[&str]| -> Vec<String> {
            let failed = failed.iter().map(|release| Digest::of(release.as_bytes())).collect();
            movable(&puts, &failed).keys().map(ToString::to_string).collect()
        };
        assert_eq!(names(&[]), ["a", "b", "c"]);
        assert_eq!(names(&["2"]), ["c"]);
        assert!(names(&["1"]).is_empty());
    }
}
