//! `confgate fleet prune`: what is needed stays, whatever happens meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use assert_cmd::assert::OutputAssertExt;
use confgate::fleet::{
    Author, Candidate, Digest, MAX_VALUE, Pointer, Prune, PruneError, Publication, Runtime, Store, WaveName, prune,
    publish, run_relay,
};
use confgate_test_support::{Printed, confgate};
use serde_json::Value as Json;

use crate::relay_sides::{Sides, arrived, with_stores};
use crate::rollout_fleet::{Behavior, Nodes, RolloutFleet};
use crate::sides::{beside, gate, peers, point, publish as publish_config, quick_options, release};
use crate::support::{Service, with_store};

fn author() -> Author {
    Author { by: "ops".to_owned(), at: "2026-11-30T03:00:00Z".parse().unwrap(), commit: None }
}

async fn keep(store: &Store, service: &Service, keep: usize) -> Result<usize, PruneError> {
    let author = author();
    let request = Prune { keys: &service.keys, keep, keep_history: 10, author: &author, dry_run: false };
    prune(store, &request).await.map(|pruned| pruned.releases.len())
}

async fn is_there(store: &Store, service: &Service, release: Digest) -> bool {
    service.reader(store).bundle_of(&release, &"n1".parse().unwrap()).await.is_ok()
}

#[test]
#[ignore = "needs etcd"]
fn old_releases_go_with_their_bundles_and_those_that_are_needed_stay() {
    let fleet = RolloutFleet::new();
    let nodes = Nodes::start(&fleet, 2, |_| Behavior::Runs);
    let mut published = vec![fleet.before.clone(), fleet.after.clone()];
    for count in 0..4 {
        let printed = fleet.publish(&format!("r{count}"), 700 + count, &["--format", "json"]).success().out();
        let document: Json = serde_json::from_str(&printed).unwrap();
        published.push(document["release"].as_str().unwrap().to_owned());
    }
    drop(nodes);
    let command = |arguments: &[&str]| {
        let mut command = fleet.command(&["fleet", "prune", "--keep", "2", "--keep-history", "3"]);
        command.args(arguments);
        command.assert().success().out()
    };
    // A node still runs the first release as far as its report says.
    let report = fleet.etcd.ctl(&["get", "--print-value-only", "/confgate/bitcraps/nodes/n0"]);
    let running = serde_json::from_str::<Json>(&report).unwrap()["release"].as_str().unwrap().to_owned();
    let gone: Vec<&String> = published[..4].iter().filter(|release| **release != running).collect();
    let before = fleet.etcd.dump();
    let shown = command(&["--dry-run"]);
    let listed: String = gone.iter().map(|release| format!("release {release}\n")).collect();
    let total =
        |done: &str| format!("{} releases, {} bundles and 2 changes of the history {done}, ", gone.len(), gone.len());
    assert!(shown.starts_with(&listed) && shown.contains(&total("would be removed")), "{shown}");
    assert_eq!(fleet.etcd.dump(), before);
    let shown = command(&[]);
    assert!(shown.starts_with(&listed) && shown.contains(&total("removed")), "{shown}");
    for release in &published {
        let index = fleet.etcd.ctl(&["get", "--print-value-only", &format!("/confgate/bitcraps/releases/{release}")]);
        assert_eq!(index.is_empty(), gone.contains(&release), "{release}");
    }
    let bundles = fleet.etcd.ctl(&["get", "--prefix", "--keys-only", "/confgate/bitcraps/bundles/"]);
    let headers = bundles.lines().filter(|line| line.matches('/').count() == 4).count();
    assert_eq!(headers, published.len() - gone.len(), "{bundles}");
    let nothing = command(&["--format", "json"]);
    let nothing: Json = serde_json::from_str(&nothing).unwrap();
    assert_eq!((&nothing["releases"], &nothing["bundles"]), (&Json::Array(Vec::new()), &Json::from(0)));
    // A rollback can return to the releases that are left.
    let mut status = confgate!();
    status.args(["fleet", "status", "--to", &fleet.etcd.to()]);
    assert!(!String::from_utf8(status.output().unwrap().stdout).unwrap().contains("missing"));
}

