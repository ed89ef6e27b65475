//! Pointers that move faster than a relay forwards and a node deploys: the newest one is followed, and none starves the others.

use std::time::{Duration, Instant};

use confgate::fleet::{Digest, Store, run_relay};
use confgate_test_support::etcd::Etcd;

use crate::relay_sides::{Sides, arrived, with_stores};
use crate::sides::{beside, peers, point, publish, quick_options, release};
use crate::support::{Service, with_store};
use crate::test_node::TestNode;

/// Returns the value of a metric.
fn value_of(metrics: &str, name: &str) -> u64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in {metrics}")).parse().unwrap()
}

async fn releases(store: &Store, service: &Service, count: u32) -> Vec<Digest> {
    let mut releases = Vec::new();
    for number in 0..count {
        releases.push(release(store, service, &peers(200 + number)).await);
    }
    releases
}

#[test]
#[ignore = "needs etcd"]
fn a_node_finishes_deployments_while_its_pointer_moves_all_the_time() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let node = TestNode::new(&service, quick_options(&etcd));
    let attempts = |result: &str| {
        value_of(&node.status.metrics(), &format!("bitcraps_fleet_attempts_total{{result=\"{result}\"}}"))
    };
    with_store(quick_options(&etcd), async |store| {
        node.follow(async {
            let first = publish(&store, &service, &peers(100)).await;
            node.runs(first).await;
            let releases = releases(&store, &service, 5).await;
            let (began, mut moves) = (Instant::now(), 0);
            // A deployment takes longer than the time between two moves.
            while began.elapsed() < Duration::from_secs(5) {
                moves += 1;
                point(&store, &service.keys, &[("all", releases[moves % releases.len()])], &[]).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let (active, cancelled) = (attempts("active"), attempts("cancelled"));
            assert!(active > 2 && moves > 20, "{active} active and {cancelled} cancelled after {moves} moves");
            // A deployment may take longer than its grace where programs queue for the processor.
            assert!(cancelled < active, "{active} active and {cancelled} cancelled after {moves} moves");
            node.runs(releases[moves % releases.len()]).await;
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_relay_forwards_the_newest_pointer_and_meets_no_move_of_its_own() {
    let sides = Sides::new();
    let (options, keys, status) = (sides.options(), &sides.service.keys, sides.status());
    with_stores(&sides, async |authority, region| {
        let relay = sides.relay(&options, keys);
        beside(run_relay(&relay, &status), async {
            let first = publish(&authority, &sides.service, &peers(100)).await;
            arrived(&region, &sides.service, keys, "all", first).await;
            let releases = releases(&authority, &sides.service, 40).await;
            for release in &releases {
                point(&authority, keys, &[("all", *release)], &[]).await;
            }
            arrived(&region, &sides.service, keys, "all", releases[39]).await;
        })
        .await;
        let metrics = status.metrics();
        let forwarded = value_of(&metrics, "confgate_relay_releases_total{service=\"bitcraps\"}");
        assert!(forwarded < 30, "{forwarded} of 41 releases were forwarded, and the newest one is wanted");
        assert_eq!(value_of(&metrics, "confgate_relay_conflicts_total{service=\"bitcraps\"}"), 0, "{metrics}");
    });
}
