//! What `confgate show` and `confgate explain` say of the config of a machine, and what the example node does with one.
#![cfg(feature = "live")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::confgate;
use tempfile::TempDir;

const FILE: &str = "\
[network]
max_connections = 500
turn_servers = [{ url = 'turn:a.example', password = '${SECRET_TURN}' }]

[[profiles]]
name = 'busy'
when.feature = 'tournament'
set.game.max_players_per_game = 16
";

fn machine() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("config")).unwrap();
    fs::write(folder.path().join("config/staging.toml"), FILE).unwrap();
    folder
}

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = confgate();
    command.current_dir(folder.path()).args(arguments);
    command.envs([
        ("BITCRAPS_ENV", "staging"),
        ("BITCRAPS_SECRET_TURN", "hunter2"),
        ("BITCRAPS_LISTEN_PORT", "9000"),
        ("FEATURE_TOURNAMENT", "on"),
    ]);
    command
}

fn said(output: Output) -> (i32, String) {
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String) {
    said(command(folder, arguments).output().unwrap())
}

#[test]
fn show_is_the_whole_config_and_says_where_each_value_was_written() {
    let folder = machine();
    let (code, text) = run(&folder, &["show", "--origins", "--set", "game.min_bet=20"]);
    assert_eq!(code, 0, "{text}");
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in [
        "# environment: Staging",
        "# file: config/staging.toml",
        "# active profiles: busy (of busy)",
        "listen_port = 9000 # variable BITCRAPS_LISTEN_PORT",
        "max_connections = 500 # config/staging.toml:2:1",
        "max_packet_size = 65536 # default",
        "min_bet = 20 # --set game.min_bet",
        "max_players_per_game = 16 # config/staging.toml:8:10 (profile busy)",
        "password = \"${SECRET_TURN}\" # config/staging.toml:3:43, with a secret from BITCRAPS_SECRET_TURN",
    ] {
        assert!(lines.iter().any(|other| other == line), "{line}\n{text}");
    }
    assert!(!text.contains("hunter2"));
}

#[test]
fn what_show_prints_is_a_config_again() {
    let folder = machine();
    let (_, text) = run(&folder, &["show", "--origins"]);
    fs::write(folder.path().join("again.toml"), text).unwrap();
    let (code, again) = run(&folder, &["check", "again.toml", "--environment", "staging"]);
    assert_eq!((code, again.as_str()), (0, "admitted: 0 errors, 0 warnings\n"));
}

#[test]
fn show_in_json_has_values_and_origins_apart() {
    let folder = machine();
    let (_, text) = run(&folder, &["show", "--format", "json", "--origins"]);
    let shown: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(shown["environment"], "Staging");
    assert_eq!(shown["config"]["network"]["listen_port"], 9000);
    assert_eq!(shown["origins"]["/network/listen_port"], "BITCRAPS_LISTEN_PORT");
    assert_eq!(shown["origins"]["/network/max_connections"], "config/staging.toml:2:1");
    let (_, text) = run(&folder, &["show", "--format", "json"]);
    let plain: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(plain, shown["config"]);
}

#[test]
fn explain_says_who_set_a_field_and_what_it_may_be() {
    let folder = machine();
    let (code, text) = run(&folder, &["explain", "network.max_connections", "--set", "network.max_connections=600"]);
    assert_eq!(code, 0);
    assert_eq!(
        text,
        "\
network.max_connections = 600
  set by  override  600   --set network.max_connections
  over    file      500   config/staging.toml:2:1
  over    default   1000

  The number of peers this node accepts. More are turned away.

  type      an integer
  may be    1 to 10000
  unit      connections
  default   1000
  variable  BITCRAPS_NETWORK__MAX_CONNECTIONS, BITCRAPS_MAX_CONNECTIONS
  a change  is applied by a reload
  rules     database/pool-within-connections
"
    );
}

#[test]
fn explain_shows_no_secret() {
    let folder = machine();
    for format in ["human", "json"] {
        let (code, text) = run(&folder, &["explain", "network.turn_servers[0].password", "--format", format]);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("SECRET_TURN") && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn a_refused_config_is_reported_and_a_field_that_is_none_is_named() {
    let folder = machine();
    let (code, text) = run(&folder, &["show", "--set", "network.max_connections=many"]);
    assert_eq!(code, 1);
    assert!(text.contains("network.max_connections must be an integer, and is \"many\""), "{text}");
    assert!(text.contains("┌─ --set network.max_connections\n") && text.ends_with("refused: 1 error, 0 warnings\n"));
    let output = command(&folder, &["explain", "network.max_conections"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("network.max_conections is not a field of this config: did you mean network.max_connections?"));
    let output = command(&folder, &["show", "--set", "nothing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr).unwrap().contains("write a field and its value: network.max_connections=5")
    );
}

/// The example node, until the test is over.
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

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}: not within 20 s");
        std::thread::sleep(Duration::from_millis(10));
    }
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
    // Beside the folder that this test is in.
    let program = std::env::current_exe().unwrap().parent().unwrap().with_file_name("examples").join("node");
    assert!(program.exists(), "the example is not built: cargo build --example node");
    let mut child = Command::new(program);
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
