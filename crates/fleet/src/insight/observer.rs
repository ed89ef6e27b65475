//! The observer: follows a service's store, and keeps a view of its fleet up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use crate::backoff::Backoff;
use crate::digest::Digest;
use crate::endpoints::EndpointOptions;
use crate::insight::bundle_cache::BundleCache;
use crate::insight::record::{ConfigSource, FleetRecord};
use crate::insight::snapshot::{FleetSnapshot, SnapshotSources, running_bundles};
use crate::insight::view::FleetView;
use crate::keys::Keys;
use crate::names::NodeName;
use crate::position::Position;
use crate::race::{First, race};
use crate::reader::ReleaseReader;
use crate::rollout::Inventory;
use crate::store::Store;
use crate::store_error::StoreError;
use crate::update::{Change, Update};
use crate::updates::Updates;
use crate::watch::{WatchOptions, Watcher};

/// The largest number of bundles that are read between two looks at the store.
const BUNDLES_AT_A_TIME: usize = 50;

/// Times of an observer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObserverTimes {
    /// Times of the watchers.
    pub watch: WatchOptions,
    /// The wait after a change, so that changes that come together are one snapshot.
    pub settle: Duration,
    /// The interval at which everything is read again: overrides expire, and bundles that were missing may be there.
    pub refresh: Duration,
    /// The time for which a node whose report vanished counts as dead.
    pub remember: Duration,
}

impl Default for ObserverTimes {
    fn default() -> Self {
        Self {
            watch: WatchOptions::default(),
            settle: Duration::from_millis(200),
            refresh: Duration::from_secs(30),
            remember: Duration::from_secs(24 * 3600),
        }
    }
}

/// An observer of a service.
#[derive(Debug, Clone)]
pub struct Observer<'o> {
    /// The store.
    pub endpoints: &'o EndpointOptions,
    /// Keys of the service.
    pub keys: &'o Keys,
    /// Gate and keys for the configs of nodes; `None` to leave the configs out.
    pub configs: Option<ConfigSource<'o>>,
    /// Times.
    pub times: ObserverTimes,
}

/// Nodes, and those whose reports vanished while the observer watched.
#[derive(Debug, Default)]
struct Nodes {
    inventory: Inventory,
    vanished: BTreeMap<NodeName, Instant>,
    position: Option<Position>,
}

/// The state of an observer between two snapshots.
struct Observed<'o> {
    observer: &'o Observer<'o>,
    nodes: Nodes,
    record: FleetRecord,
    bundles: BundleCache,
}

impl Observer<'_> {
    /// Keeps the view up to date until the future is dropped.
    pub async fn run(&self, view: &FleetView) -> Infallible {
        let store = self.connect(view).await;
        let updates = |prefix: String| Updates::new(Watcher::new(store.clone(), prefix, self.times.watch));
        let mut pointers = updates(self.keys.rollouts());
        let mut rollouts = updates(self.keys.controllers());
        let mut reports = updates(self.keys.nodes());
        let mut observed = Observed::new(self);
        let mut backoff = Backoff::new(self.times.watch.first_retry, self.times.watch.longest_retry);
        // The first snapshot waits for the reports.
        let mut due: Option<Instant> = None;
        let mut refresh = Instant::now() + self.times.refresh;
        loop {
            let next = due.unwrap_or(refresh).min(refresh);
            let others = race(pointers.next(), rollouts.next());
            match race(race(reports.next(), others), sleep_until(next)).await {
                First::One(First::One(update)) => {
                    report(view, &update);
                    if observed.nodes.take(&update, self.keys, self.times.remember) {
                        due.get_or_insert_with(|| Instant::now() + self.times.settle);
                    }
                    continue;
                }
                First::One(First::Other(First::One(update) | First::Other(update))) => {
                    report(view, &update);
                    if !matches!(update, Update::Interrupted { .. }) && observed.nodes.position.is_some() {
                        due.get_or_insert_with(|| Instant::now() + self.times.settle);
                    }
                    continue;
                }
                First::Other(()) => {}
            }
            if Instant::now() >= refresh {
                refresh = Instant::now() + self.times.refresh;
                observed.bundles.forget_rejected();
            }
            if observed.nodes.position.is_none() {
                continue;
            }
            due = match observed.publish(reports.store(), view).await {
                Ok(true) => None,
                // Further bundles are to be read.
                Ok(false) => Some(Instant::now()),
                Err(error) => {
                    view.lost(&error);
                    Some(Instant::now() + backoff.next_delay())
                }
            };
            if due.is_none() {
                backoff.reset();
            }
        }
    }

    /// Reads the whole fleet once.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub async fn read_once(&self, store: &Store) -> Result<FleetSnapshot, StoreError> {
        let mut observed = Observed::new(self);
        let listing = store.list(&self.keys.nodes()).await?;
        observed.nodes.position = Some(listing.position);
        observed.nodes.inventory = Inventory::of(&listing, self.keys);
        observed.read(store).await?;
        while observed.read_bundles(store).await? > 0 {}
        Ok(observed.snapshot())
    }

    /// Connects to the store, as often as it takes.
    async fn connect(&self, view: &FleetView) -> Store {
        let mut backoff = Backoff::new(self.times.watch.first_retry, self.times.watch.longest_retry);
        loop {
            match Store::connect(self.endpoints).await {
                Ok(store) => return store,
                Err(error) => view.lost(&error),
            }
            sleep(backoff.next_delay()).await;
        }
    }
}

