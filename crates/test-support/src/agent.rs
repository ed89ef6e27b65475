//! A running `confgate agent`, and HTTP requests to it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::signals::with_default_signals;
use crate::wait::TIMEOUT;

/// Folder with a config, in which agents run.
pub struct AgentDirectory {
    /// The folder.
    pub folder: TempDir,
    program: PathBuf,
    variables: Vec<(String, String)>,
}

/// Running agent, which is killed when it is dropped.
pub struct Agent {
    child: Child,
    log: PathBuf,
    manager: UnixDatagram,
}

/// Response over HTTP.
#[derive(Debug)]
pub struct Answer {
    /// Status code, 0 where the connection closed without a response.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// Body.
    pub body: String,
}

impl AgentDirectory {
    /// Creates a folder with `config` as its config file, for agents of `program`.
    pub fn new(program: &Path, config: &str) -> Self {
        let place = Self { folder: TempDir::new().unwrap(), program: program.to_owned(), variables: Vec::new() };
        place.write(config);
        place
    }

    /// Adds an environment variable for the agents.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Replaces the config file by a rename, as many editors do.
    pub fn write(&self, config: &str) {
        fs::write(self.path("next.toml"), config).unwrap();
        fs::rename(self.path("next.toml"), self.path("config.toml")).unwrap();
    }

    /// Returns the path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Reads a file of the folder. An absent file is empty.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Returns the command of an agent in this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = crate::command(&self.program);
        command.args(["agent", "--config", "config.toml", "--environment", "development"]).args(arguments);
        command.current_dir(self.folder.path()).env_remove("CREDENTIALS_DIRECTORY").env_remove("NOTIFY_SOCKET");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts an agent and waits until it is ready.
    pub fn start(&self, arguments: &[&str]) -> Agent {
        self.spawn(with_default_signals(&self.command(arguments)))
    }

    /// Starts an agent by a command that runs the command in its arguments.
    pub fn start_as(&self, mut runner: Command, arguments: &[&str]) -> Agent {
        let command = self.command(arguments);
        runner.arg(command.get_program()).args(command.get_args()).current_dir(&self.folder);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => runner.env(name, value),
                None => runner.env_remove(name),
            };
        }
        self.spawn(runner)
    }

    /// Starts an agent by this command, and waits until it is ready.
    pub fn spawn(&self, command: Command) -> Agent {
        let agent = self.launch(command);
        assert_eq!(agent.notification(), "READY=1", "{}", agent.log());
        agent
    }

    /// Starts an agent by this command, which need not become ready.
    pub fn launch(&self, mut command: Command) -> Agent {
        let socket = self.path("notify.sock");
        let _ = fs::remove_file(&socket);
        let manager = UnixDatagram::bind(&socket).unwrap();
        manager.set_read_timeout(Some(TIMEOUT)).unwrap();
        let log = self.path("log");
        command.env("NOTIFY_SOCKET", &socket).stdout(Stdio::null()).stderr(File::create(&log).unwrap());
        Agent { child: command.spawn().unwrap(), log, manager }
    }
}

impl Agent {
    /// Receives the next notification of the agent to the service manager.
    pub fn notification(&self) -> String {
        let mut bytes = [0; 256];
        let length = self.manager.recv(&mut bytes).unwrap_or_else(|error| panic!("{error}: {}", self.log()));
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    /// Returns the whole log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Returns the process id.
    pub fn pid(&self) -> i32 {
        self.child.id().try_into().unwrap()
    }

    /// Sends a signal by its name without SIG.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// Terminates the agent as a service manager does.
    pub fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        self.child.wait().unwrap()
    }

    /// Returns the address of an agent with `--listen 127.0.0.1:0`.
    pub fn address(&self) -> String {
        let log = self.log();
        let at =
            log.lines().find_map(|line| Some(line.split_once("listening on ")?.1)).unwrap_or_else(|| panic!("{log}"));
        at.trim().to_owned()
    }

    /// Sends a GET request to the agent's port.
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, "")
    }

    /// Sends a GET request with more headers, each with its line end.
    pub fn get_with(&self, path: &str, headers: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"))
    }

    /// Sends a GET request that must succeed, and parses the response as JSON.
    pub fn json(&self, path: &str) -> Json {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Sends a request as it is.
    pub fn send(&self, request: &str) -> Answer {
        Answer::to(TcpStream::connect(self.address()).unwrap(), request)
    }

    /// Returns true if the metrics have this line.
    pub fn has_metric(&self, line: &str) -> bool {
        self.get("/metrics").body.lines().any(|other| other == line)
    }

    /// Returns the resident memory of the agent in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// Sends a GET request to a Unix socket.
    pub fn at_socket(path: &Path, question: &str) -> Self {
        Self::to(UnixStream::connect(path).unwrap(), &format!("GET {question} HTTP/1.1\r\nHost: x\r\n\r\n"))
    }

    /// Sends a request as it is to an address.
    pub fn at(address: &str, request: &str) -> Self {
        Self::to(TcpStream::connect(address).unwrap(), request)
    }

    /// Sends a GET request to another program, or returns `None` while it does not listen.
    pub fn at_port(address: &str, question: &str) -> Option<Self> {
        // HTTP 1.0 has no chunks, so the body arrives in one piece.
        Some(Self::to(TcpStream::connect(address).ok()?, &format!("GET {question} HTTP/1.0\r\nHost: x\r\n\r\n")))
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.into_iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Parses the body as JSON.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn to(mut stream: impl Read + Write, request: &str) -> Self {
        // The server may respond and close the connection before it has read the whole request.
        let _ = stream.write_all(request.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }
}
