//! The fleet under test: the authority's three servers, two regions with a relay and nodes each, and two controllers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use confgate_test_support::confgate;
use confgate_test_support::etcd::{Etcd, EtcdOptions};
use confgate_test_support::proxy::{Link, Proxy};

use super::history::Member;
use super::process::Process;
use crate::support::Service;

/// Nodes of each region.
pub const NODES: usize = 3;

/// Library that sets the clock of a program, on Debian.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// The time to live of a controller's lease.
const LEASE: &str = "2s";

/// All programs. They are killed when it is dropped.
pub struct World {
    pub service: Service,
    pub authority: Etcd,
    pub regions: Vec<Region>,
    pub controllers: Vec<Process>,
}

/// A region: its etcd, its relay, its nodes, and the links between them.
pub struct Region {
    pub etcd: Etcd,
    /// From the relay to each server of the authority.
    pub uplinks: Vec<Proxy>,
    /// From the nodes to the region's etcd.
    pub downlink: Proxy,
    pub relay: Process,
    pub nodes: Vec<Node>,
}

/// A node, with its disk.
pub struct Node {
    pub member: Member,
    /// The directory of its generations.
    pub root: PathBuf,
    pub agent: Process,
}

impl World {
    /// Starts everything. Nothing is published.
    pub fn start() -> Self {
        let service = Service::new();
        let (authority, regions) = thread::scope(|scope| {
            let small = |servers, hosts| EtcdOptions { servers, tls: false, hosts, small_disk: hosts };
            let authority = scope.spawn(move || Etcd::start_with(small(3, true)));
            let regions = [0, 1].map(|_| scope.spawn(move || Etcd::start_with(small(1, false))));
            (authority.join().unwrap(), regions.map(|region| region.join().unwrap()))
        });
        let key = service.key.public().to_string();
        let region = |(name, etcd): (&str, Etcd)| Region::start(name, etcd, &authority, &key, service.folder.path());
        let regions = ["eu", "us"].into_iter().zip(regions).map(region).collect();
        let (to, folder) = (authority.to(), service.folder.path().to_owned());
        let controller = move || {
            let mut command = confgate!();
            command.args(["rollout", "run", "--lease", LEASE, "--to", &to]).current_dir(&folder);
            command
        };
        let controllers = vec![Process::start(controller.clone()), Process::start(controller)];
        Self { service, authority, regions, controllers }
    }

    /// Returns all nodes.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.regions.iter().flat_map(|region| &region.nodes)
    }

    /// Returns whether the clocks of two nodes are an hour off.
    pub fn has_wrong_clocks() -> bool {
        Path::new(FAKETIME).exists()
    }
}

impl Region {
    fn start(name: &str, etcd: Etcd, authority: &Etcd, key: &str, folder: &Path) -> Self {
        let uplinks: Vec<Proxy> = (0..authority.servers()).map(|index| Proxy::of(&authority.address(index))).collect();
        let downlink = Proxy::of(&etcd.address(0));
        let from: Vec<String> = uplinks.iter().map(|link| format!("http://{}", link.address())).collect();
        let relay = {
            let (from, to, key, name) = (from.join(","), etcd.to(), key.to_owned(), name.to_owned());
            Process::start(move || {
                let mut command = confgate!();
                command.args(["relay", "--from", &from, "--to", &to, "--region", &name, "-k", &key]);
                command
            })
        };
        let nodes = (0..NODES).map(|number| Node::start(name, number, &downlink, key, folder)).collect();
        Self { etcd, uplinks, downlink, relay, nodes }
    }

    /// Sets the links from the relay to the authority.
    pub fn set_uplinks(&self, link: Link) {
        self.uplinks.iter().for_each(|uplink| uplink.set(link));
    }
}

impl Node {
    fn start(region: &str, number: usize, downlink: &Proxy, key: &str, folder: &Path) -> Self {
        let name = format!("{region}-{number}");
        let state = folder.join("nodes").join(&name);
        let root = state.join("bitcraps");
        // The first node of a region is a canary, and its clock is wrong: an hour fast in one region, and slow in the other.
        let is_canary = number == 0;
        let offset = if region == "eu" { "+1h" } else { "-1h" };
        let member = Member {
            name: name.parse().unwrap(),
            region: Some(region.parse().unwrap()),
            tags: is_canary.then(|| "canary".parse().unwrap()).into_iter().collect(),
        };
        let (fleet, key, region) = (format!("http://{}", downlink.address()), key.to_owned(), region.to_owned());
        let agent = Process::start(move || {
            let mut command: Command = confgate!();
            command.args(["agent", "--fleet", &fleet, "--node", &name, "--region", &region, "-k", &key]);
            command.arg("--state").arg(&state).env_remove("CREDENTIALS_DIRECTORY").env_remove("NOTIFY_SOCKET");
            if is_canary {
                command.args(["--tag", "canary"]);
                if World::has_wrong_clocks() {
                    command.env("LD_PRELOAD", FAKETIME).env("FAKETIME", offset);
                    // Time that passes is right: a wrong clock is one that was set wrong.
                    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
                }
            }
            command
        });
        Self { member, root, agent }
    }
}
