//! Real servers of etcd, each with a data folder of its own, on free ports of this machine.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::eventually;

/// A cluster of one or several servers. They are killed with it.
pub struct Etcd {
    members: Vec<Member>,
    folder: TempDir,
    /// Part of what the cluster's id is made of.
    token: String,
    tls: bool,
}

struct Member {
    client: u16,
    peer: u16,
    data: PathBuf,
    child: Option<Child>,
}

impl Etcd {
    /// Starts one server.
    pub fn start() -> Self {
        Self::start_members(1, false)
    }

    /// Starts a cluster of three servers.
    pub fn start_three() -> Self {
        Self::start_members(3, false)
    }

    /// Starts one server that demands TLS and a client certificate. [`certificate`](Self::certificate) has the files.
    pub fn start_with_tls() -> Self {
        Self::start_members(1, true)
    }

    fn start_members(count: usize, tls: bool) -> Self {
        let folder = TempDir::new().unwrap();
        // All are bound at once, so that no port is given twice.
        let listeners: Vec<TcpListener> = (0..count * 2).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: Vec<u16> = listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        drop(listeners);
        let member = |index: usize| Member {
            client: ports[index * 2],
            peer: ports[index * 2 + 1],
            data: folder.path().join(format!("data-{index}")),
            child: None,
        };
        let members = (0..count).map(member).collect();
        let token = format!("token-{}", ports[0]);
        let mut cluster = Self { members, folder, token, tls };
        if tls {
            cluster.make_certificates();
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
        format!("{}://127.0.0.1:{}", if self.tls { "https" } else { "http" }, self.members[index].client)
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

    /// Replaces the data of a cluster of one server with a snapshot, as an operator does after a disaster: the cluster gets another
    /// id, and the revision of the snapshot.
    pub fn restore(&mut self, snapshot: &Path) {
        assert_eq!(self.members.len(), 1, "one server is restored");
        self.kill(0);
        self.token += "-restored";
        let member = &self.members[0];
        fs::remove_dir_all(&member.data).unwrap();
        let peer = format!("http://127.0.0.1:{}", member.peer);
        let mut command = etcdctl();
        command.args(["snapshot", "restore"]).arg(snapshot).arg("--data-dir").arg(&member.data);
        command.args(["--name", "n0", "--initial-cluster", &format!("n0={peer}")]);
        command.args(["--initial-advertise-peer-urls", &peer, "--initial-cluster-token", &self.token]);
        printed(command);
        self.start_again(0);
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

    fn spawn(&mut self, index: usize, state: &str) {
        let peer = |member: &Member| format!("http://127.0.0.1:{}", member.peer);
        let cluster: Vec<String> =
            self.members.iter().enumerate().map(|(index, member)| format!("n{index}={}", peer(member))).collect();
        let (client, member) = (self.endpoint(index), &self.members[index]);
        let mut command = Command::new("etcd");
        command.arg("--name").arg(format!("n{index}")).arg("--data-dir").arg(&member.data);
        command.args(["--listen-client-urls", &client, "--advertise-client-urls", &client]);
        command.args(["--listen-peer-urls", &peer(member), "--initial-advertise-peer-urls", &peer(member)]);
        command.args(["--initial-cluster", &cluster.join(","), "--initial-cluster-token", &self.token]);
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

    /// Makes an authority, and certificates of the server and of a client.
    fn make_certificates(&self) {
        let openssl = |arguments: &str| {
            let mut command = Command::new("openssl");
            command.current_dir(self.folder.path()).args(arguments.split(' '));
            printed(command);
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30";
        openssl(&format!("req -x509 {key} -subj /CN=authority -keyout ca-key.pem -out ca.pem"));
        for (name, extension) in [("server", "subjectAltName=IP:127.0.0.1"), ("client", "extendedKeyUsage=clientAuth")]
        {
            openssl(
                &format!("req -new {key} -subj /CN={name} -keyout {name}-key.pem -out {name}.csr")
                    .replace(" -days 30", ""),
            );
            fs::write(self.folder.path().join("extensions"), format!("{extension}\n")).unwrap();
            openssl(&format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 -extfile extensions -out {name}.pem"
            ));
        }
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

fn printed(mut command: Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
