//! A running `confgate agent`, and what asks it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tempfile::TempDir;

use super::confgate;

/// Longer than anything takes, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a config in it, in which agents run.
pub struct Place {
    pub folder: TempDir,
    variables: Vec<(String, String)>,
}

/// An agent that runs. It is killed when it goes.
pub struct Agent {
    child: Child,
    log: PathBuf,
    manager: UnixDatagram,
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// Waits until something holds; what was looked for is named when it never does.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        sleep(Duration::from_millis(10));
    }
}

impl Place {
    /// A folder whose config file says this.
    pub fn with(config: &str) -> Self {
        let place = Self { folder: TempDir::new().unwrap(), variables: Vec::new() };
        place.write(config);
        place
    }

    /// The same, with a variable for the agents.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Changes the config, as editors do that write a new file.
    pub fn write(&self, config: &str) {
        fs::write(self.path("next.toml"), config).unwrap();
        fs::rename(self.path("next.toml"), self.path("config.toml")).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a file says; nothing when it is not there.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The command of an agent in this folder.
    pub fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = confgate();
        command.args(["agent", "--config", "config.toml", "--environment", "development"]).args(arguments);
        command.current_dir(self.folder.path()).env_remove("CREDENTIALS_DIRECTORY").env_remove("NOTIFY_SOCKET");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// An agent that says it is ready.
    pub fn start(&self, arguments: &[&str]) -> Agent {
        let socket = self.path("notify.sock");
        let _ = fs::remove_file(&socket);
        let manager = UnixDatagram::bind(&socket).unwrap();
        manager.set_read_timeout(Some(PATIENCE)).unwrap();
        let log = self.path("log");
        let mut command = self.command(arguments);
        command.env("NOTIFY_SOCKET", &socket).stdout(Stdio::null()).stderr(File::create(&log).unwrap());
        let agent = Agent { child: command.spawn().unwrap(), log, manager };
        assert_eq!(agent.heard(), "READY=1", "{}", agent.log());
        agent
    }
}

impl Agent {
    /// What it told the service manager.
    pub fn heard(&self) -> String {
        let mut bytes = [0; 64];
        let length = self.manager.recv(&mut bytes).unwrap_or_else(|error| panic!("{error}: {}", self.log()));
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    /// All that it said so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    pub fn pid(&self) -> i32 {
        self.child.id().try_into().unwrap()
    }

    pub fn signal(&self, name: &str) {
        let status = std::process::Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// Ends it as a service manager does.
    pub fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        self.child.wait().unwrap()
    }

    /// Where it answers, for `--listen 127.0.0.1:0`.
    pub fn address(&self) -> String {
        let log = self.log();
        let at =
            log.lines().find_map(|line| Some(line.split_once("listening on ")?.1)).unwrap_or_else(|| panic!("{log}"));
        at.trim().to_owned()
    }

    /// Asks at the port where it answers.
    pub fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
    }

    pub fn json(&self, path: &str) -> Json {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Sends some bytes.
    pub fn ask(&self, request: &str) -> Answer {
        Answer::to(TcpStream::connect(self.address()).unwrap(), request)
    }

    /// Whether a metric has this line.
    pub fn counts(&self, line: &str) -> bool {
        self.get("/metrics").body.lines().any(|other| other == line)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// Asks on a Unix socket.
    pub fn at_socket(path: &Path, question: &str) -> Self {
        Self::to(UnixStream::connect(path).unwrap(), &format!("GET {question} HTTP/1.1\r\nHost: x\r\n\r\n"))
    }

    /// Asks another program; nothing while it does not listen.
    pub fn at_port(address: &str, question: &str) -> Option<Self> {
        // The older version, so that the answer comes in one piece.
        Some(Self::to(TcpStream::connect(address).ok()?, &format!("GET {question} HTTP/1.0\r\nHost: x\r\n\r\n")))
    }

    fn to(mut stream: impl Read + Write, request: &str) -> Self {
        // The other side may answer and go before it has heard all.
        let _ = stream.write_all(request.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }
}
