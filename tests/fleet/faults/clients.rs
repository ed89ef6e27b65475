//! Clients that record what they do and see: publishers, readers, a recorder of the authority's changes, and a sampler of disks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use confgate::fleet::{
    Author, Candidate, Change as StoreChange, Digest, EndpointOptions, Keys, MAX_VALUE, NodeName, Pointer, Position,
    Publication, PublishError, Release, Runtime, Store, Update, WatchOptions, Watcher, WaveName, publish,
};
use confgate::nix_signatures::{SecretKey, Trust};
use serde_json::Value as Json;

use super::history::{Change, History, Outcome, Read, Sample, Write};
use super::world::World;
use crate::sides::gate;
use crate::support::{Service, sign};

/// Pause between two operations of a client.
const PAUSE: Duration = Duration::from_millis(150);

/// Pause between two looks at the disks.
const SAMPLE: Duration = Duration::from_millis(40);

/// The switches of all clients.
#[derive(Default)]
struct Switches {
    is_over: AtomicBool,
    publishes: AtomicBool,
    /// Publications that run.
    running: AtomicU64,
    next: AtomicU64,
}

/// Running clients. They end when it is dropped.
pub struct Clients {
    switches: Arc<Switches>,
    threads: Vec<JoinHandle<()>>,
}

/// The parts that a publisher needs.
#[derive(Clone)]
struct Publisher {
    by: String,
    history: History,
    keys: Keys,
    key: Arc<SecretKey>,
    trust: Trust,
    folder: PathBuf,
    switches: Arc<Switches>,
}

impl Clients {
    /// Starts two publishers, two readers, the recorder and the sampler. The publishers wait for [`publish`](Self::publish).
    pub fn start(world: &World, history: &History) -> Self {
        let switches = Arc::new(Switches::default());
        switches.next.store(1, Ordering::SeqCst);
        let options = EndpointOptions::plain(world.authority.endpoints());
        let keys = world.service.keys.clone();
        let key = Arc::new(copy_of(&world.service));
        let mut threads = Vec::new();
        for name in ["alice", "bob"] {
            let publisher = Publisher {
                by: format!("{name}@ci"),
                history: history.clone(),
                keys: keys.clone(),
                key: key.clone(),
                trust: world.service.trust.clone(),
                folder: world.service.folder.path().join(name),
                switches: switches.clone(),
            };
            let options = options.clone();
            threads.push(thread::spawn(move || run(&options, async |store| publisher.run(store).await)));
            let (history, keys, switches) = (history.clone(), keys.clone(), switches.clone());
            let options = EndpointOptions::plain(world.authority.endpoints());
            threads.push(thread::spawn(move || {
                run(&options, async |store| read(store, &keys, &history, &switches).await);
            }));
        }
        {
            let (history, switches) = (history.clone(), switches.clone());
            threads.push(thread::spawn(move || {
                run(&options, async |store| record(store, &keys, &history, &switches).await);
            }));
        }
        let nodes: Vec<(NodeName, PathBuf)> =
            world.nodes().map(|node| (node.member.name.clone(), node.root.clone())).collect();
        let (history, stopped) = (history.clone(), switches.clone());
        threads.push(thread::spawn(move || {
            while !stopped.is_over.load(Ordering::SeqCst) {
                for (name, root) in &nodes {
                    let sample = sample(name, root, &history);
                    history.record(|records| records.samples.push(sample));
                }
                thread::sleep(SAMPLE);
            }
        }));
        Self { switches, threads }
    }

    /// Lets the publishers publish, or waits until none does.
    pub fn publish(&self, publishes: bool) {
        self.switches.publishes.store(publishes, Ordering::SeqCst);
        while !publishes && self.switches.running.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Returns the number of the next release.
    pub fn next_number(&self) -> u64 {
        self.switches.next.fetch_add(1, Ordering::SeqCst)
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        self.switches.is_over.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            let result = thread.join();
            // A second panic would hide the first one.
            assert!(result.is_ok() || thread::panicking(), "a client panicked");
        }
    }
}

fn run(options: &EndpointOptions, client: impl AsyncFnOnce(Store)) {
    Runtime::new().unwrap().block_on(async { client(Store::connect(options).await.unwrap()).await });
}

fn copy_of(service: &Service) -> SecretKey {
    service.key.to_text().trim().parse().unwrap()
}

/// Returns a config with a number that is not in any other.
pub fn numbered(number: u64) -> String {
    format!("# release {number}\n[network]\nmax_connections = {}\n", 100 + number % 9000)
}

/// Returns the number of a config.
fn number_of(config: &str) -> Option<u64> {
    config.lines().next()?.strip_prefix("# release ")?.parse().ok()
}

