//! A node that follows its fleet: what it admits, what it refuses and names, and what it does while its store is away.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use confgate::deploy::{Probe, Reload};
use confgate::fleet::{
    BundleHeader, Digest, EndpointOptions, FollowStatus, FollowTimes, Follower, MAX_VALUE, Node, NodeReport,
    NodeService, Place, Pointer, Release, Selector, SignedOverride, Store, Transaction,
};
use confgate::load::region::RegionOverride;
use confgate::load::{LoadOptions, Loader};
use confgate::nix_signatures::{PathInfo, SecretKey};
use confgate::system::SystemContext;
use confgate_test_support::etcd::Etcd;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::sides::{
    a_moment, beside, gate, peers, point, pointer, publish, quick, quick_options, release, store_release, until,
};
use crate::support::{CANARY, Service, digest, large_config, sign, with_store};

/// A node on a disk of its own.
struct TestNode {
    follower: Follower,
    status: FollowStatus,
    _folder: TempDir,
}

impl TestNode {
    fn new(service: &Service, endpoints: EndpointOptions) -> Self {
        Self::with(service, endpoints, SystemContext::bare(), |_| {})
    }

    /// Returns a node whose programs have these variables.
    fn with(
        service: &Service,
        endpoints: EndpointOptions,
        system: SystemContext,
        change: impl FnOnce(&mut NodeService),
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let gate = gate();
        let of_loader = gate.clone();
        let loader = move |bundle: &Path| Loader::new(of_loader.clone(), system.clone()).at(bundle);
        let mut node_service = NodeService {
            root: folder.path().join("bitcraps"),
            gate,
            loader: Arc::new(loader),
            trust: service.trust.clone(),
            reload: Reload::None,
            health: None,
            timeout: Duration::from_secs(20),
            bake_time: Duration::ZERO,
            keep: 5,
            allow_downgrade: true,
        };
        change(&mut node_service);
        let node = Node {
            name: "node-1".parse().unwrap(),
            region: Some("eu".parse().unwrap()),
            tags: ["canary".parse().unwrap()].into(),
        };
        let times = FollowTimes {
            watch: quick(),
            rejected: (Duration::from_millis(100), Duration::from_millis(500)),
            health: Duration::from_millis(200),
        };
        let status = FollowStatus::new("bitcraps", node.clone(), "shard");
        let keys = service.keys.clone();
        Self {
            follower: Follower { endpoints, keys, node, service: Arc::new(node_service), times },
            status,
            _folder: folder,
        }
    }

    /// Follows during a test.
    async fn follow<T>(&self, test: impl Future<Output = T>) -> T {
        beside(self.follower.run(&self.status), test).await
    }

    /// Returns a field of the config as the service of the node reads it.
    fn connections(&self) -> Option<String> {
        let loader = (self.follower.service.loader)(&self.follower.service.config());
        let loaded = loader.load(&LoadOptions::default()).ok()?;
        let explained = loaded.explain(loader.gate(), "network.max_connections").unwrap();
        explained.value.map(|value| value.to_string())
    }

    /// Waits until the node runs a release.
    async fn runs(&self, release: Digest) -> NodeReport {
        until("the node runs the release", async || {
            let report = self.status.report();
            report.runs(&release).then_some(report)
        })
        .await
    }

    /// Waits until the node names a problem.
    async fn names(&self, part: &str) -> String {
        until(part, async || self.status.problem().filter(|problem| problem.contains(part))).await
    }
}

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

fn override_of(region: &str, connections: u32, at: Timestamp, lasts: SignedDuration) -> RegionOverride {
    let serde_json::Value::Object(values) = serde_json::json!({ "network": { "max_connections": connections } }) else {
        panic!("not an object")
    };
    RegionOverride {
        service: "bitcraps".to_owned(),
        region: region.to_owned(),
        expires: at + lasts,
        by: "alice@ops".to_owned(),
        at,
        reason: "the database is overloaded".to_owned(),
        values,
    }
}

#[test]
#[ignore = "needs etcd"]
fn an_override_of_the_region_applies_until_it_expires_and_a_forged_one_does_not() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    with_store(quick_options(&etcd), async |store| {
        let key = service.keys.region_override(&"eu".parse().unwrap());
        let put = async |content: RegionOverride, by: &SecretKey| {
            let signed = SignedOverride::sign(content, by).unwrap();
            store.commit(&Transaction::new().put(&key, signed.encode())).await.unwrap();
        };
        let value = async |wanted: &str| {
            until(wanted, async || (node.connections().as_deref() == Some(wanted)).then_some(())).await;
        };
        node.follow(async {
            let first = publish(&store, &service, &peers(100)).await;
            node.runs(first).await;
            let now = Timestamp::now();
            let hour = SignedDuration::from_hours(1);
            let current = override_of("eu", 50, now, hour);
            put(current.clone(), &service.key).await;
            value("50").await;
            assert_eq!(node.status.health()["override"]["by"], "alice@ops");
            // The next release is gated with it, and the layer is shown.
            let second = publish(&store, &service, &peers(200)).await;
            node.runs(second).await;
            let loader = (node.follower.service.loader)(&node.follower.service.config());
            let loaded = loader.load(&LoadOptions::default()).unwrap();
            let explained = loaded.explain(loader.gate(), "network.max_connections").unwrap();
            let layers: Vec<String> = explained.contributions.iter().map(|it| it.layer.to_string()).collect();
            assert_eq!(layers, ["region", "file", "default"]);
            let place = &explained.contributions[0].places[0];
            assert!(place.ends_with(" by alice@ops: the database is overloaded"), "{place}");
            // Signed by a stranger; of another region; older; one that the gate rejects.
            let stranger = SecretKey::generate("stranger-1".parse().unwrap()).unwrap();
            let later = |seconds| now + SignedDuration::from_secs(seconds);
            let older = override_of("eu", 70, now - SignedDuration::from_secs(60), hour);
            for (content, by, part) in [
                (override_of("eu", 60, later(1), hour), &stranger, "signed by stranger-1, which is not trusted"),
                (
                    override_of("us", 60, later(1), hour),
                    &service.key,
                    "an override of bitcraps in us, not of bitcraps in eu",
                ),
                (older, &service.key, "is older than the one of"),
                (override_of("eu", 0, later(1), hour), &service.key, "the config with the override is rejected"),
                (
                    override_of("eu", 60, later(1), SignedDuration::from_hours(800)),
                    &service.key,
                    "for more than 31 days",
                ),
            ] {
                put(content, by).await;
                node.names(part).await;
                assert_eq!(node.connections().as_deref(), Some("50"), "{part}");
            }
            // A key that is gone ends nothing; a newer override does.
            etcd.ctl(&["del", &key]);
            a_moment().await;
            assert_eq!(node.connections().as_deref(), Some("50"));
            put(override_of("eu", 80, later(2), SignedDuration::from_secs(30)), &service.key).await;
            value("80").await;
            // It expires by itself, also without a store.
            let expires = later(2) + SignedDuration::from_secs(30);
            let left = Timestamp::now().until(expires).unwrap().total(jiff::Unit::Millisecond).unwrap().max(0.0);
            tokio::time::sleep(Duration::from_millis(left as u64)).await;
            value("200").await;
            assert_eq!(node.status.health()["override"], serde_json::Value::Null);
            until("no problem is left", async || node.status.problem().is_none().then_some(())).await;
        })
        .await;
    });
}
