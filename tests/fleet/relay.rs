//! The relay between two stores: forwarding, repairs, reports, and a kill between any two operations.

use std::time::Duration;

use confgate::fleet::{
    Keys, MAX_VALUE, NODE_LEASE, NodeReport, RelayStatus, ReleaseReader, SignedBundle, Store, Transaction, run_relay,
};
use confgate::nix_signatures::SecretKey;
use jiff::Timestamp;

use crate::relay_sides::{Sides, arrived, with_stores};
use crate::sides::{
    a_moment, beside, cut_after, peers, point, pointer, pointer_of, publish, release, store_release, until,
};
use crate::support::{Service, large_config};

#[test]
#[ignore = "needs etcd"]
fn a_release_is_in_the_region_before_its_pointer_which_keeps_the_position() {
    let sides = Sides::new();
    let (options, keys, status) = (sides.options(), &sides.service.keys, sides.status());
    with_stores(&sides, async |authority, region| {
        let first = release(&authority, &sides.service, &peers(100)).await;
        let moved = point(&authority, keys, &[("all", first)], &[]).await;
        let relay = sides.relay(&options, keys);
        beside(run_relay(&relay, &status), async {
            arrived(&region, &sides.service, keys, "all", first).await;
            let forwarded = pointer_of(&region, keys, "all").await.unwrap();
            assert_eq!(forwarded.authority, Some(moved));
            assert_eq!((forwarded.by.as_str(), forwarded.selector), ("alice@ci", None));
            // What moves together arrives together: one revision of the region.
            let second = release(&authority, &sides.service, &peers(200)).await;
            point(&authority, keys, &[("canary", second)], &[]).await;
            arrived(&region, &sides.service, keys, "canary", second).await;
            point(&authority, keys, &[("all", second)], &["canary"]).await;
            arrived(&region, &sides.service, keys, "all", second).await;
            assert_eq!(pointer_of(&region, keys, "canary").await, None);
            // And back.
            point(&authority, keys, &[("all", first)], &[]).await;
            arrived(&region, &sides.service, keys, "all", first).await;
            until("in sync", async || status.is_in_sync().then_some(())).await;
        })
        .await;
        assert!(status.problems().is_empty(), "{:?}", status.problems());
        let metrics = status.metrics();
        for line in [
            "confgate_relay_connected{service=\"bitcraps\",side=\"authority\"} 1",
            "confgate_relay_lag_seconds{service=\"bitcraps\"} 0.0",
            "confgate_relay_problems{service=\"bitcraps\"} 0",
            "confgate_relay_releases_total{service=\"bitcraps\"} 2",
            "confgate_relay_pointers_total{service=\"bitcraps\",action=\"delete\"} 1",
        ] {
            assert!(metrics.contains(line), "{line} is not in {metrics}");
        }
        assert_eq!(status.health()["in_sync"], true);
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_relay_that_is_killed_between_any_two_operations_finishes_its_work_at_the_next_start() {
    let sides = Sides::new();
    let options = sides.options();
    with_stores(&sides, async |authority, region| {
        let large = sides.service.signed("large", &format!("{}{}", peers(300), large_config()));
        let mut is_done_at_once = false;
        let mut polls = 1;
        while !is_done_at_once {
            // A service of its own: nothing of it is in the region.
            let keys = Keys::new(format!("s{polls}").parse().unwrap());
            let small = sides.service.signed("production", &peers(100));
            let bundles: [&SignedBundle; 2] = [&small, &large];
            let mut releases = Vec::new();
            for bundle in bundles {
                releases.push(store_release(&authority, &sides.service, &keys, bundle).await);
            }
            point(&authority, &keys, &[("all", releases[0]), ("canary", releases[1])], &[]).await;
            let relay = sides.relay(&options, &keys);
            cut_after(polls, run_relay(&relay, &RelayStatus::new(keys.service()))).await;
            let reader = ReleaseReader::new(&region, &keys, &sides.service.trust);
            let mut found = 0;
            for wave in ["all", "canary"] {
                // A pointer never comes before its release.
                if let Some(pointer) = pointer_of(&region, &keys, wave).await {
                    reader.bundle_of(&pointer.release, &"node-1".parse().unwrap()).await.unwrap();
                    found += 1;
                }
            }
            // Both moved in one transaction.
            assert!(found == 0 || found == 2, "{found} pointers after {polls} polls");
            is_done_at_once = found == 2;
            let status = RelayStatus::new(keys.service());
            beside(run_relay(&relay, &status), async {
                arrived(&region, &sides.service, &keys, "all", releases[0]).await;
                arrived(&region, &sides.service, &keys, "canary", releases[1]).await;
            })
            .await;
            assert!(status.problems().is_empty(), "{:?}", status.problems());
            polls += if polls < 40 { 3 } else { 7 };
            assert!(polls < 2000, "the relay never ends its work");
        }
        assert!(polls > 20, "the relay was cut too seldom: {polls}");
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_release_that_is_unsigned_foreign_incomplete_or_rejected_is_named_and_not_forwarded() {
    let sides = Sides::new();
    let (options, keys, status) = (sides.options(), &sides.service.keys, sides.status());
    with_stores(&sides, async |authority, region| {
        let relay = sides.relay(&options, keys);
        let good = publish(&authority, &sides.service, &peers(100)).await;
        let named = async |part: &str| {
            let problem =
                until(part, async || status.problems().into_iter().find(|problem| problem.contains(part))).await;
            a_moment().await;
            assert_eq!(pointer_of(&region, keys, "all").await.unwrap().release, good, "{problem}");
            problem
        };
        beside(run_relay(&relay, &status), async {
            arrived(&region, &sides.service, keys, "all", good).await;
            // Signed by a stranger, whose store this could be.
            let stranger = SecretKey::generate("stranger-1".parse().unwrap()).unwrap();
            let theirs = Service {
                keys: keys.clone(),
                trust: confgate::nix_signatures::Trust::new(vec![stranger.public()]),
                key: stranger,
                folder: tempfile::tempdir().unwrap(),
            };
            publish(&authority, &theirs, &peers(200)).await;
            named("signed by stranger-1, which is not trusted; trusted: config.example.org-1").await;
            // The gate rejects the config.
            publish(&authority, &sides.service, &peers(0)).await;
            let problem = named("rejected by the gate").await;
            assert!(problem.contains("network.max_connections"), "{problem}");
            // A chunk is missing.
            let signed = sides.service.signed("production", &peers(300));
            let incomplete = store_release(&authority, &sides.service, keys, &signed).await;
            let chunks = authority.list_keys(&format!("{}/", keys.bundle(&signed.digest()))).await.unwrap();
            sides.authority.ctl(&["del", &chunks.entries[0].key]);
            point(&authority, keys, &[("all", incomplete)], &[]).await;
            let problem = named(&chunks.entries[0].key).await;
            assert!(
                problem.contains("authority: ")
                    && problem.ends_with("missing from the store; publish the release again"),
                "{problem}"
            );
            // Published again, it arrives.
            for chunk in confgate::fleet::split(&signed.bundle.to_tar()) {
                authority
                    .commit(&Transaction::new().put(keys.chunk(&signed.digest(), &chunk.digest), chunk.bytes))
                    .await
                    .unwrap();
            }
            arrived(&region, &sides.service, keys, "all", incomplete).await;
            until("no problem is left", async || status.problems().is_empty().then_some(())).await;
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn what_others_write_to_the_region_is_written_again() {
    let sides = Sides::new();
    let (options, keys, status) = (sides.options(), &sides.service.keys, sides.status());
    with_stores(&sides, async |authority, region| {
        let mut relay = sides.relay(&options, keys);
        relay.times.verify = Duration::from_millis(500);
        let signed = sides.service.signed("production", &peers(100));
        let good = store_release(&authority, &sides.service, keys, &signed).await;
        point(&authority, keys, &[("all", good)], &[]).await;
        let other = release(&authority, &sides.service, &peers(200)).await;
        beside(run_relay(&relay, &status), async {
            arrived(&region, &sides.service, keys, "all", good).await;
            let from = pointer_of(&region, keys, "all").await.unwrap().authority;
            let key = keys.rollout(&"all".parse().unwrap());
            let mut altered = pointer(other, None);
            for value in [b"garbage".to_vec(), altered.encode(), {
                altered.authority = from;
                altered.encode()
            }] {
                region.commit(&Transaction::new().put(&key, value)).await.unwrap();
                arrived(&region, &sides.service, keys, "all", good).await;
            }
            region.commit(&Transaction::new().delete(&key)).await.unwrap();
            arrived(&region, &sides.service, keys, "all", good).await;
            // A chunk that is gone, altered, or far too large; an index of other bytes.
            let chunk = confgate::fleet::split(&signed.bundle.to_tar())[0].digest;
            let chunk = keys.chunk(&signed.digest(), &chunk);
            for (key, value) in [
                (chunk.clone(), None),
                (chunk.clone(), Some(b"x".to_vec())),
                (chunk, Some(vec![b'x'; 700 << 10])),
                (keys.release(&good), Some(b"{}".to_vec())),
                (keys.bundle(&signed.digest()), None),
            ] {
                let change = Transaction::new();
                let change = match value {
                    Some(value) => change.put(&key, value),
                    None => change.delete(&key),
                };
                region.commit(&change).await.unwrap();
                until(&key, async || {
                    let reader = ReleaseReader::new(&region, keys, &sides.service.trust);
                    reader.bundle_of(&good, &"node-1".parse().unwrap()).await.ok()
                })
                .await;
            }
        })
        .await;
        assert!(!status.metrics().contains("confgate_relay_repairs_total{service=\"bitcraps\"} 0\n"));
    });
}

fn report(region: Option<&str>, release: &str) -> NodeReport {
    NodeReport {
        region: region.map(|region| region.parse().unwrap()),
        tags: Default::default(),
        release: Some(confgate::fleet::Digest::of(release.as_bytes())),
        bundle: None,
        wanted: None,
        wave: None,
        position: None,
        active: true,
        healthy: true,
        restart_pending: false,
        error: None,
        staging: None,
        since: Timestamp::UNIX_EPOCH,
    }
}

#[test]
#[ignore = "needs etcd"]
fn reports_of_the_regions_nodes_are_at_the_authority_under_a_lease() {
    let sides = Sides::new();
    let (options, keys, status) = (sides.options(), &sides.service.keys, sides.status());
    with_stores(&sides, async |authority, region| {
        let key = |name: &str| keys.node(&name.parse().unwrap());
        let found = async |name: &str| authority.get(&key(name), MAX_VALUE).await.unwrap().0;
        let put = async |store: &Store, name: &str, report: &NodeReport| {
            store.commit(&Transaction::new().put(key(name), report.encode())).await.unwrap();
        };
        put(&authority, "n-us", &report(Some("us"), "theirs")).await;
        let relay = sides.relay(&options, keys);
        beside(run_relay(&relay, &status), async {
            put(&region, "n1", &report(Some("eu"), "a")).await;
            let entry = until("the report is forwarded", async || found("n1").await).await;
            assert!(entry.lease.is_some());
            assert_eq!(NodeReport::decode(&entry.value, &entry.key).unwrap(), report(Some("eu"), "a"));
            put(&region, "n1", &report(Some("eu"), "b")).await;
            until("the change is forwarded", async || {
                let entry = found("n1").await?;
                (NodeReport::decode(&entry.value, &entry.key).unwrap() == report(Some("eu"), "b")).then_some(())
            })
            .await;
            region.commit(&Transaction::new().delete(key("n1"))).await.unwrap();
            until("the node is gone", async || found("n1").await.is_none().then_some(())).await;
            // A region does not speak for the nodes of another.
            put(&region, "n2", &report(Some("us"), "forged")).await;
            put(&region, "n-us", &report(Some("eu"), "forged")).await;
            let problem =
                until("named", async || status.problems().into_iter().find(|problem| problem.contains(&key("n-us"))))
                    .await;
            assert!(
                problem.contains("a node of this name reports from the region us; give one of them another --node"),
                "{problem}"
            );
            assert!(found("n2").await.is_none());
            let theirs = found("n-us").await.unwrap();
            assert_eq!(NodeReport::decode(&theirs.value, "").unwrap(), report(Some("us"), "theirs"));
        })
        .await;
        assert!(NODE_LEASE >= Duration::from_secs(10));
    });
}
