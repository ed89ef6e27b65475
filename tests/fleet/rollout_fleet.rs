//! A service with two releases and simulated nodes, for the tests of rollouts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use assert_cmd::assert::{Assert, OutputAssertExt};
use confgate::fleet::{
    Change, Digest, Keys, NodeName, NodeReport, Pointer, ReportedError, Resident, Runtime, Store, Tag, Transaction,
    Update, WatchOptions, Watcher, WaveName, pointer_of,
};
use confgate_test_support::etcd::Etcd;
use confgate_test_support::{Bundle, Printed, confgate, files};
use tempfile::TempDir;

use crate::support::options;

/// A service whose release `before` is published, and whose release `after` is stored.
pub struct RolloutFleet {
    pub folder: TempDir,
    pub etcd: Etcd,
    pub keys: Keys,
    pub before: String,
    pub after: String,
}

impl RolloutFleet {
    pub fn new() -> Self {
        let folder = files(&[]);
        confgate!().args(["key", "generate", "example-1"]).current_dir(folder.path()).assert().success();
        let keys = Keys::new("bitcraps".parse().unwrap());
        let mut fleet = Self { folder, etcd: Etcd::start(), keys, before: String::new(), after: String::new() };
        fleet.before = fleet.publish("before", 500, &[]).success().out();
        fleet.after = fleet.publish("after", 600, &["--store-only"]).success().out();
        for printed in [&mut fleet.before, &mut fleet.after] {
            let line = printed.lines().last().unwrap();
            *printed = line.split_whitespace().nth(1).unwrap().to_owned();
        }
        fleet
    }

    /// Publishes a bundle.
    pub fn publish(&self, name: &str, connections: u32, arguments: &[&str]) -> Assert {
        let directory = self.folder.path().join(name).join("production");
        let config = format!("[network]\nmax_connections = {connections}\n");
        Bundle { name: "production", config: &config, ..Default::default() }.write(&directory);
        let mut command = self.command(&["publish"]);
        command.arg(&directory).args(["--key-file", "example-1.key", "--author", "alice"]).args(arguments);
        command.assert()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = confgate!();
        command.args(arguments).args(["--to", &self.etcd.to()]).current_dir(self.folder.path());
        command
    }

    /// Returns the command that starts the rollout with this file.
    pub fn start(&self, file: &str, arguments: &[&str]) -> Command {
        fs::write(self.folder.path().join("rollout.toml"), file).unwrap();
        let mut command = self.command(&["rollout", "start", &self.after, "--file", "rollout.toml", "--author", "bob"]);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn rollout(&self, command: &str, arguments: &[&str]) -> Assert {
        self.command(&["rollout", command]).args(arguments).assert()
    }

    /// Returns the names of the pointers with their releases.
    pub fn pointers(&self) -> BTreeMap<String, String> {
        self.with_store(async |store| {
            let listing = store.list(&self.keys.rollouts()).await.unwrap();
            let pointer = |entry: &confgate::fleet::Entry| {
                let name = Keys::name_below(&entry.key, &self.keys.rollouts()).unwrap().to_owned();
                (name, Pointer::decode(&entry.value, &entry.key).unwrap().release.to_string())
            };
            listing.entries.iter().map(pointer).collect()
        })
    }

    pub fn only_all(&self, release: &str) -> bool {
        self.pointers() == BTreeMap::from([("all".to_owned(), release.to_owned())])
    }

    pub fn with_store<T>(&self, run: impl AsyncFnOnce(Store) -> T) -> T {
        crate::support::with_store(options(&self.etcd), run)
    }
}

/// The reaction of a simulated node to the release `after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behavior {
    Runs,
    Rejects,
    Never,
}

