//! Requests a second for all of a hundred flags by OFREP, beside a server on Node.js and npm's flagd-core.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::case::{configuration, context, hundred_flags};
use crate::peer::Peer;
use crate::quantile;

/// Rounds, of which the median counts. In a round, each server is measured once.
const ROUNDS: usize = 7;

/// Time of a measurement.
const TIME: Duration = Duration::from_secs(2);

/// Connections that stay open.
const CLIENTS: usize = 8;

/// The program that binds the command in its arguments to the first CPU, so that both servers have the same.
const ON_ONE_CPU: &[&str] = &["taskset", "-c", "0"];

/// A running agent.
struct Agent {
    child: Child,
    address: String,
}

impl Agent {
    fn start(flags: &Path) -> Self {
        let program = std::env::var("CONFGATE").expect("CONFGATE names the binary of a release build");
        let mut command = Command::new(ON_ONE_CPU[0]);
        command.args(&ON_ONE_CPU[1..]).arg(program).args(["agent", "--listen", "127.0.0.1:0", "--flags"]).arg(flags);
        let folder = flags.parent().expect("the folder of the file");
        fs::write(folder.join("config.toml"), "").expect("a file");
        command.args(["--config", "config.toml", "--environment", "development"]).current_dir(folder);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("taskset is installed");
        let mut log = BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
        let address = log.find_map(|line| Some(line.split_once("listening on ")?.1.trim().to_owned()));
        // The log is read until it ends, so that the agent does not wait.
        thread::spawn(move || log.for_each(drop));
        Self { child, address: address.expect("the agent listens") }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // A program that ended is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that stays open.
struct Connection {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    request: String,
}

impl Connection {
    fn open(address: &str, body: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("an option");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("an option");
        let reader = BufReader::new(stream.try_clone().expect("a second handle"));
        let head = "POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        Self { stream, reader, request }
    }

    /// Sends the request, and returns the body of the answer.
    fn ask(&mut self) -> Vec<u8> {
        self.stream.write_all(self.request.as_bytes()).expect("the server reads");
        let (mut length, mut line, mut is_first) = (None, String::new(), true);
        loop {
            line.clear();
            assert!(self.reader.read_line(&mut line).expect("an answer") > 0, "the server closed the connection");
            let line = line.trim_end().to_ascii_lowercase();
            assert!(!is_first || line.contains(" 200"), "{line}");
            is_first = false;
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().ok();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length.expect("an answer of known length")];
        self.reader.read_exact(&mut body).expect("the whole answer");
        body
    }
}

/// Returns key, value and variant of each flag in an answer.
fn results(body: &[u8]) -> Vec<Json> {
    let answer: Json = serde_json::from_slice(body).expect("an answer in JSON");
    let flags = answer["flags"].as_array().expect("flags").clone();
    let mut results: Vec<Json> =
        flags.into_iter().map(|flag| json!([flag["key"], flag["value"], flag["variant"]])).collect();
    results.sort_by_key(ToString::to_string);
    results
}

/// Returns the requests a second that a server answers.
fn requests_a_second(address: &str, body: &str) -> f64 {
    let client = || {
        let mut connection = Connection::open(address, body);
        let (began, mut count) = (Instant::now(), 0_u32);
        while began.elapsed() < TIME {
            connection.ask();
            count += 1;
        }
        f64::from(count)
    };
    let total: f64 = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().map(|client| client.join().expect("a client")).sum()
    });
    total / TIME.as_secs_f64()
}

pub fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let (flags, of_flagd) = (folder.path().join("flags.json"), folder.path().join("flagd.json"));
    fs::write(&flags, hundred_flags().to_string()).expect("a file");
    fs::write(&of_flagd, configuration(&hundred_flags()).to_string()).expect("a file");
    let agent = Agent::start(&flags);
    let mut node = Peer::start(ON_ONE_CPU, "server.mjs", &of_flagd);
    let peer = format!("127.0.0.1:{}", node.line());
    let body = json!({ "context": context() }).to_string();
    let ask = |address: &str| results(&Connection::open(address, &body).ask());
    assert_eq!(ask(&agent.address).len(), 100);
    assert_eq!(ask(&agent.address), ask(&peer), "the servers answer with other results");
    // The first requests warm caches and compilers.
    requests_a_second(&peer, &body);
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(requests_a_second(&agent.address, &body));
        theirs.push(requests_a_second(&peer, &body));
    }
    let (own, theirs) = (quantile(&own, 0.5), quantile(&theirs, 0.5));
    println!(
        "\nAll of 100 flags by OFREP on {CLIENTS} open connections, each server on the first CPU: median of {ROUNDS} rounds\n"
    );
    println!("| server | requests a second | as a multiple of that on Node.js |\n|---|---:|---:|");
    println!("| confgate agent | {own:.0} | {:.2} |", own / theirs);
    println!("| Node.js and @openfeature/flagd-core | {theirs:.0} | 1.00 |");
}
