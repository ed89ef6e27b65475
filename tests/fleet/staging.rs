//! A release that nodes stage before their pointers move: fetched, verified and gated, and never deployed before.

use std::fs;

use confgate::fleet::{BundleHeader, Digest, Keys, MAX_VALUE, Pointer, ReportedStaging, Store, Transaction, run_relay};
use confgate::nix_signatures::{PathInfo, SecretKey};
use confgate::system::SystemContext;
use confgate_test_support::etcd::Etcd;
use confgate_test_support::{Printed, eventually};
use tempfile::TempDir;

use crate::relay_sides::{Sides, with_stores};
use crate::rollout_fleet::{Behavior, Nodes, RolloutFleet};
use crate::sides::{a_moment, beside, peers, point, pointer, publish, quick_options, release, store_release, until};
use crate::support::{CANARY, Service, sign, with_store};
use crate::test_node::TestNode;

/// A part of a config that needs the secret `TURN`.
const TURN: &str =
    "[[network.turn_servers]]\nurl = 'turn:turn.example.org:3478'\nusername = 'node'\npassword = '${SECRET_TURN}'\n";

async fn announce(store: &Store, keys: &Keys, release: Digest) {
    store.commit(&Transaction::new().put(keys.staged(), pointer(release, None).encode())).await.unwrap();
}

async fn announced(store: &Store, keys: &Keys) -> Option<Pointer> {
    let (entry, _) = store.get(&keys.staged(), MAX_VALUE).await.unwrap();
    entry.map(|entry| Pointer::decode(&entry.value, &entry.key).unwrap())
}

/// Waits until the node reports the check of a release.
async fn staging(node: &TestNode, release: Digest) -> ReportedStaging {
    until("the node reports the check", async || {
        node.status.report().staging.filter(|staging| staging.release == release)
    })
    .await
}

#[test]
#[ignore = "needs etcd"]
fn a_staged_release_is_deployed_without_a_read_when_its_pointer_moves() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let first = publish(&store, &service, &peers(100)).await;
            node.runs(first).await;
            let files = || fs::read_dir(node.follower.service.root.join("generations")).unwrap().count();
            let before = files();
            let second = release(&store, &service, &peers(200)).await;
            announce(&store, &service.keys, second).await;
            assert_eq!(staging(&node, second).await.error, None);
            // Nothing but the report has changed.
            a_moment().await;
            assert_eq!(node.connections().as_deref(), Some("100"));
            assert_eq!(files(), before);
            let report = node.status.report();
            assert_eq!((report.release, report.wanted), (Some(first), Some(first)));
            // The store loses the release: a node that had to read it would not get it.
            etcd.ctl(&["del", "--prefix", &service.keys.releases()]);
            etcd.ctl(&["del", "--prefix", &service.keys.bundles()]);
            point(&store, &service.keys, &[("all", second)], &[]).await;
            let report = node.runs(second).await;
            assert_eq!((node.connections().as_deref(), report.staging), (Some("200"), None));
            assert_eq!(node.status.problem(), None);
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_node_that_would_reject_the_release_says_so_before_its_pointer_moves() {
    let (etcd, service, secrets) = (Etcd::start(), Service::new(), TempDir::new().unwrap());
    let system = SystemContext::bare().variable("CREDENTIALS_DIRECTORY", secrets.path().to_str().unwrap());
    let node = TestNode::with(&service, quick_options(&etcd), system, |_| {});
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let first = publish(&store, &service, &peers(100)).await;
            node.runs(first).await;
            let second = release(&store, &service, &format!("{}{TURN}", peers(200))).await;
            announce(&store, &service.keys, second).await;
            let error = staging(&node, second).await.error.unwrap();
            assert!(error.contains("TURN"), "{error}");
            // It is no problem of the node yet.
            assert_eq!(node.status.problem(), None);
            // The secret arrives, and the release is checked again by itself.
            fs::write(secrets.path().join("TURN"), CANARY).unwrap();
            until("the release would be admitted", async || {
                (staging(&node, second).await.error.is_none()).then_some(())
            })
            .await;
            // A check of then is no admission of now: the deployment gates it again.
            fs::remove_file(secrets.path().join("TURN")).unwrap();
            point(&store, &service.keys, &[("all", second)], &[]).await;
            node.names("TURN").await;
            assert_eq!(node.connections().as_deref(), Some("100"));
            fs::write(secrets.path().join("TURN"), CANARY).unwrap();
            node.runs(second).await;
            // The announcement ends, and the report with it.
            let third = release(&store, &service, &peers(300)).await;
            announce(&store, &service.keys, third).await;
            staging(&node, third).await;
            store.commit(&Transaction::new().delete(service.keys.staged())).await.unwrap();
            until("the release is forgotten", async || node.status.report().staging.is_none().then_some(())).await;
        })
        .await;
        let dump = etcd.dump();
        assert!(!dump.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()));
        assert!(!format!("{}{}", node.status.health(), node.status.metrics()).contains(CANARY));
    });
}

