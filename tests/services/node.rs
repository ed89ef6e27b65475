//! The example node: what it serves, and how it reloads.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};

use confgate_test_support::signals::with_default_signals;
use confgate_test_support::{eventually, example};
use tempfile::TempDir;

/// Running example node, which is killed when it is dropped.
struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_example_node_serves_what_it_runs_and_reloads() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("development.toml");
    let port = free_port();
    let write = |peers: u32| {
        let text = format!("[network]\nmax_connections = {peers}\n[monitoring]\nmetrics_port = {port}\n");
        fs::write(&file, text).unwrap();
    };
    write(10);
    let mut child = Command::new(example("node"));
    let child = child.arg(folder.path()).args(["--unhealthy-above", "100"]).env_remove("BITCRAPS_ENV");
    let mut node = Node(child.stdout(Stdio::piped()).spawn().unwrap());
    let mut log = BufReader::new(node.0.stdout.take().unwrap()).lines();
    assert_eq!(log.next().unwrap().unwrap(), format!("serving on 127.0.0.1:{port}"));
    assert!(get(port, "/").contains("\"max_connections\":10"));
    write(20);
    eventually("the new value", || get(port, "/").contains("\"max_connections\":20"));
    assert!(log.next().unwrap().unwrap().starts_with("version 2: network.max_connections is 20 ("));
    write(0);
    eventually("the refusal", || get(port, "/metrics").contains("reloads_total{result=\"refused\"} 1"));
    assert!(get(port, "/").contains("\"max_connections\":20") && get(port, "/health").contains("200 OK"));
    write(101);
    eventually("the failing health", || get(port, "/health").contains("503"));
}

#[test]
fn the_example_node_reports_to_its_service_manager() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("development.toml");
    let port = free_port();
    let write = |peers: u32| {
        let text = format!("[network]\nmax_connections = {peers}\n[monitoring]\nmetrics_port = {port}\n");
        fs::write(&file, text).unwrap();
    };
    write(10);
    let manager = UnixDatagram::bind(folder.path().join("notify")).unwrap();
    manager.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let received = || {
        let mut bytes = [0; 256];
        let length = manager.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    let mut command = Command::new(example("node"));
    command.arg(folder.path()).arg("--no-watch").env_remove("BITCRAPS_ENV");
    command.env("NOTIFY_SOCKET", folder.path().join("notify")).stdout(Stdio::null());
    let node = Node(with_default_signals(&command).spawn().unwrap());
    assert_eq!(received(), "READY=1");
    assert!(get(port, "/").contains("\"max_connections\":10"), "it serves when it is ready");
    for (peers, running, status) in
        [(20, 20, "running config version 2"), (0, 20, "reload rejected with 1 error; config version 2 keeps running")]
    {
        write(peers);
        let signalled = Command::new("kill").args(["-HUP", &node.0.id().to_string()]).status().unwrap();
        assert!(signalled.success());
        assert!(received().starts_with("RELOADING=1\nMONOTONIC_USEC="));
        assert_eq!(received(), format!("READY=1\nSTATUS={status}"));
        assert!(get(port, "/").contains(&format!("\"max_connections\":{running}")));
    }
}
