//! A cluster of etcd.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::certificates::{self, Validity};
use super::network::Network;
use super::printed::printed;
use super::small_disk::SmallDisk;
use crate::eventually;

/// Ports of servers that have a host of their own.
const PORTS: (u16, u16) = (2379, 2380);

/// Size of the disk of the last server, in MiB. etcd reserves 64 MiB for each of two files of its log.
const SMALL_DISK: u32 = 192;

/// The settings with which a cluster is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EtcdOptions {
    /// Number of servers.
    pub servers: usize,
    /// True for servers that demand TLS and a client certificate.
    pub tls: bool,
    /// True for a host of its own for each server, where network namespaces are allowed.
    pub hosts: bool,
    /// True for a small disk of the last server, where mounts are allowed.
    pub small_disk: bool,
}

/// A cluster of one or several servers. They are killed with it.
pub struct Etcd {
    members: Vec<Member>,
    folder: TempDir,
    /// Part of what the cluster's id is made of.
    token: String,
    tls: bool,
    network: Option<Network>,
    small_disk: Option<SmallDisk>,
}

struct Member {
    host: String,
    client: u16,
    peer: u16,
    data: PathBuf,
    child: Option<Child>,
}

impl Etcd {
    /// Starts one server.
    pub fn start() -> Self {
        Self::start_with(EtcdOptions { servers: 1, tls: false, hosts: false, small_disk: false })
    }

    /// Starts a cluster of three servers.
    pub fn start_three() -> Self {
        Self::start_with(EtcdOptions { servers: 3, tls: false, hosts: false, small_disk: false })
    }

    /// Starts one server that demands TLS and a client certificate. [`certificate`](Self::certificate) has the files.
    pub fn start_with_tls() -> Self {
        Self::start_with(EtcdOptions { servers: 1, tls: true, hosts: false, small_disk: false })
    }

    /// Starts a cluster.
    pub fn start_with(options: EtcdOptions) -> Self {
        let count = options.servers;
        let folder = TempDir::new().unwrap();
        let network = if options.hosts { Network::new(count) } else { None };
        // All are bound at once, so that no port is given twice.
        let listeners: Vec<TcpListener> = (0..count * 2).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: Vec<u16> = listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        drop(listeners);
        let member = |index: usize| {
            let disk = folder.path().join(format!("disk-{index}"));
            fs::create_dir(&disk).unwrap();
            let (host, client, peer) = match &network {
                Some(network) => (network.address(index), PORTS.0, PORTS.1),
                None => ("127.0.0.1".to_owned(), ports[index * 2], ports[index * 2 + 1]),
            };
            Member { host, client, peer, data: disk.join("data"), child: None }
        };
        let members: Vec<Member> = (0..count).map(member).collect();
        let small_disk = if options.small_disk {
            SmallDisk::mount(&folder.path().join(format!("disk-{}", count - 1)), SMALL_DISK)
        } else {
            None
        };
        let token = format!("token-{}", ports[0]);
        let mut cluster = Self { members, folder, token, tls: options.tls, network, small_disk };
        if options.tls {
            certificates::make(cluster.folder.path());
        }
        // The members of a cluster wait for each other.
        for index in 0..count {
            cluster.spawn(index, "new");
        }
        cluster.wait();
        cluster
    }

    /// Returns the addresses of all servers.
    pub fn endpoints(&self) -> Vec<String> {
        (0..self.members.len()).map(|index| self.endpoint(index)).collect()
    }

