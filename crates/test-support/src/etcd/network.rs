//! Network namespaces: each server of a cluster on a host of its own, as far as the network goes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Hosts on one bridge. They are removed when it is dropped.
pub struct Network {
    /// The beginning of the names of the bridge, the links and the namespaces.
    prefix: String,
    /// The third byte of the addresses.
    subnet: u8,
    hosts: usize,
    cut: BTreeSet<(usize, usize)>,
}

impl Network {
    /// Makes hosts that reach each other and this machine. `None` where that is not allowed.
    pub fn new(hosts: usize) -> Option<Self> {
        remove_left_over();
        // The id of the process tells whose they are, and a name of a link has at most 15 letters.
        let prefix = format!("cg{}x", std::process::id());
        let subnet = (1..=250).find(|subnet| !is_used(*subnet))?;
        let network = Self { prefix, subnet, hosts, cut: BTreeSet::new() };
        network.make().then_some(network)
    }

    fn make(&self) -> bool {
        let (bridge, subnet) = (self.bridge(), self.subnet);
        let is_made = ip(&format!("link add {bridge} type bridge"))
            && ip(&format!("addr add 10.213.{subnet}.1/24 dev {bridge}"))
            && ip(&format!("link set {bridge} up"));
        is_made
            && (0..self.hosts).all(|host| {
                let (name, link, address) = (self.namespace(host), self.link(host), self.address(host));
                ip(&format!("netns add {name}"))
                    && ip(&format!("link add {link} type veth peer name eth0 netns {name}"))
                    && ip(&format!("link set {link} master {bridge} up"))
                    && ip(&format!("-n {name} addr add {address}/24 dev eth0"))
                    && ip(&format!("-n {name} link set lo up"))
                    && ip(&format!("-n {name} link set eth0 up"))
            })
    }

    /// Returns the address of a host.
    pub fn address(&self, host: usize) -> String {
        format!("10.213.{}.{}", self.subnet, host + 10)
    }

    /// Returns a command that runs on a host. The process id is that of the program.
    pub fn command(&self, host: usize, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace(host), program]);
        command
    }

    /// Cuts a host off from all others and from this machine.
    pub fn isolate(&self, host: usize) {
        assert!(ip(&format!("link set {} down", self.link(host))));
    }

    /// Cuts two hosts off from each other. This machine still reaches both.
    pub fn separate(&mut self, one: usize, other: usize) {
        let pair = (one.min(other), one.max(other));
        if self.cut.insert(pair) {
            for (from, to) in [(one, other), (other, one)] {
                assert!(ip(&format!("-n {} route add blackhole {}/32", self.namespace(from), self.address(to))));
            }
        }
    }

    /// Connects all hosts again.
    pub fn heal(&mut self) {
        for host in 0..self.hosts {
            assert!(ip(&format!("link set {} up", self.link(host))));
        }
        for (one, other) in std::mem::take(&mut self.cut) {
            for (from, to) in [(one, other), (other, one)] {
                assert!(ip(&format!("-n {} route del blackhole {}/32", self.namespace(from), self.address(to))));
            }
        }
    }

    fn bridge(&self) -> String {
        format!("{}{}", self.prefix, self.subnet)
    }

    fn link(&self, host: usize) -> String {
        format!("{}{}h{host}", self.prefix, self.subnet)
    }

    fn namespace(&self, host: usize) -> String {
        self.link(host)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for host in 0..self.hosts {
            ip(&format!("link del {}", self.link(host)));
            ip(&format!("netns del {}", self.namespace(host)));
        }
        ip(&format!("link del {}", self.bridge()));
    }
}

/// Runs `ip`. What it prints is none of the test's output.
fn ip(arguments: &str) -> bool {
    let output = Command::new("ip").args(arguments.split(' ')).output();
    output.is_ok_and(|output| output.status.success())
}

fn is_used(subnet: u8) -> bool {
    let output = Command::new("ip").args(["-4", "addr", "show"]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&format!(" 10.213.{subnet}.")))
}

/// Removes what processes left that were killed.
fn remove_left_over() {
    let owner = |name: &str| name.strip_prefix("cg")?.split_once('x')?.0.parse::<u32>().ok();
    let is_left = |name: &str| owner(name).is_some_and(|id| !Path::new(&format!("/proc/{id}")).exists());
    for (folder, kind) in [("/var/run/netns", "netns"), ("/sys/class/net", "link")] {
        let names = fs::read_dir(folder).into_iter().flatten().flatten();
        for name in names.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| is_left(name)) {
            ip(&format!("{kind} del {name}"));
        }
    }
}