/// Records whether the store answers.
fn report(view: &FleetView, update: &Update) {
    match update {
        Update::Interrupted { error, .. } => view.lost(error),
        Update::Listed { .. } | Update::Changed { .. } | Update::Resumed { .. } => view.found(),
    }
}

impl Nodes {
    /// Takes an update. Returns whether it changed something.
    fn take(&mut self, update: &Update, keys: &Keys, remember: Duration) -> bool {
        let now = Instant::now();
        match update {
            Update::Resumed { .. } | Update::Interrupted { .. } => return false,
            Update::Listed { listing, .. } => {
                let before: Vec<NodeName> = self.inventory.members().map(|(node, _)| node.clone()).collect();
                self.inventory.apply(update, keys);
                self.position = Some(listing.position);
                let gone = before.into_iter().filter(|node| self.inventory.get(node).is_none());
                self.vanished.extend(gone.map(|node| (node, now)));
            }
            Update::Changed { changes, position } => {
                for change in changes {
                    let Change::Deleted { key, .. } = change else { continue };
                    if let Some(node) = Keys::name_below(key, &keys.nodes()).and_then(|name| name.parse().ok()) {
                        self.vanished.insert(node, now);
                    }
                }
                self.inventory.apply(update, keys);
                self.position = Some(*position);
            }
        }
        let inventory = &self.inventory;
        self.vanished.retain(|node, since| inventory.get(node).is_none() && now.duration_since(*since) < remember);
        true
    }
}

impl<'o> Observed<'o> {
    fn new(observer: &'o Observer<'o>) -> Self {
        Self { observer, nodes: Nodes::default(), record: FleetRecord::default(), bundles: BundleCache::default() }
    }

    /// Reads the store, and publishes a snapshot. Returns whether all bundles are read.
    async fn publish(&mut self, store: &Store, view: &FleetView) -> Result<bool, StoreError> {
        self.read(store).await?;
        // The first snapshot comes without configs, so that a page has something to show.
        let left = if view.snapshot().1.taken.is_some() { self.read_bundles(store).await? } else { usize::MAX };
        view.publish(self.snapshot());
        view.found();
        Ok(left == 0)
    }

    async fn read(&mut self, store: &Store) -> Result<(), StoreError> {
        let Observer { keys, configs, .. } = self.observer;
        let mut record = FleetRecord::read(store, keys, &self.nodes.inventory, *configs, &self.record).await?;
        record.expectation.nodes.extend(self.nodes.vanished.keys().cloned());
        self.record = record;
        Ok(())
    }

    /// Reads some of the bundles that are not known yet. Returns the number of those that are left.
    async fn read_bundles(&mut self, store: &Store) -> Result<usize, StoreError> {
        let Observer { keys, configs: Some(configs), .. } = self.observer else { return Ok(0) };
        let status = crate::fleet_status::FleetStatus::of(&self.record.expectation, &self.nodes.inventory);
        let used: BTreeSet<Digest> = running_bundles(&status).into_values().collect();
        self.bundles.retain(&used);
        let unread: Vec<Digest> = used.into_iter().filter(|digest| self.bundles.get(digest).is_none()).collect();
        let reader = ReleaseReader::new(store, keys, configs.trust);
        for digest in unread.iter().take(BUNDLES_AT_A_TIME) {
            // One that is rejected is named by the snapshot.
            drop(self.bundles.read(reader, configs.gate, digest).await?);
        }
        Ok(unread.len().saturating_sub(BUNDLES_AT_A_TIME))
    }

    fn snapshot(&self) -> FleetSnapshot {
        FleetSnapshot::of(&SnapshotSources {
            service: self.observer.keys.service(),
            position: self.nodes.position,
            record: &self.record,
            inventory: &self.nodes.inventory,
            bundles: &self.bundles,
            has_configs: self.observer.configs.is_some(),
        })
    }
}