/// Simulated nodes: a thread that follows the pointers as nodes do, and writes their reports.
pub struct Nodes {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A change of the store as a watcher saw it: the key, and its value if it was not deleted.
type Seen = (String, Option<Vec<u8>>);

/// A recorder of all changes of a service's pointers and reports.
pub struct Recorder {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// Changes by revision.
    seen: Arc<Mutex<BTreeMap<i64, Vec<Seen>>>>,
}

const PAUSE: Duration = Duration::from_millis(30);

impl Nodes {
    /// Starts nodes `n0` and so on. The first one has the tag `canary`.
    pub fn start(fleet: &RolloutFleet, count: usize, behavior: impl Fn(usize) -> Behavior + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, options, keys) = (stop.clone(), options(&fleet.etcd), fleet.keys.clone());
        let after: Digest = fleet.after.parse().unwrap();
        let nodes: Vec<(NodeName, BTreeSet<Tag>, Behavior)> = (0..count)
            .map(|number| {
                let tags = (number == 0).then(|| "canary".parse().unwrap()).into_iter().collect();
                (format!("n{number}").parse().unwrap(), tags, behavior(number))
            })
            .collect();
        let expected = count;
        let prefix = keys.nodes();
        let thread = thread::spawn(move || {
            Runtime::new().unwrap().block_on(async {
                let store = Store::connect(&options).await.unwrap();
                let mut running: BTreeMap<NodeName, NodeReport> = BTreeMap::new();
                while !stopped.load(Ordering::Relaxed) {
                    follow(&store, &keys, &nodes, after, &mut running).await;
                    thread::sleep(PAUSE);
                }
            });
        });
        fleet.with_store(async |store| {
            while store.list_keys(&prefix).await.unwrap().entries.len() < expected {
                thread::sleep(PAUSE);
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

/// Lets each node look at the pointers once.
async fn follow(
    store: &Store,
    keys: &Keys,
    nodes: &[(NodeName, BTreeSet<Tag>, Behavior)],
    after: Digest,
    running: &mut BTreeMap<NodeName, NodeReport>,
) {
    let Ok(listing) = store.list(&keys.rollouts()).await else { return };
    let pointers: BTreeMap<WaveName, Pointer> = listing
        .entries
        .iter()
        .map(|entry| {
            let name = Keys::name_below(&entry.key, &keys.rollouts()).unwrap();
            (name.parse().unwrap(), Pointer::decode(&entry.value, &entry.key).unwrap())
        })
        .collect();
    for (name, tags, behavior) in nodes {
        let resident = Resident { node: name, region: None, tags };
        let Some((wave, pointer)) = pointer_of(&pointers, resident) else { continue };
        let (wanted, known) = (pointer.release, running.get(name));
        if known.is_some_and(|known| known.wanted == Some(wanted)) {
            continue;
        }
        let fails = wanted == after && *behavior == Behavior::Rejects;
        let stays = wanted == after && *behavior != Behavior::Runs;
        let release = if stays { known.and_then(|known| known.release) } else { Some(wanted) };
        let report = NodeReport {
            region: None,
            tags: tags.clone(),
            release,
            bundle: None,
            wanted: Some(wanted),
            wave: Some(wave.clone()),
            position: Some(listing.position),
            active: true,
            healthy: true,
            restart_pending: false,
            error: fails.then(|| ReportedError::new(wanted, "rejected by the gate of this node")),
            staging: None,
            since: jiff::Timestamp::now(),
        };
        let written = store.commit(&Transaction::new().put(keys.node(name), report.encode())).await;
        if written.is_ok() {
            running.insert(name.clone(), report);
        }
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

impl Recorder {
    pub fn start(fleet: &RolloutFleet) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let seen: Arc<Mutex<BTreeMap<i64, Vec<Seen>>>> = Arc::default();
        let (stopped, recorded, options, prefix) =
            (stop.clone(), seen.clone(), options(&fleet.etcd), fleet.keys.prefix());
        let thread = thread::spawn(move || {
            Runtime::new().unwrap().block_on(async {
                let store = Store::connect(&options).await.unwrap();
                let mut watcher = Watcher::new(store, prefix, WatchOptions::default());
                while !stopped.load(Ordering::Relaxed) {
                    record(watcher.next().await, &recorded);
                }
            });
        });
        let recorder = Self { stop, thread: Some(thread), seen };
        confgate_test_support::eventually("the recorder listed", || !recorder.seen.lock().unwrap().is_empty());
        recorder
    }

    /// Replays the changes as nodes saw them: returns, after each revision, the number of nodes whose pointer names `after`, and of
    /// those among them that neither run nor reject it.
    pub fn replay(self, fleet: &RolloutFleet, count: usize) -> Vec<(usize, usize)> {
        self.stop.store(true, Ordering::Relaxed);
        // The last change ends the wait of the watcher.
        fleet.etcd.ctl(&["put", &format!("{}recorded", fleet.keys.prefix()), ""]);
        let Self { thread, seen, .. } = self;
        thread.unwrap().join().unwrap();
        let after: Digest = fleet.after.parse().unwrap();
        let mut entries: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut counts = Vec::new();
        for changes in seen.lock().unwrap().values() {
            for (key, value) in changes {
                match value {
                    Some(value) => drop(entries.insert(key.clone(), value.clone())),
                    None => drop(entries.remove(key)),
                }
            }
            let named = |prefix: String| {
                let entries = entries.iter();
                entries.filter_map(move |(key, value)| Some((Keys::name_below(key, &prefix)?.to_owned(), key, value)))
            };
            let pointers: BTreeMap<WaveName, Pointer> = named(fleet.keys.rollouts())
                .map(|(name, key, value)| (name.parse().unwrap(), Pointer::decode(value, key).unwrap()))
                .collect();
            let reports: BTreeMap<NodeName, NodeReport> = named(fleet.keys.nodes())
                .map(|(name, key, value)| (name.parse().unwrap(), NodeReport::decode(value, key).unwrap()))
                .collect();
            let selected = (0..count).filter_map(|number| {
                let node: NodeName = format!("n{number}").parse().unwrap();
                let report = reports.get(&node)?;
                let (_, pointer) = pointer_of(&pointers, report.resident(&node))?;
                (pointer.release == after).then(|| report.runs(&after) || report.error_of(&after).is_some())
            });
            let selected: Vec<bool> = selected.collect();
            counts.push((selected.len(), selected.iter().filter(|is_there| !**is_there).count()));
        }
        counts
    }
}

fn record(update: Update, recorded: &Mutex<BTreeMap<i64, Vec<Seen>>>) {
    let mut recorded = recorded.lock().unwrap();
    match update {
        Update::Listed { listing, .. } => {
            let seen = listing.entries.into_iter().map(|entry| (entry.key, Some(entry.value)));
            recorded.entry(listing.position.revision.0).or_default().extend(seen);
        }
        Update::Changed { changes, .. } => {
            for change in changes {
                let revision = change.revision().0;
                let seen = match change {
                    Change::Put(entry) => (entry.key, Some(entry.value)),
                    Change::Deleted { key, .. } => (key, None),
                };
                recorded.entry(revision).or_default().push(seen);
            }
        }
        Update::Resumed { .. } | Update::Interrupted { .. } => {}
    }
}
