//! The faults. Each begins, lasts for a while, and ends; then every node must have what the authority had at that moment.

use std::thread::sleep;
use std::time::{Duration, Instant};

use confgate::fleet::{Digest, Position, Revision};
use confgate_test_support::proxy::Link;

use super::clients::Clients;
use super::history::{History, Member, Outcome, Records, Recovery, Write};
use super::world::World;

/// The time within which every node has what the authority had at the end of a fault.
pub const WITHIN: Duration = Duration::from_secs(5);

/// The name of a recovery without a fault.
pub const CALM: &str = "none";

/// The time after which a run gives up, so that it reports by how much the limit was exceeded.
const PATIENCE: Duration = Duration::from_secs(60);

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A server of the authority is killed and started again.
    Kill(usize),
    /// The leader of the authority is cut off from all.
    IsolatedLeader,
    /// The leader of the authority is cut off from the other servers, and clients reach it.
    SeparatedLeader,
    /// The leader of the authority is stopped, and goes on.
    StoppedLeader,
    /// The disk of a server is full.
    FullDisk,
    /// A relay and a node sleep while both stores are compacted.
    Compaction,
    /// A region's etcd is killed and started again.
    RegionKill,
    /// A region's etcd is restored from an older snapshot.
    RegionRestore,
    /// The link from the nodes of a region to its etcd is silent.
    SilentDownlink,
    /// The link from a relay to the authority is silent.
    SilentUplink,
    /// Both links of a region are cut.
    CutLinks,
    /// A relay is killed and started again, several times.
    RelayKills,
    /// A node is killed and started again, several times.
    NodeKills,
    /// A node is stopped, and goes on.
    StoppedNode,
}

impl Fault {
    /// One of each.
    pub const ALL: [Self; 16] = [
        Self::Kill(0),
        Self::SilentDownlink,
        Self::Kill(1),
        Self::RelayKills,
        Self::Kill(2),
        Self::NodeKills,
        Self::IsolatedLeader,
        Self::RegionKill,
        Self::SeparatedLeader,
        Self::Compaction,
        Self::StoppedLeader,
        Self::SilentUplink,
        Self::FullDisk,
        Self::RegionRestore,
        Self::CutLinks,
        Self::StoppedNode,
    ];

    /// Returns its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kill(_) => "`kill -9` of a server of the authority",
            Self::IsolatedLeader => "leader of the authority cut off",
            Self::SeparatedLeader => "leader cut off from the servers alone",
            Self::StoppedLeader => "leader stopped and continued",
            Self::FullDisk => "disk of a server full",
            Self::Compaction => "both stores compacted while a relay and a node sleep",
            Self::RegionKill => "`kill -9` of a region's etcd",
            Self::RegionRestore => "region restored from an older snapshot",
            Self::SilentDownlink => "link from nodes to their etcd silent",
            Self::SilentUplink => "link from a relay to the authority silent",
            Self::CutLinks => "both links of a region cut",
            Self::RelayKills => "`kill -9` of a relay, five times",
            Self::NodeKills => "`kill -9` of a node, five times",
            Self::StoppedNode => "node stopped and continued",
        }
    }

    /// Returns whether this machine allows it.
    pub fn is_possible(self, world: &World) -> bool {
        match self {
            Self::IsolatedLeader | Self::SeparatedLeader => world.authority.has_hosts(),
            Self::FullDisk => world.authority.has_small_disk(),
            _ => true,
        }
    }

    /// Lets it happen to a region, for a while.
    pub fn happen(self, world: &mut World, region: usize, lasts: Duration) {
        let World { authority, regions, service, .. } = world;
        let region = &mut regions[region];
        match self {
            Self::Kill(server) => {
                authority.kill(server);
                sleep(lasts);
                authority.start_again(server);
            }
            Self::IsolatedLeader => {
                authority.isolate(authority.leader());
                sleep(lasts);
                authority.heal();
            }
            Self::SeparatedLeader => {
                authority.separate(authority.leader());
                sleep(lasts);
                authority.heal();
            }
            Self::StoppedLeader => {
                let leader = authority.leader();
                authority.signal(leader, "STOP");
                sleep(lasts);
                authority.signal(leader, "CONT");
            }
            Self::FullDisk => {
                authority.fill_disk();
                sleep(lasts);
                authority.free_disk();
            }
            Self::Compaction => {
                let node = &region.nodes[1].agent;
                region.relay.signal("STOP");
                node.signal("STOP");
                sleep(lasts);
                for etcd in [&*authority, &region.etcd] {
                    let status = etcd.ctl(&["get", "--write-out=json", &service.keys.prefix()]);
                    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
                    etcd.ctl(&["compact", &status["header"]["revision"].to_string()]);
                }
                region.relay.signal("CONT");
                node.signal("CONT");
            }
            Self::RegionKill => {
                region.etcd.kill(0);
                sleep(lasts);
                region.etcd.start_again(0);
            }
            Self::RegionRestore => {
                let snapshot = region.etcd.save();
                sleep(lasts);
                region.etcd.restore(&snapshot);
            }
            Self::SilentDownlink => {
                region.downlink.set(Link::Held);
                sleep(lasts);
                region.downlink.set(Link::Up);
            }
            Self::SilentUplink => {
                region.set_uplinks(Link::Held);
                sleep(lasts);
                region.set_uplinks(Link::Up);
            }
            Self::CutLinks => {
                region.set_uplinks(Link::Cut);
                region.downlink.set(Link::Cut);
                sleep(lasts);
                region.set_uplinks(Link::Up);
                region.downlink.set(Link::Up);
            }
            Self::RelayKills => {
                for _ in 0..5 {
                    region.relay.start_again();
                    sleep(lasts / 5);
                }
            }
            Self::NodeKills => {
                for _ in 0..5 {
                    region.nodes[1].agent.start_again();
                    sleep(lasts / 5);
                }
            }
            Self::StoppedNode => {
                region.nodes[2].agent.signal("STOP");
                sleep(lasts);
                region.nodes[2].agent.signal("CONT");
            }
        }
    }
}

