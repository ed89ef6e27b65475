//! Time from the acknowledgement of a publication to its admission in memory by many nodes, with a release that they staged before and
//! with one that they did not, beside bare watches of etcd in the same run; and the time of a plan for 10,000 nodes. `benches/fleet` runs
//! it.
//!
//! Each node is a light client with a connection of its own: it watches the pointers, reads the release, verifies its signature and
//! hashes, and passes it through the gate. It writes nothing to a disk. All of them share this process, so that the times have the work
//! of every node on the cores of one machine.

mod bare;
mod latencies;
mod nodes;
mod plan;

use std::env;

use confgate_test_support::etcd::Etcd;

use crate::latencies::Latencies;
use crate::nodes::Release;

/// Publications of each side.
const ROUNDS: usize = 5;

fn main() {
    let counts: Vec<usize> = match env::var("FLEET_CLIENTS") {
        Ok(counts) => counts.split(',').map(|count| count.trim().parse().expect("FLEET_CLIENTS has numbers")).collect(),
        Err(_) => vec![100, 1000, 3000],
    };
    plan::measure();
    println!("load {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    println!("| clients | | p50 | p99 | last | p99 as a multiple of the bare one |");
    println!("|---:|---|---:|---:|---:|---:|");
    for count in counts {
        // The order alternates, so that a machine that is busy for a while slows both alike.
        let etcd = Etcd::start();
        let mut bare = Latencies::default();
        let (mut staged, mut stored) = (Latencies::default(), Latencies::default());
        bare.extend(bare::measure(&etcd, count, ROUNDS.div_ceil(2)));
        staged.extend(nodes::measure(&etcd, count, ROUNDS, Release::Staged));
        stored.extend(nodes::measure(&etcd, count, ROUNDS, Release::Stored));
        bare.extend(bare::measure(&etcd, count, ROUNDS / 2));
        for (name, times) in [("bare watch", &bare), ("staged release", &staged), ("publication", &stored)] {
            let ms = |percent| format!("{:.0} ms", times.percentile(percent).as_secs_f64() * 1e3);
            let multiple = times.percentile(99).as_secs_f64() / bare.percentile(99).as_secs_f64();
            println!("| {count} | {name} | {} | {} | {} | {multiple:.2} |", ms(50), ms(99), ms(100));
        }
    }
    println!("load {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
}
