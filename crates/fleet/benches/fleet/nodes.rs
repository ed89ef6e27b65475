//! Nodes without a disk: they watch the pointers, read what their pointer names, verify it, and pass it through the gate.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use confgate_core::gate::Gate;
use confgate_deploy::Bundle;
use confgate_fleet::{
    Change, Commit, Digest, EndpointOptions, GatedConfig, Keys, NodeName, Pointer, Release, ReleaseReader,
    ReleaseWriter, SignedBundle, Store, Transaction, Update, WatchOptions, Watcher, WaveName,
};
use confgate_nix_signatures::{PathInfo, SecretKey, Trust};
use confgate_test_support::etcd::Etcd;
use tokio::sync::mpsc;
use tokio::task::LocalSet;

const SCHEMA: &str = include_str!("../../../../modules/schema.json");

/// The facts that all nodes share.
struct Fleet {
    keys: Keys,
    key: SecretKey,
    trust: Trust,
    gate: Gate,
    options: EndpointOptions,
}

/// Measures the time from the acknowledgement of each publication to its admission by each node.
pub fn measure(etcd: &Etcd, nodes: usize, rounds: usize) -> Vec<Duration> {
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
        let wanted: Rc<RefCell<Option<Digest>>> = Rc::default();
        for number in 0..nodes {
            let (fleet, ready, admitted, wanted) = (fleet.clone(), ready.clone(), admitted.clone(), wanted.clone());
            tokio::task::spawn_local(async move {
                let node: NodeName = format!("n{number}").parse().unwrap();
                let store = Store::connect(&fleet.options).await.unwrap();
                let mut watcher = Watcher::new(store, fleet.keys.rollouts(), WatchOptions::default());
                loop {
                    match watcher.next().await {
                        Update::Listed { .. } => ready.send(()).unwrap(),
                        Update::Changed { changes, .. } => {
                            let release = fleet.admit(watcher.store(), &changes, &node).await;
                            assert!(Some(release) == *wanted.borrow());
                            let _ = admitted.send(Instant::now());
                        }
                        Update::Resumed { .. } => {}
                        Update::Interrupted { error, .. } => panic!("{error}"),
                    }
                }
            });
        }
        for _ in 0..nodes {
            readied.recv().await.unwrap();
        }
        let store = Store::connect(&fleet.options).await.unwrap();
        let mut times = Vec::new();
        for round in 0..rounds {
            // The watches open after the listings.
            tokio::time::sleep(Duration::from_secs(2)).await;
            let release = fleet.store(&store, round).await;
            *wanted.borrow_mut() = Some(release);
            let acknowledged = fleet.publish(&store, release).await;
            for _ in 0..nodes {
                let admitted: Instant = admissions.recv().await.unwrap();
                times.push(admitted.saturating_duration_since(acknowledged));
            }
        }
        times
    })
}

impl Fleet {
    /// Admits the release of the pointer that changed, as a node does up to its disk.
    async fn admit(&self, store: &Store, changes: &[Change], node: &NodeName) -> Digest {
        let [Change::Put(entry)] = changes else { panic!("{changes:?}") };
        let release = Pointer::decode(&entry.value, &entry.key).unwrap().release;
        let verified = ReleaseReader::new(store, &self.keys, &self.trust).bundle_of(&release, node).await.unwrap();
        GatedConfig::of(&verified.bundle, &self.gate).unwrap();
        release
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
        let release = Release::of_bundle(self.keys.service().clone(), signed.digest());
        writer.write_release(&release).await.unwrap().0
    }

    /// Moves the pointer of all nodes, and returns the time of the acknowledgement.
    async fn publish(&self, store: &Store, release: Digest) -> Instant {
        let pointer = Pointer {
            release,
            by: "bench".to_owned(),
            at: "2026-11-30T00:00:00Z".parse().unwrap(),
            commit: None,
            authority: None,
            selector: None,
        };
        let put = Transaction::new().put(self.keys.rollout(&WaveName::all()), pointer.encode());
        assert!(matches!(store.commit(&put).await.unwrap(), Commit::Done(_)));
        Instant::now()
    }
}
