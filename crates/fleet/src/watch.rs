//! Changes of a prefix, without gaps.
//!
//! A watcher lists the prefix, and watches it from the revision after the listing. After an interruption it resumes at the
//! revision of the last update. Four things would leave a gap or a silence, and make it list again:
//!
//! - The revision was compacted: etcd cancels the watch with its oldest revision.
//! - The cluster is another one, or its revision went back: a watch from a future revision waits in silence, so that a restored
//!   cluster would look like one without changes. Each message carries the cluster's id, and the first one its revision.
//! - etcd ends the watch for another reason: the member has no leader, or the user lost its rights.
//! - Nothing of this was seen for a while (`relist`).

use std::collections::HashSet;
use std::time::Duration;

use etcd_client::{EventType, WatchResponse, WatchStream};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use crate::backoff::{Backoff, with_jitter};
use crate::entry::{entry, position};
use crate::limits::MAX_MESSAGE;
use crate::position::{Position, Revision};
use crate::range_end::range_end;
use crate::store::Store;
use crate::store_error::StoreError;
use crate::update::{Change, ListReason, Update};

/// Times of a watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchOptions {
    /// The time after which the prefix is listed again, give or take a fifth.
    pub relist: Duration,
    /// The first wait after an interruption.
    pub first_retry: Duration,
    /// The longest wait after an interruption.
    pub longest_retry: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            relist: Duration::from_secs(300),
            first_retry: Duration::from_millis(100),
            // A relay and then a node wait for it after an outage, and both must be there within 5 s.
            longest_retry: Duration::from_secs(2),
        }
    }
}

/// A watcher of the entries below a prefix. It ends with its owner alone.
pub struct Watcher {
    store: Store,
    prefix: String,
    options: WatchOptions,
    known: Option<Position>,
    /// The revision that the next stream begins with.
    resume_at: Revision,
    /// Keys of that revision that were reported already. A message may hold a part of a revision's changes.
    reported: HashSet<String>,
    stream: Option<WatchStream>,
    next_list: Instant,
    list_now: Option<ListReason>,
    backoff: Backoff,
    retry_at: Option<Instant>,
    failures: u32,
    /// True from an interruption to the next update of another kind.
    is_interrupted: bool,
    /// The time at which the watch went on after an interruption.
    resumed_at: Option<Instant>,
}

impl Watcher {
    /// Returns a watcher. Its first update is a listing.
    pub fn new(store: Store, prefix: impl Into<String>, options: WatchOptions) -> Self {
        Self {
            store,
            prefix: prefix.into(),
            options,
            known: None,
            resume_at: Revision(0),
            reported: HashSet::new(),
            stream: None,
            next_list: Instant::now(),
            list_now: Some(ListReason::Start),
            backoff: Backoff::new(options.first_retry, options.longest_retry),
            retry_at: None,
            failures: 0,
            is_interrupted: false,
            resumed_at: None,
        }
    }

    /// Returns the store of the present connection.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the position of the last update.
    pub const fn position(&self) -> Option<Position> {
        self.known
    }

    /// Lists the prefix at the next call.
    pub fn list_now(&mut self) {
        self.list_now.get_or_insert(ListReason::Periodic);
    }

    /// Waits for the next update. A call that is cancelled loses nothing.
    pub async fn next(&mut self) -> Update {
        if let Some(at) = self.retry_at {
            sleep_until(at).await;
            self.retry_at = None;
        }
        match self.step().await {
            Ok(update @ Update::Resumed { .. }) => {
                // A stream that opens may end at once: the waits go on growing until it has lasted.
                self.is_interrupted = false;
                self.resumed_at = Some(Instant::now());
                update
            }
            Ok(update) => {
                self.is_interrupted = false;
                self.recovered();
                update
            }
            Err(error) => {
                if self.resumed_at.is_some_and(|at| at.elapsed() > self.options.longest_retry * 2) {
                    self.recovered();
                }
                self.stream = None;
                self.is_interrupted = true;
                self.failures += 1;
                let retry_in = self.backoff.next_delay();
                self.retry_at = Some(Instant::now() + retry_in);
                Update::Interrupted { error, retry_in }
            }
        }
    }

    /// Begins again with short waits.
    fn recovered(&mut self) {
        self.backoff.reset();
        self.failures = 0;
        self.resumed_at = None;
    }

