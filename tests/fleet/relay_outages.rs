//! A relay through outages of either side, compaction and restored snapshots.

use confgate::fleet::{Store, run_relay};

use crate::relay_sides::{Sides, arrived, relay_between, with_stores};
use crate::sides::{beside, peers, pointer_of, publish, until};
use crate::support::with_store;

#[test]
#[ignore = "needs etcd"]
fn a_relay_survives_the_outage_of_either_side() {
    let mut sides = Sides::new();
    let (options, status) = (sides.options(), sides.status());
    let keys = sides.service.keys.clone();
    let Sides { authority: authority_etcd, region: region_etcd, service, gate } = &mut sides;
    let relay = relay_between(&options, &keys, &service.trust, gate, None);
    with_store(options.0.clone(), async |authority| {
        let region = Store::connect(&options.1).await.unwrap();
        beside(run_relay(&relay, &status), async {
            let first = publish(&authority, service, &peers(100)).await;
            arrived(&region, service, &keys, "all", first).await;
            region_etcd.kill(0);
            let second = publish(&authority, service, &peers(200)).await;
            let problem = until("the outage is named", async || status.problems().into_iter().next()).await;
            assert!(problem.starts_with("region: "), "{problem}");
            assert!(!status.is_in_sync());
            region_etcd.start_again(0);
            arrived(&region, service, &keys, "all", second).await;
            authority_etcd.kill(0);
            until("the outage is named", async || {
                status.problems().into_iter().find(|problem| problem.starts_with("authority: "))
            })
            .await;
            // The region serves what it has.
            arrived(&region, service, &keys, "all", second).await;
            authority_etcd.start_again(0);
            let third = publish(&authority, service, &peers(300)).await;
            arrived(&region, service, &keys, "all", third).await;
            until("in sync", async || status.is_in_sync().then_some(())).await;
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_relay_that_slept_through_a_compaction_forwards_what_is_there() {
    let sides = Sides::new();
    let (options, keys) = (sides.options(), &sides.service.keys);
    with_stores(&sides, async |authority, region| {
        let relay = sides.relay(&options, keys);
        let first = publish(&authority, &sides.service, &peers(100)).await;
        beside(run_relay(&relay, &sides.status()), arrived(&region, &sides.service, keys, "all", first)).await;
        let mut last = first;
        for count in 2..5 {
            last = publish(&authority, &sides.service, &peers(count * 100)).await;
        }
        for (etcd, store) in [(&sides.authority, &authority), (&sides.region, &region)] {
            let revision = store.position(&keys.prefix()).await.unwrap().revision;
            etcd.ctl(&["compact", &revision.to_string()]);
        }
        beside(run_relay(&relay, &sides.status()), arrived(&region, &sides.service, keys, "all", last)).await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_region_that_was_restored_gets_what_it_lost_and_a_restored_authority_is_followed() {
    let mut sides = Sides::new();
    let (options, status) = (sides.options(), sides.status());
    let keys = sides.service.keys.clone();
    let Sides { authority: authority_etcd, region: region_etcd, service, gate } = &mut sides;
    let relay = relay_between(&options, &keys, &service.trust, gate, None);
    with_store(options.0.clone(), async |authority| {
        let region = Store::connect(&options.1).await.unwrap();
        beside(run_relay(&relay, &status), async {
            let first = publish(&authority, service, &peers(100)).await;
            arrived(&region, service, &keys, "all", first).await;
            let (old_region, old_authority) = (region_etcd.save(), authority_etcd.save());
            let second = publish(&authority, service, &peers(200)).await;
            arrived(&region, service, &keys, "all", second).await;
            // The snapshot of the region has neither the second pointer nor its bundle.
            region_etcd.restore(&old_region);
            arrived(&region, service, &keys, "all", second).await;
            let before = pointer_of(&region, &keys, "all").await.unwrap().authority.unwrap();
            authority_etcd.restore(&old_authority);
            arrived(&region, service, &keys, "all", first).await;
            let after = pointer_of(&region, &keys, "all").await.unwrap().authority.unwrap();
            assert!(after.cluster != before.cluster && after.revision < before.revision, "{before} {after}");
        })
        .await;
    });
}
