//! A node that follows its fleet: what it admits, what it refuses and names, and what it does while its store is away.

use std::fs;
use std::path::Path;
use std::time::Duration;

use confgate::deploy::Probe;
use confgate::fleet::{
    BundleHeader, Digest, MAX_VALUE, NodeReport, Place, Pointer, Release, Selector, Store, Transaction,
};
use confgate::nix_signatures::{PathInfo, SecretKey};
use confgate::system::SystemContext;
use confgate_test_support::etcd::Etcd;
use tempfile::TempDir;

use crate::sides::{a_moment, peers, point, pointer, publish, quick_options, release, store_release, until};
use crate::support::{CANARY, Service, digest, large_config, sign, with_store};
use crate::test_node::TestNode;

async fn report_in(store: &Store, service: &Service) -> Option<NodeReport> {
    let key = service.keys.node(&"node-1".parse().unwrap());
    let (entry, _) = store.get(&key, MAX_VALUE).await.unwrap();
    entry.map(|entry| NodeReport::decode(&entry.value, &key).unwrap())
}

#[test]
#[ignore = "needs etcd"]
fn a_release_reaches_a_node_which_reports_it_and_goes_back_with_its_pointer() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let first = publish(&store, &service, &peers(100)).await;
            node.runs(first).await;
            assert_eq!(node.connections().as_deref(), Some("100"));
            let report = until("the report is in the store", async || {
                report_in(&store, &service).await.filter(|report| report.runs(&first))
            })
            .await;
            assert_eq!((report.wanted, report.wave), (Some(first), Some("all".parse().unwrap())));
            assert_eq!(report.region, Some("eu".parse().unwrap()));
            let second = publish(&store, &service, &peers(200)).await;
            node.runs(second).await;
            assert_eq!(node.connections().as_deref(), Some("200"));
            point(&store, &service.keys, &[("all", first)], &[]).await;
            node.runs(first).await;
            assert_eq!(node.connections().as_deref(), Some("100"));
            // A pointer for the node's tag, then one of a rollout, and what is left after both.
            point(&store, &service.keys, &[("canary", second)], &[]).await;
            node.runs(second).await;
            let third = release(&store, &service, &peers(300)).await;
            let selector = Selector {
                rollout: "r".to_owned(),
                order: 0,
                tag: None,
                regions: Default::default(),
                through: Some(Place::LAST),
            };
            let key = service.keys.rollout(&"50%".parse().unwrap());
            store.commit(&Transaction::new().put(&key, pointer(third, Some(selector)).encode())).await.unwrap();
            node.runs(third).await;
            point(&store, &service.keys, &[], &["canary", "50%"]).await;
            node.runs(first).await;
            assert_eq!(node.status.problem(), None);
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn what_a_hostile_store_holds_changes_nothing_and_is_named() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let keys = &service.keys;
            let old = publish(&store, &service, &peers(90)).await;
            node.runs(old).await;
            let key = keys.rollout(&"all".parse().unwrap());
            let old_pointer = store.get(&key, MAX_VALUE).await.unwrap().0.unwrap();
            let good = publish(&store, &service, &peers(100)).await;
            node.runs(good).await;
            let generation = fs::read_link(node.follower.service.config()).unwrap();
            let refused = async |part: &str| {
                let problem = node.names(part).await;
                a_moment().await;
                assert_eq!(fs::read_link(node.follower.service.config()).unwrap(), generation, "{problem}");
                assert_eq!(node.connections().as_deref(), Some("100"));
                problem
            };
            // Unsigned, and signed by a stranger.
            let signed = service.signed("production", &peers(200));
            let archive = signed.bundle.to_tar();
            let unsigned = PathInfo { signatures: Vec::new(), ..signed.signature.clone() };
            let stranger = SecretKey::generate("stranger-1".parse().unwrap()).unwrap();
            let foreign = sign(signed.bundle.clone(), &stranger).signature;
            let release = Release::of_bundle(keys.service().clone(), signed.digest());
            let bytes = release.encode().unwrap();
            let named = Digest::of(&bytes);
            store.commit(&Transaction::new().put(keys.release(&named), bytes)).await.unwrap();
            for (signature, part) in [
                (unsigned, "not signed; trusted: config.example.org-1"),
                (foreign, "signed by stranger-1, which is not trusted; trusted: config.example.org-1"),
            ] {
                let header = BundleHeader::of(&archive, signature).encode();
                store.commit(&Transaction::new().put(keys.bundle(&signed.digest()), header)).await.unwrap();
                point(&store, keys, &[("all", named)], &[]).await;
                refused(part).await;
            }
            let report = node.status.report();
            assert!(report.error_of(&named).unwrap().contains("stranger-1"), "{report:?}");
            assert_eq!((report.release, report.active), (Some(good), true));
            // An index of another service.
            let bytes = Release::of_bundle("other".parse().unwrap(), signed.digest()).encode().unwrap();
            let other = Digest::of(&bytes);
            store.commit(&Transaction::new().put(keys.release(&other), bytes)).await.unwrap();
            point(&store, keys, &[("all", other)], &[]).await;
            refused("a release of the service other, not of bitcraps").await;
            // A release that is not there.
            point(&store, keys, &[("all", digest("nowhere"))], &[]).await;
            refused("missing from the store; publish the release again").await;
            // A chunk that is missing, and one that is too large.
            let large = service.signed("large", &large_config());
            let incomplete = store_release(&store, &service, keys, &large).await;
            let chunk = confgate::fleet::split(&large.bundle.to_tar())[1].digest;
            let chunk = keys.chunk(&large.digest(), &chunk);
            etcd.ctl(&["del", &chunk]);
            point(&store, keys, &[("all", incomplete)], &[]).await;
            let problem = refused(&chunk).await;
            assert!(problem.ends_with("missing from the store; publish the release again"), "{problem}");
            store.commit(&Transaction::new().put(&chunk, vec![b'x'; 700 << 10])).await.unwrap();
            refused("the value is larger than the limit of 512 KiB").await;
            // A pointer that is garbage, too large, or older than the one that is known.
            store.commit(&Transaction::new().put(&key, "garbage")).await.unwrap();
            let problem = refused("not a pointer to a release").await;
            assert!(problem.starts_with("pointer: /confgate/bitcraps/rollout/all: "), "{problem}");
            let known = Pointer::decode(&old_pointer.value, &key).unwrap();
            let position = store.position(&keys.prefix()).await.unwrap();
            let older = confgate::fleet::Position { revision: old_pointer.modified, ..position };
            let replayed = Pointer { authority: Some(older), ..known };
            store.commit(&Transaction::new().put(&key, replayed.encode())).await.unwrap();
            let problem = refused("is older than the one that is known").await;
            assert!(problem.starts_with("pointer: the pointer of the wave all "), "{problem}");
            // The next good release is taken.
            let next = publish(&store, &service, &peers(300)).await;
            node.runs(next).await;
            until("no problem is left", async || node.status.problem().is_none().then_some(())).await;
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_release_is_gated_with_the_environment_and_secrets_of_the_node() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let secrets = TempDir::new().unwrap();
    let system = SystemContext::bare().variable("CREDENTIALS_DIRECTORY", secrets.path().to_str().unwrap());
    let node = TestNode::with(&service, quick_options(&etcd), system, |_| {});
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let first = publish(&store, &service, &peers(100)).await;
            node.runs(first).await;
            let turn = "[[network.turn_servers]]\nurl = 'turn:turn.example.org:3478'\nusername = 'node'\npassword = '${SECRET_TURN}'\n";
            let second = publish(&store, &service, &format!("{}{turn}", peers(200))).await;
            let problem = node.names("TURN").await;
            assert!(problem.contains(&second.to_string()), "{problem}");
            assert_eq!(node.connections().as_deref(), Some("100"));
            assert_eq!(node.status.report().release, Some(first));
            // The secret arrives, and the release is tried again by itself.
            fs::write(secrets.path().join("TURN"), CANARY).unwrap();
            node.runs(second).await;
            assert_eq!(node.connections().as_deref(), Some("200"));
        })
        .await;
        let dump = etcd.dump();
        assert!(!dump.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()));
        let shown = format!("{}{}", node.status.health(), node.status.metrics());
        assert!(!shown.contains(CANARY));
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_release_that_is_not_healthy_goes_back_and_waits_for_its_pointer_to_move() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let folder = TempDir::new().unwrap();
    let attempts = folder.path().join("attempts");
    // Healthy while no config has 200 connections.
    let health = |root: &Path| {
        let (link, attempts) = (root.join("current/config.toml"), attempts.display());
        format!("echo >> {attempts}; ! grep -q 200 {}", link.display())
    };
    let node = TestNode::with(&service, quick_options(&etcd), SystemContext::bare(), |service| {
        service.health = Some(Probe::Command(health(&service.root)));
        service.timeout = Duration::from_millis(500);
    });
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let first = publish(&store, &service, &peers(100)).await;
            node.runs(first).await;
            let second = publish(&store, &service, &peers(200)).await;
            let problem = node.names("health failed").await;
            assert!(problem.contains("generation 1 is active again"), "{problem}");
            until("the node reports the error", async || {
                let report = node.status.report();
                (report.error_of(&second).is_some() && report.release == Some(first) && report.healthy).then_some(())
            })
            .await;
            assert_eq!(node.connections().as_deref(), Some("100"));
            let generations = || fs::read_dir(node.follower.service.root.join("generations")).unwrap().count();
            let before = generations();
            tokio::time::sleep(Duration::from_secs(2)).await;
            assert_eq!(generations(), before, "it was tried again");
            let third = publish(&store, &service, &peers(300)).await;
            node.runs(third).await;
            assert_eq!(node.status.report().error, None);
        })
        .await;
        // A new process does not try it again either.
        assert!(fs::metadata(&attempts).unwrap().len() > 2);
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_newer_pointer_ends_the_bake_time_of_the_one_before() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::with(&service, quick_options(&etcd), SystemContext::bare(), |service| {
        service.health = Some(Probe::Command("true".to_owned()));
        service.bake_time = Duration::from_secs(600);
    });
    let quick_bake = Duration::from_millis(1);
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            publish(&store, &service, &peers(100)).await;
            until("the first release bakes", async || node.follower.service.config().exists().then_some(())).await;
            let second = publish(&store, &service, &peers(200)).await;
            until("the second release bakes", async || (node.connections().as_deref() == Some("200")).then_some(()))
                .await;
            assert_eq!(node.status.report().wanted, Some(second));
        })
        .await;
        assert!(quick_bake < node.follower.service.bake_time);
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_node_runs_on_while_its_store_is_away_and_follows_when_it_is_back() {
    let (mut etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    with_store(quick_options(&etcd), async |store| {
        let first = publish(&store, &service, &peers(100)).await;
        node.follow(node.runs(first)).await;
        etcd.kill(0);
        // A new process, which finds no store.
        node.follow(async {
            until("the outage is known", async || (node.status.health()["connected"] == false).then_some(())).await;
            let report = node.status.report();
            assert_eq!((report.release, report.active), (Some(first), true));
            assert_eq!(node.connections().as_deref(), Some("100"));
            etcd.start_again(0);
            until("the store answers", async || (node.status.health()["connected"] == true).then_some(())).await;
            let second = publish(&store, &service, &peers(200)).await;
            node.runs(second).await;
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_restored_store_is_followed_and_an_old_pointer_of_the_same_authority_is_not() {
    let (mut etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let first = publish(&store, &service, &peers(100)).await;
            node.runs(first).await;
            let snapshot = etcd.save();
            let second = publish(&store, &service, &peers(200)).await;
            node.runs(second).await;
            // The authority itself was restored: its cluster is another one, and says what is wanted.
            etcd.restore(&snapshot);
            node.runs(first).await;
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn the_report_of_a_dead_node_vanishes_with_its_lease() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    with_store(quick_options(&etcd), async |store| {
        let first = publish(&store, &service, &peers(100)).await;
        node.follow(async {
            node.runs(first).await;
            until("the node reports", async || report_in(&store, &service).await).await;
        })
        .await;
        assert!(report_in(&store, &service).await.is_some());
        until("the report is gone", async || report_in(&store, &service).await.is_none().then_some(())).await;
    });
}