/// Waits until every node runs the release that the authority names now, or a later one, and records the time.
pub fn recovers(fault: &'static str, history: &History) {
    let ended = Instant::now();
    let Some(wanted) = history.record(|records| acknowledged(records)) else { return };
    loop {
        let late = history.record(|records| late(wanted, records));
        if late.is_empty() {
            break;
        }
        assert!(ended.elapsed() < PATIENCE, "{fault}: not every node has {wanted}: {}", late.join("; "));
        sleep(Duration::from_millis(10));
    }
    let took = ended.elapsed();
    if took > WITHIN / 2 {
        println!("{fault}: {:.1} s until {}", took.as_secs_f64(), jiff::Timestamp::now());
    }
    history.record(|records| records.recoveries.push(Recovery { fault, took }));
}

/// Waits until no client publishes, and every node runs the last release that was.
pub fn settles(clients: &Clients, history: &History) {
    clients.publish(false);
    recovers(CALM, history);
}

/// Returns the newest publication that was acknowledged, among those of the newest cluster.
fn acknowledged(records: &Records) -> Option<Position> {
    let done = |write: &Write| match write.outcome {
        Outcome::Done { position, .. } => Some(position),
        _ => None,
    };
    let newest = records.writes.iter().rev().find_map(done)?;
    let positions = records.writes.iter().filter_map(done);
    positions.filter(|position| position.cluster == newest.cluster).max_by_key(|position| position.revision)
}

/// Returns the nodes that run neither the pointer of this position nor a later one.
fn late(wanted: Position, records: &Records) -> Vec<String> {
    let of = |member: &Member| {
        let sample = records.samples.iter().rev().find(|sample| sample.node == member.name);
        let runs = sample.and_then(|sample| sample.runs).and_then(|release| revision_of(records, release, wanted));
        let seen = sample.map(|sample| &sample.seen);
        (runs < Some(wanted.revision)).then(|| format!("{} runs {runs:?}, saw {seen:?}", member.name))
    };
    records.members.iter().filter_map(of).collect()
}

/// Returns the revision at which a release was published last, in the cluster of a position.
fn revision_of(records: &Records, release: Digest, wanted: Position) -> Option<Revision> {
    let acknowledged = records.writes.iter().rev().find_map(|write| match write.outcome {
        Outcome::Done { position, .. } if write.release == release && position.cluster == wanted.cluster => {
            Some(position.revision)
        }
        _ => None,
    });
    let is_it = |(position, found): &(Position, Digest)| position.cluster == wanted.cluster && *found == release;
    let read = || records.reads.iter().rev().find_map(|read| read.found.filter(is_it));
    acknowledged.or_else(|| read().map(|(position, _)| position.revision))
}
