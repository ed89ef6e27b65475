//! The plan of a rollout over 10,000 nodes.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use confgate_fleet::rollout::Plan;
use confgate_fleet::rollout::spec::{RolloutSpec, Spread};
use confgate_fleet::{NodeName, RegionName, Resident, Tag};

const NODES: usize = 10_000;

const RUNS: usize = 21;

/// Prints the median time.
pub fn measure() {
    let waves = ["canary", "1%", "10%", "50%", "100%"].map(|wave| wave.parse().unwrap()).to_vec();
    let spec = RolloutSpec { waves, spread: Spread::Region, ..RolloutSpec::default() };
    let nodes: Vec<(NodeName, RegionName, BTreeSet<Tag>)> = (0..NODES)
        .map(|number| {
            let tags = (number % 1000 == 0).then(|| "canary".parse().unwrap()).into_iter().collect();
            (format!("node-{number}").parse().unwrap(), format!("region-{}", number % 5).parse().unwrap(), tags)
        })
        .collect();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|run| {
            let residents = nodes.iter().map(|(node, region, tags)| Resident { node, region: Some(region), tags });
            let began = Instant::now();
            let plan = Plan::new(&spec, &format!("rollout-{run}"), residents);
            let size = plan.encode().unwrap().len();
            assert!(plan.len() == NODES && size < 1 << 20, "{size}");
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("a plan for {NODES} nodes, encoded: {:.1} ms (median of {RUNS})", times[RUNS / 2].as_secs_f64() * 1e3);
}