#[test]
#[ignore = "needs etcd"]
fn what_a_hostile_store_announces_changes_nothing_and_is_named() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let good = publish(&store, &service, &peers(100)).await;
            node.runs(good).await;
            store.commit(&Transaction::new().put(service.keys.staged(), "garbage")).await.unwrap();
            let problem = node.names("not a pointer to a release").await;
            assert!(problem.starts_with("staged: /confgate/bitcraps/staged/all: "), "{problem}");
            // A release that a stranger signed, and one that is not there.
            let stranger = SecretKey::generate("stranger-1".parse().unwrap()).unwrap();
            let signed = service.signed("other", &peers(666));
            let named = store_release(&store, &service, &service.keys, &signed).await;
            let foreign = sign(signed.bundle.clone(), &stranger).signature;
            let header = BundleHeader::of(&signed.bundle.to_tar(), foreign).encode();
            store.commit(&Transaction::new().put(service.keys.bundle(&signed.digest()), header)).await.unwrap();
            announce(&store, &service.keys, named).await;
            let error = staging(&node, named).await.error.unwrap();
            assert!(error.contains("signed by stranger-1, which is not trusted"), "{error}");
            until("the garbage is gone", async || node.status.problem().is_none().then_some(())).await;
            let unsigned = PathInfo::of_source("node", signed.bundle.nar).unwrap();
            let header = BundleHeader::of(&signed.bundle.to_tar(), unsigned).encode();
            store.commit(&Transaction::new().put(service.keys.bundle(&signed.digest()), header)).await.unwrap();
            let nowhere = Digest::of(b"nowhere");
            announce(&store, &service.keys, nowhere).await;
            let error = staging(&node, nowhere).await.error.unwrap();
            assert!(error.ends_with("missing from the store; publish the release again"), "{error}");
            assert_eq!(node.connections().as_deref(), Some("100"));
            assert!(node.status.report().runs(&good));
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_relay_brings_the_release_to_the_region_before_its_announcement_and_ends_it() {
    let sides = Sides::new();
    let (options, keys, status) = (sides.options(), &sides.service.keys, sides.status());
    with_stores(&sides, async |authority, region| {
        let relay = sides.relay(&options, keys);
        let node = TestNode::new(&sides.service, quick_options(&sides.region));
        beside(
            run_relay(&relay, &status),
            node.follow(async {
                let first = publish(&authority, &sides.service, &peers(100)).await;
                node.runs(first).await;
                let second = release(&authority, &sides.service, &peers(200)).await;
                announce(&authority, keys, second).await;
                assert_eq!(staging(&node, second).await.error, None);
                let found = announced(&region, keys).await.unwrap();
                assert!(found.release == second && found.authority.is_some(), "{found:?}");
                // Another value of the region is repaired; garbage of the authority is named.
                store_garbage(&region, keys).await;
                until("the region is repaired", async || {
                    let (entry, _) = region.get(&keys.staged(), MAX_VALUE).await.unwrap();
                    Pointer::decode(&entry?.value, "/k").ok().filter(|found| found.release == second)
                })
                .await;
                store_garbage(&authority, keys).await;
                until("the garbage is named", async || {
                    let problems = status.problems();
                    let is_it =
                        |problem: &String| problem.contains("staged release") && problem.contains("not a pointer");
                    problems.iter().any(is_it).then_some(())
                })
                .await;
                authority.commit(&Transaction::new().delete(keys.staged())).await.unwrap();
                until("the announcement ends", async || announced(&region, keys).await.is_none().then_some(())).await;
                until("no problem is left", async || status.problems().is_empty().then_some(())).await;
            }),
        )
        .await;
    });
}