#[test]
#[ignore = "needs etcd"]
fn a_rollout_that_is_unfinished_keeps_its_releases() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 2, |_| Behavior::Never);
    let started = fleet.start("[rollout]\n", &["--detach"]).output().unwrap();
    assert!(started.status.success());
    for count in 0..3 {
        fleet.publish(&format!("r{count}"), 700 + count, &["--store-only"]).success();
    }
    let mut command = fleet.command(&["fleet", "prune", "--keep", "1"]);
    let printed = command.assert().success().out();
    assert!(!printed.contains(&fleet.after) && !printed.contains(&fleet.before), "{printed}");
    assert!(
        printed.contains("2 releases, 2 bundles and 0 changes of the history removed, 3 releases kept\n"),
        "{printed}"
    );
}

#[test]
#[ignore = "needs etcd"]
fn publications_of_releases_that_are_pruned_meanwhile_lose_nothing() {
    let etcd = confgate_test_support::etcd::Etcd::start();
    let service = Service::new();
    let is_over = AtomicBool::new(false);
    let (mut published, mut pruned) = (0, 0);
    thread::scope(|scope| {
        let pruning = scope.spawn(|| {
            Runtime::new().unwrap().block_on(async {
                let store = Store::connect(&quick_options(&etcd)).await.unwrap();
                let mut removed = 0;
                while !is_over.load(Ordering::SeqCst) {
                    match keep(&store, &service, 1).await {
                        Ok(count) => removed += count,
                        Err(PruneError::Changed) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
                removed
            })
        });
        // The same few releases again and again, so that each is often found in the store, and pruned soon.
        let bundles = [1, 2, 3].map(|count| service.signed("production", &peers(count * 100)));
        with_store(quick_options(&etcd), async |store| {
            let (gate, author, waves) = (gate(), author(), [WaveName::all()]);
            for round in 0..60 {
                let signed = bundles[round % 3].clone();
                let publication = Publication {
                    keys: &service.keys,
                    gate: &gate,
                    trust: &service.trust,
                    signer: Some(&service.key),
                    waves: &waves,
                    base: None,
                    author: &author,
                    dry_run: false,
                };
                // A publication that is pruned in the middle may find a part of its release missing, and moves nothing then.
                if publish(&store, &publication, Candidate::All(Box::new(signed))).await.is_ok() {
                    published += 1;
                }
                let key = service.keys.rollout(&WaveName::all());
                let entry = store.get(&key, MAX_VALUE).await.unwrap().0.unwrap();
                let release = Pointer::decode(&entry.value, &key).unwrap().release;
                assert!(is_there(&store, &service, release).await, "the published release is gone");
            }
        });
        is_over.store(true, Ordering::SeqCst);
        pruned = pruning.join().unwrap();
    });
    assert!(published > 30 && pruned > 5, "{published} published, {pruned} pruned");
}

#[test]
#[ignore = "needs etcd"]
fn a_relay_brings_back_what_was_pruned_in_its_region() {
    let sides = Sides::new();
    let (options, keys, status) = (sides.options(), &sides.service.keys, sides.status());
    with_stores(&sides, async |authority, region| {
        let relay = sides.relay(&options, keys);
        beside(run_relay(&relay, &status), async {
            let first = publish_config(&authority, &sides.service, &peers(100)).await;
            arrived(&region, &sides.service, keys, "all", first).await;
            let second = publish_config(&authority, &sides.service, &peers(200)).await;
            arrived(&region, &sides.service, keys, "all", second).await;
            assert_eq!(keep(&region, &sides.service, 1).await.unwrap(), 1);
            assert!(!is_there(&region, &sides.service, first).await);
            // The way back needs the release that the relay had forwarded before.
            point(&authority, keys, &[("all", first)], &[]).await;
            arrived(&region, &sides.service, keys, "all", first).await;
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_value_that_cannot_be_read_stops_a_prune() {
    let etcd = confgate_test_support::etcd::Etcd::start();
    let service = Service::new();
    with_store(quick_options(&etcd), async |store| {
        publish_config(&store, &service, &peers(100)).await;
        for count in 2..5 {
            release(&store, &service, &peers(count * 100)).await;
        }
        etcd.ctl(&["put", "/confgate/bitcraps/rollout/canary", "garbage"]);
        let before = etcd.dump();
        let message = keep(&store, &service, 1).await.unwrap_err().to_string();
        assert_eq!(
            message,
            "/confgate/bitcraps/rollout/canary: not a pointer to a release: expected value at line 1 column 1; remove the key, \
             and publish again\nnothing was removed"
        );
        assert_eq!(etcd.dump(), before);
    });
}