    async fn step(&mut self) -> Result<Update, StoreError> {
        // A connection may fail for good: a certificate or a password was renewed, and the client keeps the old one.
        if self.failures > 1 {
            self.store = self.store.reconnect().await?;
        }
        loop {
            if self.list_now.is_none() && Instant::now() >= self.next_list {
                self.list_now = Some(ListReason::Periodic);
            }
            let known = match (self.list_now, self.known) {
                (None, Some(known)) => known,
                (reason, _) => return self.list(reason.unwrap_or(ListReason::Start)).await,
            };
            if self.stream.is_none() {
                self.stream = Some(self.open(self.resume_at).await?);
            }
            let Some(stream) = &mut self.stream else { continue };
            let received = match timeout_at(self.next_list, stream.message()).await {
                Ok(received) => received,
                Err(_) => continue,
            };
            let received = received.map_err(|error| StoreError::of_client(&error, "watch", self.store.endpoints()))?;
            let Some(message) = received else {
                self.stream = None;
                self.list_now = Some(ListReason::Ended);
                continue;
            };
            if let Some(reason) = gap(&message, known) {
                self.stream = None;
                self.list_now = Some(reason);
            } else if let Some(update) = self.changes(&message, known)? {
                return Ok(update);
            } else if self.is_interrupted && message.created() {
                return Ok(Update::Resumed { position: known });
            }
        }
    }

    /// Lists the prefix. A listing is linearizable, so that its revision proves whether the cluster went back.
    async fn list(&mut self, reason: ListReason) -> Result<Update, StoreError> {
        let listing = self.store.list(&self.prefix).await?;
        let position = listing.position;
        let reason = match self.known {
            Some(known) if known.cluster != position.cluster => ListReason::OtherCluster { known },
            Some(known) if known.revision > position.revision => ListReason::WentBack { known },
            // A member that is behind reports an older revision than its cluster has.
            Some(_) if matches!(reason, ListReason::WentBack { .. } | ListReason::OtherCluster { .. }) => {
                ListReason::Periodic
            }
            _ => reason,
        };
        self.known = Some(position);
        self.list_now = None;
        self.next_list = Instant::now() + with_jitter(self.options.relist);
        // An open stream would repeat what the listing has.
        self.stream = None;
        self.resume_at = position.revision.next();
        self.reported.clear();
        Ok(Update::Listed { reason, listing })
    }

    async fn open(&self, from: Revision) -> Result<WatchStream, StoreError> {
        let options = etcd_client::WatchOptions::new()
            .with_range(range_end(&self.prefix))
            .with_start_revision(from.0)
            .with_progress_notify()
            .with_fragment();
        let client = self.store.connection().client().clone();
        let mut client = client.watch_client().max_decoding_message_size(MAX_MESSAGE);
        let opened = timeout(self.store.timeout(), client.watch(self.prefix.as_str(), Some(options))).await;
        let opened = opened.map_err(|_| self.store.connection().timed_out("watch"))?;
        opened.map_err(|error| StoreError::of_client(&error, "watch", self.store.endpoints()))
    }

    /// Returns the update of a message, if it has changes that are new.
    fn changes(&mut self, message: &WatchResponse, known: Position) -> Result<Option<Update>, StoreError> {
        let mut changes = Vec::new();
        for event in message.events() {
            let Some(found) = event.kv() else { continue };
            let entry = entry(found, &self.prefix)?;
            if entry.modified > self.resume_at {
                self.resume_at = entry.modified;
                self.reported.clear();
            }
            if entry.modified < self.resume_at || !self.reported.insert(entry.key.clone()) {
                continue;
            }
            changes.push(match event.event_type() {
                EventType::Put => Change::Put(entry),
                EventType::Delete => Change::Deleted { key: entry.key, revision: entry.modified },
            });
        }
        let at = position(message.header());
        let newest = changes.last().map(Change::revision);
        // A message without changes says that all of them up to its revision were sent; the first one says nothing of the kind.
        if newest.is_none() && !message.created() && message.events().is_empty() && at.revision >= self.resume_at {
            self.resume_at = at.revision.next();
            self.reported.clear();
            self.known = Some(Position { revision: at.revision.max(known.revision), ..known });
        }
        let position = Position { revision: newest.unwrap_or(known.revision).max(known.revision), ..known };
        if newest.is_some() {
            self.known = Some(position);
        }
        Ok((!changes.is_empty()).then_some(Update::Changed { changes, position }))
    }
}

/// Returns the reason why a message leaves a gap.
fn gap(message: &WatchResponse, known: Position) -> Option<ListReason> {
    let at = position(message.header());
    if at.cluster != known.cluster {
        return Some(ListReason::OtherCluster { known });
    }
    if message.compact_revision() > 0 {
        return Some(ListReason::Compacted { oldest: Revision(message.compact_revision()) });
    }
    if message.canceled() {
        return Some(ListReason::Ended);
    }
    (message.created() && at.revision < known.revision).then_some(ListReason::WentBack { known })
}