async fn store_garbage(store: &Store, keys: &Keys) {
    store.commit(&Transaction::new().put(keys.staged(), "garbage")).await.unwrap();
}

#[test]
#[ignore = "needs etcd"]
fn a_rollout_announces_its_release_and_waits_for_nodes_that_would_reject_it() {
    let fleet = RolloutFleet::new();
    let is_announced = || fleet.with_store(async |store| announced(&store, &fleet.keys).await.is_some());
    let _nodes = Nodes::start(&fleet, 4, |_| Behavior::Runs);
    let file = "[rollout]\nwaves = [\"canary\", \"100%\"]\nbake = \"1s\"\n";
    let started = fleet.start(file, &["--detach"]).output().unwrap();
    assert!(started.status.success(), "{started:?}");
    assert!(is_announced());
    // A node of the second wave says that it would reject the release.
    let refuse = |error: Option<&str>| {
        fleet.with_store(async |store| {
            let (key, after) = (fleet.keys.node(&"n2".parse().unwrap()), fleet.after.parse().unwrap());
            let (entry, _) = store.get(&key, MAX_VALUE).await.unwrap();
            let mut report = confgate::fleet::NodeReport::decode(&entry.unwrap().value, &key).unwrap();
            report.staging = Some(ReportedStaging { release: after, error: error.map(str::to_owned) });
            store.commit(&Transaction::new().put(&key, report.encode())).await.unwrap();
        });
    };
    refuse(Some("secret TURN not found"));
    let mut controller =
        fleet.command(&["rollout", "run", "--lease", "2s"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let status = || fleet.command(&["rollout", "status"]).output().unwrap();
    eventually("the rollout pauses", || String::from_utf8_lossy(&status().stdout).contains("paused"));
    let text = String::from_utf8(status().stdout).unwrap();
    for line in [
        "\ncanary   1 of 1 node run the release\n",
        "\n100%     0 of 3 nodes run the release ← paused: 1 node of wave 100% would reject the release: n2: secret TURN not \
         found; repair that and resume, promote, or abort\n",
        "\n  n2 in 100%: would reject the release: secret TURN not found\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert_eq!(status().status.code(), Some(1));
    let nodes = fleet.command(&["fleet", "status"]).output().unwrap();
    let nodes = String::from_utf8(nodes.stdout).unwrap();
    assert!(nodes.contains(&format!("would reject release {}: secret TURN not found", &fleet.after[..12])), "{nodes}");
    // It is repaired, and the rollout goes on.
    refuse(None);
    fleet.rollout("resume", &[]).success();
    eventually("the rollout ends", || fleet.only_all(&fleet.after));
    controller.kill().unwrap();
    controller.wait().unwrap();
    assert!(!is_announced());
}

#[test]
#[ignore = "needs etcd"]
fn an_announcement_ends_with_its_rollout_and_with_the_next_publication() {
    let fleet = RolloutFleet::new();
    let is_announced = || fleet.with_store(async |store| announced(&store, &fleet.keys).await.is_some());
    let _nodes = Nodes::start(&fleet, 2, |_| Behavior::Runs);
    let file = "[rollout]\nwaves = [\"100%\"]\n";
    assert!(fleet.start(file, &["--detach"]).output().unwrap().status.success());
    assert!(is_announced());
    fleet.rollout("abort", &["--reason", "lunch"]).success();
    assert!(!is_announced());
    // A controller of an older version leaves it.
    fleet.with_store(async |store| announce(&store, &fleet.keys, fleet.after.parse().unwrap()).await);
    fleet.publish("next", 700, &[]).success().out();
    assert!(!is_announced());
    assert!(fleet.start(file, &["--dry-run"]).output().unwrap().status.success());
    assert!(!is_announced(), "a dry run writes nothing");
}
