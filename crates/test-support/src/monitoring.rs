//! Real servers of Prometheus and Alertmanager, on free ports of this machine, and a page of metrics that a test writes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::eventually;

/// A page of metrics. It is served until the test ends.
pub struct Metrics {
    address: String,
    text: Arc<Mutex<String>>,
}

impl Metrics {
    /// Serves an empty page.
    pub fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let text = Arc::new(Mutex::new(String::new()));
        let served = text.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let body = served.lock().unwrap().clone();
                // A client that goes away is none of the server's problems.
                let _ = answer(stream, &body);
            }
        });
        Self { address, text }
    }

    /// Replaces the metrics.
    pub fn set(&self, text: &str) {
        text.clone_into(&mut self.text.lock().unwrap());
    }
}

fn answer(mut stream: TcpStream, body: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4\r\nconnection: close\r\n";
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len())
}

/// A server that is killed when it is dropped.
struct Server {
    child: Child,
    address: String,
    _folder: TempDir,
}

impl Server {
    fn start(program: &str, arguments: &[&str], config: (&str, &str), ready: &str) -> Self {
        let folder = TempDir::new().unwrap();
        // Another program could take the port before the server listens, which is unlikely.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        fs::write(folder.path().join(config.0), config.1).unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(program);
        command.args(arguments).arg(format!("--web.listen-address={address}")).current_dir(&folder);
        let child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let server = Self { child, address, _folder: folder };
        eventually(program, || server.request("GET", ready, "").is_some_and(|answer| answer.contains(" 200 ")));
        server
    }

    /// Sends a request, and returns the answer with its head.
    fn request(&self, method: &str, path: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        write!(stream, "{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Prometheus that scrapes a page of metrics every second.
pub struct Prometheus(Server);

impl Prometheus {
    /// Starts a server.
    pub fn start(metrics: &Metrics) -> Self {
        let config = format!(
            "global: {{ scrape_interval: 1s }}\nscrape_configs:\n  - job_name: test\n    static_configs: [{{ targets: ['{}'] }}]\n",
            metrics.address
        );
        let arguments = ["--config.file=prometheus.yml", "--storage.tsdb.path=data"];
        Self(Server::start("prometheus", &arguments, ("prometheus.yml", &config), "/-/ready"))
    }

    /// Returns the URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }
}

/// Alertmanager without a cluster, receivers and alerts.
pub struct Alertmanager(Server);

impl Alertmanager {
    /// Starts a server.
    pub fn start() -> Self {
        let config = "route: { receiver: none }\nreceivers: [{ name: none }]\n";
        let arguments = ["--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address="];
        Self(Server::start("prometheus-alertmanager", &arguments, ("alertmanager.yml", config), "/-/ready"))
    }

    /// Returns the URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Raises an alert with these labels, as a JSON object.
    pub fn raise(&self, labels: &str) {
        let answer = self.0.request("POST", "/api/v2/alerts", &format!("[{{\"labels\":{labels}}}]")).unwrap();
        assert!(answer.contains(" 200 "), "{answer}");
    }
}