    /// Returns the address of one server.
    pub fn endpoint(&self, index: usize) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.address(index))
    }

    /// Returns HOST:PORT of one server.
    pub fn address(&self, index: usize) -> String {
        let Member { host, client, .. } = &self.members[index];
        format!("{host}:{client}")
    }

    /// Returns the number of servers.
    pub fn servers(&self) -> usize {
        self.members.len()
    }

    /// Returns whether each server has a host of its own.
    pub fn has_hosts(&self) -> bool {
        self.network.is_some()
    }

    /// Returns whether the last server has a small disk.
    pub fn has_small_disk(&self) -> bool {
        self.small_disk.is_some()
    }

    /// Returns the server that leads the cluster.
    pub fn leader(&self) -> usize {
        let mut found = None;
        eventually("a server leads", || {
            found = (0..self.members.len()).find(|index| self.leads(*index));
            found.is_some()
        });
        found.unwrap()
    }

    fn leads(&self, index: usize) -> bool {
        let mut command = self.command(&[self.endpoint(index)], &["--command-timeout=2s", "--dial-timeout=1s"]);
        command.args(["endpoint", "status", "--write-out=fields"]).stderr(Stdio::null());
        let output = command.output().expect("etcdctl is installed");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let (id, leader) = (field("\"MemberID\" : "), field("\"Leader\" : "));
        id.is_some() && id == leader
    }

    /// Cuts a server off from the others and from its clients.
    ///
    /// # Panics
    ///
    /// The servers have no hosts of their own.
    pub fn isolate(&self, index: usize) {
        self.network.as_ref().expect("the servers have hosts").isolate(index);
    }

    /// Cuts a server off from the others. Its clients still reach it.
    ///
    /// # Panics
    ///
    /// The servers have no hosts of their own.
    pub fn separate(&mut self, index: usize) {
        let network = self.network.as_mut().expect("the servers have hosts");
        for other in (0..self.members.len()).filter(|other| *other != index) {
            network.separate(index, other);
        }
    }

    /// Connects all servers again, and waits until all answer.
    pub fn heal(&mut self) {
        if let Some(network) = &mut self.network {
            network.heal();
        }
        self.wait();
    }

    /// Fills the disk of the last server.
    ///
    /// # Panics
    ///
    /// It has no small disk.
    pub fn fill_disk(&self) {
        self.small_disk.as_ref().expect("the last server has a small disk").fill();
    }

    /// Makes room on the disk of the last server, and starts the server again, which may have ended. Returns whether it had.
    ///
    /// # Panics
    ///
    /// It has no small disk.
    pub fn free_disk(&mut self) -> bool {
        self.small_disk.as_ref().expect("the last server has a small disk").free();
        let last = self.members.len() - 1;
        let child = self.members[last].child.as_mut().expect("the server runs");
        let has_ended = child.try_wait().unwrap().is_some();
        self.kill(last);
        self.start_again(last);
        has_ended
    }

    /// Lets the certificate of `server` or `client` expire, or makes a new one. A server reads its own at each connection.
    pub fn certify(&self, name: &str, is_valid: bool) {
        certificates::sign(self.folder.path(), name, if is_valid { Validity::Valid } else { Validity::Expired });
    }

    /// Returns the addresses in the form of the option `--to`.
    pub fn to(&self) -> String {
        self.endpoints().join(",")
    }

    /// Kills a server as a power cut does.
    pub fn kill(&mut self, index: usize) {
        if let Some(mut child) = self.members[index].child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts a server again with its data, and waits until it answers.
    pub fn start_again(&mut self, index: usize) {
        self.spawn(index, "existing");
        self.wait();
    }

    /// Sends a signal to a server: `STOP` suspends it, `CONT` lets it go on.
    pub fn signal(&self, index: usize, signal: &str) {
        let id = self.members[index].child.as_ref().expect("the server runs").id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
    }

    /// Saves a snapshot of the data.
    pub fn save(&self) -> PathBuf {
        let number = fs::read_dir(self.folder.path()).unwrap().count();
        let file = self.folder.path().join(format!("snapshot-{number}"));
        // A snapshot is one of a single server.
        self.run(&[self.endpoint(0)], &["snapshot", "save", &file.display().to_string()]);
        file
    }

    /// Replaces the data of all servers with a snapshot, as an operator does after a disaster: the cluster gets another id, and the
    /// revision of the snapshot.
    pub fn restore(&mut self, snapshot: &Path) {
        self.token += "-restored";
        for index in 0..self.members.len() {
            self.kill(index);
        }
        for (index, member) in self.members.iter().enumerate() {
            fs::remove_dir_all(&member.data).unwrap();
            let mut command = etcdctl();
            command.args(["snapshot", "restore"]).arg(snapshot).arg("--data-dir").arg(&member.data);
            command.args(["--name", &format!("n{index}"), "--initial-cluster", &self.peers()]);
            command.args(["--initial-advertise-peer-urls", &member.peer_url()]);
            command.args(["--initial-cluster-token", &self.token]);
            printed(command);
        }
        for index in 0..self.members.len() {
            self.spawn(index, "existing");
        }
        self.wait();
    }

    /// Replaces the data of a cluster of one server with an older copy of its files, which `copy_data` made. The cluster keeps its id,
    /// and its revision goes back.
    pub fn put_back(&mut self, copy: &Path) {
        self.kill(0);
        fs::remove_dir_all(&self.members[0].data).unwrap();
        copy_folder(copy, &self.members[0].data);
        self.start_again(0);
    }

    /// Copies the files of a cluster of one server, which is stopped meanwhile.
    pub fn copy_data(&mut self) -> PathBuf {
        assert_eq!(self.members.len(), 1, "one server is copied");
        let copy = self.folder.path().join("copy");
        self.kill(0);
        copy_folder(&self.members[0].data, &copy);
        self.start_again(0);
        copy
    }

    /// Runs `etcdctl` against all servers, and returns its standard output.
    pub fn ctl(&self, arguments: &[&str]) -> String {
        self.run(&self.endpoints(), arguments)
    }

    /// Returns every key and value of the cluster as bytes.
    pub fn dump(&self) -> Vec<u8> {
        self.ctl(&["get", "--prefix", ""]).into_bytes()
    }

    /// Returns the file of a certificate or key of a cluster with TLS: `ca.pem`, `client.pem`, `client-key.pem`.
    pub fn certificate(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, endpoints: &[String], arguments: &[&str]) -> String {
        let mut command = self.command(endpoints, &["--command-timeout=20s", "--dial-timeout=10s"]);
        command.args(arguments);
        printed(command)
    }

    /// Returns the servers in the form of the option `--initial-cluster`.
    fn peers(&self) -> String {
        let peer = |(index, member): (usize, &Member)| format!("n{index}={}", member.peer_url());
        self.members.iter().enumerate().map(peer).collect::<Vec<_>>().join(",")
    }

    fn spawn(&mut self, index: usize, state: &str) {
        let (client, member) = (self.endpoint(index), &self.members[index]);
        let mut command = match &self.network {
            Some(network) => network.command(index, "etcd"),
            None => Command::new("etcd"),
        };
        command.arg("--name").arg(format!("n{index}")).arg("--data-dir").arg(&member.data);
        command.args(["--listen-client-urls", &client, "--advertise-client-urls", &client]);
        command.args(["--listen-peer-urls", &member.peer_url(), "--initial-advertise-peer-urls", &member.peer_url()]);
        command.args(["--initial-cluster", &self.peers(), "--initial-cluster-token", &self.token]);
        command.args(["--initial-cluster-state", state, "--logger", "zap", "--log-level", "error"]);
        if self.tls {
            command.arg("--trusted-ca-file").arg(self.certificate("ca.pem")).arg("--client-cert-auth");
            command.arg("--cert-file").arg(self.certificate("server.pem"));
            command.arg("--key-file").arg(self.certificate("server-key.pem"));
        }
        let log =
            File::options().create(true).append(true).open(self.folder.path().join(format!("log-{index}"))).unwrap();
        let child = command.stdout(Stdio::null()).stderr(log).spawn().expect("etcd is installed");
        self.members[index].child = Some(child);
    }

    /// Waits until every server that runs answers. Fewer than a majority never do.
    fn wait(&self) {
        let is_running = |index: &usize| self.members[*index].child.is_some();
        let running: Vec<String> =
            (0..self.members.len()).filter(is_running).map(|index| self.endpoint(index)).collect();
        if running.len() <= self.members.len() / 2 {
            return;
        }
        eventually("etcd answers", || {
            let mut command = self.command(&running, &["--command-timeout=2s", "--dial-timeout=1s"]);
            command.args(["endpoint", "health"]).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().expect("etcdctl is installed").success()
        });
    }

    fn command(&self, endpoints: &[String], timeouts: &[&str]) -> Command {
        let mut command = etcdctl();
        command.args(timeouts).arg("--endpoints").arg(endpoints.join(","));
        if self.tls {
            command.arg("--cacert").arg(self.certificate("ca.pem"));
            command.arg("--cert").arg(self.certificate("client.pem"));
            command.arg("--key").arg(self.certificate("client-key.pem"));
        }
        command
    }
}

impl Member {
    fn peer_url(&self) -> String {
        format!("http://{}:{}", self.host, self.peer)
    }
}

impl Drop for Etcd {
    fn drop(&mut self) {
        for index in 0..self.members.len() {
            self.kill(index);
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    let mut copy = Command::new("cp");
    copy.arg("-a").arg(from).arg(to);
    printed(copy);
}

fn etcdctl() -> Command {
    let mut command = Command::new("etcdctl");
    command.env("ETCDCTL_API", "3");
    command
}
