//! Overrides of a region on a node that follows its fleet.

use std::time::Duration;

use confgate::fleet::{SignedOverride, Transaction};
use confgate::load::LoadOptions;
use confgate::load::region::RegionOverride;
use confgate::nix_signatures::SecretKey;
use confgate_test_support::etcd::Etcd;
use jiff::{SignedDuration, Timestamp};

use crate::sides::{a_moment, peers, publish, quick_options, until};
use crate::support::{Service, with_store};
use crate::test_node::TestNode;

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
            // The file is there a moment before the status.
            until("the status has it", async || (node.status.health()["override"]["by"] == "alice@ops").then_some(()))
                .await;
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