impl Publisher {
    async fn run(&self, store: Store) {
        while !self.switches.is_over.load(Ordering::SeqCst) {
            if self.switches.publishes.load(Ordering::SeqCst) {
                self.switches.running.fetch_add(1, Ordering::SeqCst);
                self.publish(&store).await;
                self.switches.running.fetch_sub(1, Ordering::SeqCst);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn publish(&self, store: &Store) {
        let number = self.switches.next.fetch_add(1, Ordering::SeqCst);
        let bundle = confgate_test_support::Bundle {
            name: "production",
            config: &numbered(number),
            ..confgate_test_support::Bundle::default()
        };
        let bundle = confgate::deploy::Bundle::read(&bundle.write(&self.folder)).unwrap();
        let signed = sign(bundle, &self.key);
        let release = Digest::of(&Release::of_bundle(self.keys.service().clone(), signed.digest()).encode().unwrap());
        self.history.record(|records| records.releases.insert(number, release));
        let author = Author { by: self.by.clone(), at: jiff::Timestamp::now(), commit: None };
        let (gate, waves) = (gate(), [WaveName::all()]);
        let publication = Publication {
            keys: &self.keys,
            gate: &gate,
            trust: &self.trust,
            signer: Some(&self.key),
            waves: &waves,
            base: None,
            author: &author,
            dry_run: false,
        };
        let begin = self.history.now();
        let result = publish(store, &publication, Candidate::All(Box::new(signed))).await;
        let end = self.history.now();
        let outcome = match result {
            Ok(published) => {
                assert_eq!(published.release, release, "two authors changed one field, and both were taken");
                let from = published.moved.get(&WaveName::all()).and_then(|moved| moved.from);
                match published.position {
                    Some(position) => Outcome::Done { position, from },
                    None => return,
                }
            }
            Err(PublishError::Store(error)) if error.is_transient() => Outcome::Unknown,
            Err(PublishError::Release(error)) if !error.is_rejection() => Outcome::Unknown,
            Err(
                PublishError::Conflict { .. }
                | PublishError::Uncomparable { .. }
                | PublishError::RolloutRunning { .. }
                | PublishError::Busy { .. },
            ) => Outcome::Rejected,
            Err(other) => panic!("{other}"),
        };
        self.history.record(|records| records.writes.push(Write { begin, end, release, outcome }));
    }
}

/// Reads the pointer of all nodes again and again.
async fn read(store: Store, keys: &Keys, history: &History, switches: &Switches) {
    let key = keys.rollout(&WaveName::all());
    while !switches.is_over.load(Ordering::SeqCst) {
        let begin = history.now();
        if let Ok((entry, position)) = store.get(&key, MAX_VALUE).await {
            let end = history.now();
            let found = entry.map(|entry| {
                let position = Position { revision: entry.modified, ..position };
                (position, Pointer::decode(&entry.value, &key).unwrap().release)
            });
            history.record(|records| records.reads.push(Read { begin, end, found }));
        }
        tokio::time::sleep(PAUSE / 3).await;
    }
}

/// Records every change of the service's pointers, reports and rollouts.
async fn record(store: Store, keys: &Keys, history: &History, switches: &Switches) {
    let mut watcher = Watcher::new(store, keys.prefix(), WatchOptions::default());
    let is_kept = |key: &str| [keys.rollouts(), keys.nodes()].iter().any(|prefix| key.starts_with(prefix));
    let mut known: BTreeSet<String> = BTreeSet::new();
    while !switches.is_over.load(Ordering::SeqCst) {
        let Ok(update) = tokio::time::timeout(PAUSE, watcher.next()).await else { continue };
        let changes: Vec<Change> = match update {
            Update::Listed { listing, .. } => {
                // The changes before are not known: what is listed is in effect at the listing's revision.
                let position = listing.position;
                let entries: Vec<_> = listing.entries.into_iter().filter(|entry| is_kept(&entry.key)).collect();
                let listed: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
                let gone = known.difference(&listed).cloned();
                let gone = gone.map(|key| Change { position, modified: position.revision, key, value: None });
                let there = entries.into_iter().map(|entry| Change {
                    position,
                    modified: entry.modified,
                    key: entry.key,
                    value: Some(entry.value),
                });
                let changes = gone.chain(there).collect();
                known = listed;
                changes
            }
            Update::Changed { changes, position } => {
                let changes = changes.into_iter().filter(|change| is_kept(change.key()));
                let change = |change: StoreChange| {
                    let modified = change.revision();
                    let position = Position { revision: modified, ..position };
                    let (key, value) = match change {
                        StoreChange::Put(entry) => (entry.key, Some(entry.value)),
                        StoreChange::Deleted { key, .. } => (key, None),
                    };
                    match value {
                        Some(_) => known.insert(key.clone()),
                        None => known.remove(&key),
                    };
                    Change { position, modified, key, value }
                };
                changes.map(change).collect()
            }
            Update::Resumed { .. } | Update::Interrupted { .. } => continue,
        };
        history.record(|records| records.changes.extend(changes));
    }
}

/// Reads what a node runs, as its service would, and the pointers that it chose.
fn sample(name: &NodeName, root: &Path, history: &History) -> Sample {
    let config = fs::read_to_string(root.join("current/config.toml")).unwrap_or_default();
    let state: Json =
        serde_json::from_slice(&fs::read(root.join("fleet.json")).unwrap_or_default()).unwrap_or_default();
    let mut seen = BTreeMap::new();
    for (wave, pointer) in state["seen"].as_object().into_iter().flatten() {
        seen.insert(wave.clone(), serde_json::from_value(pointer["position"].clone()).unwrap());
    }
    let number = number_of(&config);
    history.record(|records| Sample {
        node: name.clone(),
        runs: number.and_then(|number| records.releases.get(&number).copied()),
        seen,
    })
}
