//! Nodes without a disk: they watch the pointers, read what their pointer names, verify it, and pass it through the gate. If the release is
//! staged, they do that before the pointer moves, and the move names what is in memory already.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use confgate_core::gate::Gate;
use confgate_deploy::Bundle;
use confgate_fleet::{
    Change, Commit, Digest, EndpointOptions, GatedConfig, Keys, NodeName, Pointer, ReleaseReader, ReleaseWriter,
    SignedBundle, Store, Transaction, Update, WatchOptions, Watcher, WaveName,
};
use confgate_nix_signatures::{PathInfo, SecretKey, Trust};
use confgate_test_support::etcd::Etcd;
use tokio::sync::mpsc;
use tokio::task::LocalSet;

const SCHEMA: &str = include_str!("../../../../modules/schema.json");

/// The time over which nodes spread their reads of a release that they stage.
const STAGING: Duration = Duration::from_secs(5);

/// The facts that all nodes share.
struct Fleet {
    keys: Keys,
    key: SecretKey,
    trust: Trust,
    gate: Gate,
    options: EndpointOptions,
}

/// The state of the release when its pointer moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// It is stored, and no node knows of it.
    Stored,
    /// Every node has fetched, verified and gated it.
    Staged,
}

/// A release in the memory of a node, admitted by its gate.
struct Admitted {
    release: Digest,
    _config: GatedConfig,
}

/// Measures the time from the acknowledgement of each publication to its admission by each node.
pub fn measure(etcd: &Etcd, nodes: usize, rounds: usize, state: Release) -> Vec<Duration> {
    let key = SecretKey::generate("config.example.org-1".parse().unwrap()).unwrap();
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let fleet = Rc::new(Fleet {
        keys: Keys::new("bitcraps".parse().unwrap()),
        trust: Trust::new(vec![key.public()]),
        key,
        gate: Gate::of_service(schema, "bitcraps", "BITCRAPS").unwrap(),
        options: EndpointOptions {
            timeout: Some(Duration::from_secs(60)),
            ..EndpointOptions::plain([etcd.endpoint(0)])
        },
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let (ready, mut readied) = mpsc::unbounded_channel();
        let (admitted, mut admissions) = mpsc::unbounded_channel();
        let (staged, mut stagings) = mpsc::unbounded_channel();
        let wanted: Rc<RefCell<Option<Digest>>> = Rc::default();
        for number in 0..nodes {
            let (fleet, ready, admitted, wanted) = (fleet.clone(), ready.clone(), admitted.clone(), wanted.clone());
            let (slot, staged) = (Rc::new(RefCell::new(None::<Admitted>)), staged.clone());
            let node: NodeName = format!("n{number}").parse().unwrap();
            let store = Store::connect(&fleet.options).await.unwrap();
            {
                let (fleet, store, node, slot) = (fleet.clone(), store.clone(), node.clone(), slot.clone());
                let (ready, spread) = (ready.clone(), STAGING.mul_f64(number as f64 / nodes as f64));
                tokio::task::spawn_local(async move {
                    let mut watcher = Watcher::new(store, fleet.keys.staged(), WatchOptions::default());
                    loop {
                        if let Some(release) = fleet.changed(watcher.next().await, &ready) {
                            tokio::time::sleep(spread).await;
                            *slot.borrow_mut() = Some(fleet.admit(watcher.store(), release, &node).await);
                            staged.send(()).unwrap();
                        }
                    }
                });
            }
            tokio::task::spawn_local(async move {
                let mut watcher = Watcher::new(store, fleet.keys.rollouts(), WatchOptions::default());
                loop {
                    if let Some(release) = fleet.changed(watcher.next().await, &ready) {
                        let staged = slot.borrow_mut().take_if(|staged| staged.release == release);
                        let now = match staged {
                            Some(staged) => staged,
                            None => fleet.admit(watcher.store(), release, &node).await,
                        };
                        assert!(Some(now.release) == *wanted.borrow());
                        // The config stays in memory, as in a node: no node waits for what another one drops.
                        let _ = admitted.send((Instant::now(), now));
                    }
                }
            });
        }
        for _ in 0..nodes * 2 {
            readied.recv().await.unwrap();
        }
        let store = Store::connect(&fleet.options).await.unwrap();
        let mut times = Vec::new();
        for round in 0..rounds {
            // The watches open after the listings.
            tokio::time::sleep(Duration::from_secs(2)).await;
            let release = fleet.store(&store, round).await;
            *wanted.borrow_mut() = Some(release);
            if state == Release::Staged {
                fleet.put(&store, fleet.keys.staged(), release).await;
                for _ in 0..nodes {
                    stagings.recv().await.unwrap();
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            let acknowledged = fleet.put(&store, fleet.keys.rollout(&WaveName::all()), release).await;
            let mut active = Vec::with_capacity(nodes);
            for _ in 0..nodes {
                let (admitted, config): (Instant, Admitted) = admissions.recv().await.unwrap();
                times.push(admitted.saturating_duration_since(acknowledged));
                active.push(config);
            }
        }
        times
    })
}

impl Fleet {
    /// Returns the release of a key that changed.
    fn changed(&self, update: Update, ready: &mpsc::UnboundedSender<()>) -> Option<Digest> {
        match update {
            Update::Listed { .. } => {
                ready.send(()).unwrap();
                None
            }
            Update::Changed { changes, .. } => {
                let [Change::Put(entry)] = &changes[..] else { panic!("{changes:?}") };
                Some(Pointer::decode(&entry.value, &entry.key).unwrap().release)
            }
            // On a machine with other work a thousand connections may miss a ping: the watch goes on where it was, and the time counts.
            Update::Resumed { .. } | Update::Interrupted { .. } => None,
        }
    }

    /// Reads, verifies and gates a release, as a node does up to its disk.
    async fn admit(&self, store: &Store, release: Digest, node: &NodeName) -> Admitted {
        let verified = ReleaseReader::new(store, &self.keys, &self.trust).bundle_of(&release, node).await.unwrap();
        Admitted { release, _config: GatedConfig::of(&verified.bundle, &self.gate).unwrap() }
    }

    /// Stores a release of one bundle for all nodes.
    async fn store(&self, store: &Store, round: usize) -> Digest {
        let folder = tempfile::tempdir().unwrap();
        let config = format!("[network]\nmax_connections = {}\n", 100 + round);
        let bundle = confgate_test_support::Bundle { name: "production", config: &config, ..Default::default() };
        let bundle = Bundle::read(&bundle.write(&folder.path().join("production"))).unwrap();
        let mut signature = PathInfo::of_source("production", bundle.nar).unwrap();
        signature.sign(&self.key);
        let writer = ReleaseWriter::new(store, &self.keys, &self.trust);
        let signed = SignedBundle { bundle, signature };
        writer.write_bundle(&signed).await.unwrap();
        let release = confgate_fleet::Release::of_bundle(self.keys.service().clone(), signed.digest());
        writer.write_release(&release).await.unwrap().0
    }

    /// Writes a release to a key, and returns the time of the acknowledgement.
    async fn put(&self, store: &Store, key: String, release: Digest) -> Instant {
        let pointer = Pointer {
            release,
            by: "bench".to_owned(),
            at: "2026-11-30T00:00:00Z".parse().unwrap(),
            commit: None,
            authority: None,
            selector: None,
        };
        let put = Transaction::new().put(key, pointer.encode());
        assert!(matches!(store.commit(&put).await.unwrap(), Commit::Done(_)));
        Instant::now()
    }
}
