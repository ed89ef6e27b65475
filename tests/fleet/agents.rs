//! `confgate agent --fleet`, `confgate relay` and `confgate fleet override`, with the real program.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::agent::{Agent, AgentDirectory, Answer};
use confgate_test_support::etcd::Etcd;
use confgate_test_support::signals::with_default_signals;
use confgate_test_support::{Bundle, Printed, confgate, eventually, program};
use serde_json::Value as Json;

use crate::support::CANARY;

/// A folder with a key, in which bundles are published, and agents run.
pub struct Fleet {
    pub folder: AgentDirectory,
    pub key: String,
}

impl Fleet {
    pub fn new() -> Self {
        let folder = AgentDirectory::new(program!(), "");
        let mut generate = confgate!();
        generate.args(["key", "generate", "ops-1"]).current_dir(folder.folder.path());
        let key = generate.assert().success().out().trim().to_owned();
        Self { folder, key }
    }

    pub fn confgate(&self, arguments: &[&str]) -> Command {
        let mut command = confgate!();
        command.args(arguments).current_dir(self.folder.folder.path()).env_remove("CREDENTIALS_DIRECTORY");
        command
    }

    fn bundle(&self, config: &str) -> PathBuf {
        Bundle { name: "production", config, ..Default::default() }.write(&self.folder.path("production"))
    }

    pub fn publish(&self, config: &str, to: &[&str]) {
        self.bundle(config);
        let mut publish = self.confgate(&["publish", "production", "--key-file", "ops-1.key"]);
        publish.args(to).assert().success();
    }

    /// Returns the command of an agent that follows the fleet.
    fn agent(&self, fleet: &str, arguments: &[&str]) -> Command {
        let mut command = self.confgate(&["agent", "--fleet", fleet, "--node", "node-1", "--state", "state"]);
        command.args(["-k", &self.key, "--listen", "127.0.0.1:0", "--output", "resolved.toml"]).args(arguments);
        command.env_remove("NOTIFY_SOCKET");
        with_default_signals(&command)
    }

    pub fn start(&self, fleet: &str, arguments: &[&str]) -> Agent {
        self.folder.spawn(self.agent(fleet, arguments))
    }

    pub fn output_has(&self, text: &str) {
        eventually(text, || self.folder.read("resolved.toml").contains(text));
    }
}

fn peers(count: u32) -> String {
    format!("[network]\nmax_connections = {count}\n")
}

#[test]
#[ignore = "needs etcd"]
fn an_agent_follows_its_fleet_and_serves_the_last_release_with_everything_down() {
    let (mut etcd, fleet) = (Etcd::start(), Fleet::new());
    let to = etcd.to();
    fleet.publish(&peers(100), &["--to", &to]);
    let agent = fleet.start(&to, &["--signal-pid-file", "pid"]);
    fleet.output_has("max_connections = 100");
    let health = |agent: &Agent| agent.json("/health");
    eventually("the release is active", || {
        let report = &health(&agent)["fleet"]["report"];
        report["active"] == true && report["healthy"] == true && report["wave"] == "all"
    });
    fleet.publish(&peers(200), &["--to", &to]);
    // The service is notified: without it, the release goes back.
    eventually("the release went back", || {
        let problem = health(&agent)["fleet"]["problems"]["release"].to_string();
        problem.contains("reload failed: the agent: cannot read the process id in pid")
    });
    fleet.output_has("max_connections = 100");
    assert_eq!(health(&agent)["status"], "degraded");
    drop(agent);
    let agent = fleet.start(&to, &[]);
    fleet.publish(&peers(300), &["--to", &to]);
    fleet.output_has("max_connections = 300");
    eventually("the store has the report", || {
        let reports = etcd.ctl(&["get", "--print-value-only", "/confgate/bitcraps/nodes/node-1"]);
        let report: Json = serde_json::from_str(&reports).unwrap_or_default();
        report["active"] == true && report["release"] == report["wanted"]
    });
    // It waits for months: its memory is in small pages, where the kernel tells.
    let status = fs::read_to_string(format!("/proc/{}/status", agent.pid())).unwrap();
    let huge_pages = status.lines().find_map(|line| line.strip_prefix("THP_enabled:")).map(str::trim);
    assert!(matches!(huge_pages, Some("0") | None), "{huge_pages:?}");
    assert!(agent.has_metric("bitcraps_fleet_connected 1"));
    assert!(agent.has_metric("bitcraps_fleet_problems 0"));
    etcd.kill(0);
    drop(agent);
    fs::remove_file(fleet.folder.path("resolved.toml")).unwrap();
    let agent = fleet.start(&to, &[]);
    fleet.output_has("max_connections = 300");
    eventually("the outage is shown", || {
        let fleet = &health(&agent)["fleet"];
        let error = fleet["error"].as_str().unwrap_or_default();
        fleet["connected"] == false && error.starts_with("cannot reach etcd at ")
    });
    assert_eq!(agent.json("/config")["network"]["max_connections"], 300);
}

#[test]
#[ignore = "needs etcd"]
fn a_fresh_node_waits_for_its_first_release_and_a_signal_ends_the_wait() {
    let (etcd, fleet) = (Etcd::start(), Fleet::new());
    let mut waiting = fleet.agent(&etcd.to(), &[]);
    let mut child = waiting.stderr(Stdio::piped()).spawn().unwrap();
    eventually("the agent reports", || {
        !etcd.ctl(&["get", "--print-value-only", "/confgate/bitcraps/nodes/node-1"]).is_empty()
    });
    assert!(Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    // A health check that needs the file: the first release writes it before it is checked.
    let check = "grep -q max_connections resolved.toml";
    fleet.publish(&peers(100), &["--to", &etcd.to()]);
    let agent = fleet.start(&etcd.to(), &["--health", check, "--bake-time", "300ms"]);
    fleet.output_has("max_connections = 100");
    eventually("the release is active", || agent.json("/health")["fleet"]["report"]["healthy"] == true);
    eventually("the release is kept", || fleet.folder.read("state/bitcraps/generations/1.json").contains("kept"));
}

#[test]
#[ignore = "needs etcd"]
fn a_node_without_a_config_answers_with_the_reason_and_runs_the_first_release_that_it_admits() {
    let (etcd, fleet) = (Etcd::start(), Fleet::new());
    let agent = fleet.folder.launch(fleet.agent(&etcd.to(), &[]));
    eventually("the agent listens", || agent.log().contains("listening on "));
    let health = |agent: &Agent| {
        let answer = agent.get("/health");
        (answer.status, serde_json::from_str::<serde_json::Value>(&answer.body).unwrap())
    };
    let (status, waits) = health(&agent);
    assert_eq!(
        (status, &waits["status"], &waits["problems"][0]),
        (503, &"starting".into(), &"no config runs yet".into())
    );
    let config = agent.get("/config");
    assert_eq!((config.status, config.body.as_str()), (503, "no config runs yet; /health has the reason\n"));
    assert_eq!(agent.get("/metrics").status, 200);
    // A release that needs a secret which the node does not have.
    let secret = "[[network.turn_servers]]\nurl = 'turn:turn.example.org:3478'\nusername = 'node'\npassword = '${SECRET_TURN}'\n";
    fleet.publish(secret, &["--to", &etcd.to()]);
    eventually("the release is rejected", || {
        let (status, health) = health(&agent);
        let reason = health["problems"][1].as_str().unwrap_or_default().to_owned();
        assert_eq!(status, 503, "{health}");
        reason.contains("SECRET_TURN")
    });
    assert!(!agent.log().contains("cannot be written"), "{}", agent.log());
    fleet.publish(&peers(100), &["--to", &etcd.to()]);
    fleet.output_has("max_connections = 100");
    eventually("the agent serves the release", || {
        let (status, health) = health(&agent);
        status == 200 && health["fleet"]["report"]["active"] == true
    });
    // Nothing ran before, so that nothing waits for a restart.
    let (_, running) = health(&agent);
    assert_ne!(running["fleet"]["report"]["restart_pending"], true, "{running}");
}

#[test]
#[ignore = "needs etcd"]
fn an_agent_and_a_publisher_use_tls_with_client_certificates() {
    let (etcd, fleet) = (Etcd::start_with_tls(), Fleet::new());
    let file = |name: &str| etcd.certificate(name).display().to_string();
    let (ca, certificate, key) = (file("ca.pem"), file("client.pem"), file("client-key.pem"));
    let tls = ["--etcd-ca", &ca, "--etcd-cert", &certificate, "--etcd-key", &key];
    let to = etcd.to();
    fleet.publish(&peers(100), &[&["--to", to.as_str()][..], &tls].concat());
    let _agent = fleet.start(&to, &tls);
    fleet.output_has("max_connections = 100");
}

#[test]
#[ignore = "needs etcd"]
fn options_of_a_fleet_that_cannot_work_are_an_error() {
    let fleet = Fleet::new();
    let refused = |arguments: &[&str]| {
        let mut command = fleet.confgate(&["agent", "--output", "x", "--state", "state"]);
        let assert = command.args(arguments).assert().code(2);
        assert.err()
    };
    let at = ["--fleet", "https://127.0.0.1:1", "-k", &fleet.key, "--node", "n"];
    assert_eq!(
        refused(&at),
        "error: https:// needs the CA certificates of the servers; give them with --etcd-ca FILE\n"
    );
    let unsigned = ["--fleet", "http://127.0.0.1:1", "--node", "n"];
    assert_eq!(
        refused(&unsigned),
        "error: --fleet needs --trusted-public-key KEY: a node accepts signed bundles alone\n"
    );
    assert!(refused(&["--fleet", "a=", "-k", &fleet.key]).contains("write the addresses of one cluster"));
    assert!(refused(&["--fleet", "http://127.0.0.1:1", "--config", "x"]).contains("cannot be used with"));
    let mut relay =
        fleet.confgate(&["relay", "--from", "https://127.0.0.1:1", "--to", "http://127.0.0.1:1", "-k", &fleet.key]);
    assert_eq!(
        relay.assert().code(2).err(),
        "error: https:// needs the CA certificates of the servers; give them with --from-ca FILE\n"
    );
}

/// A running relay with its pages.
struct Relay {
    child: Child,
    socket: PathBuf,
}

impl Relay {
    fn start(fleet: &Fleet, from: &str, to: &str) -> Self {
        let socket = fleet.folder.path("relay.sock");
        let listen = format!("unix:{}", socket.display());
        let mut command = fleet.confgate(&["relay", "--from", from, "--to", to, "--region", "eu", "-k", &fleet.key]);
        command.args(["--listen", &listen]).stderr(Stdio::null()).stdout(Stdio::null());
        let child = with_default_signals(&command).spawn().unwrap();
        eventually("the relay listens", || socket.exists());
        Self { child, socket }
    }

    fn get(&self, path: &str) -> Answer {
        Answer::at_socket(&self.socket, path)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.socket);
    }
}

#[test]
#[ignore = "needs etcd"]
fn a_release_goes_from_the_authority_over_a_relay_to_a_node_and_an_override_with_it() {
    let (authority, region, fleet) = (Etcd::start(), Etcd::start(), Fleet::new());
    let (from, to) = (authority.to(), region.to());
    fleet.publish(&peers(100), &["--to", &from]);
    let relay = Relay::start(&fleet, &from, &to);
    let agent = fleet.start(&to, &["--region", "eu"]);
    fleet.output_has("max_connections = 100");
    eventually("the relay is in sync", || relay.get("/health").json()["in_sync"] == true);
    assert!(relay.get("/metrics").body.contains("confgate_relay_lag_seconds{service=\"bitcraps\"} 0"));
    assert_eq!(relay.get("/config").status, 404);
    eventually("the authority has the report", || {
        let report = authority.ctl(&["get", "--print-value-only", "/confgate/bitcraps/nodes/node-1"]);
        serde_json::from_str::<Json>(&report).unwrap_or_default()["active"] == true
    });
    // An override is set at the authority, and ended again.
    let set = |arguments: &[&str]| {
        let mut command = fleet.confgate(&["fleet", "override", "--region", "eu", "--to", &from]);
        command.args(arguments).assert()
    };
    let sign = ["--key-file", "ops-1.key", "--reason", "the database is overloaded"];
    let message = set(&[&["network.max_connections=50", "--for", "1h"][..], &sign].concat()).success().out();
    assert!(message.starts_with("the override of eu applies until "), "{message}");
    fleet.output_has("max_connections = 50");
    let mut explain = fleet.confgate(&["explain", "network.max_connections", "--config", "state/bitcraps/current"]);
    let explained = explain.assert().success().out();
    assert!(explained.contains("set by     region eu"), "{explained}");
    assert!(explained.contains(" by ") && explained.contains(": the database is overloaded"), "{explained}");
    let shown: Json = serde_json::from_str(&set(&[]).success().out()).unwrap();
    assert_eq!((&shown["applies"], &shown["override"]["region"]), (&Json::Bool(true), &Json::from("eu")));
    // A value that cannot be an override is an error, before anything is written.
    let refused = |arguments: &[&str]| set(&[arguments, &sign].concat()).code(2).err();
    let typo = refused(&["network.max_conections=5", "--for", "1h"]);
    assert_eq!(
        typo,
        "error: network.max_conections is not a field of this config: did you mean network.max_connections?\n"
    );
    let twice = refused(&["network.max_connections=5", "network.max_connections=6", "--for", "1h"]);
    assert_eq!(twice, "error: network.max_connections is set twice; give it one value\n");
    let long = refused(&["network.max_connections=5", "--for", "900h"]);
    assert_eq!(long, "error: an override lasts for at most 31 days; publish a release in its place\n");
    set(&[&["--end"][..], &sign].concat()).success();
    fleet.output_has("max_connections = 100");
    // The relay is killed at any time, and started again.
    drop(relay);
    fleet.publish(&peers(300), &["--to", &from]);
    let _relay = Relay::start(&fleet, &from, &to);
    fleet.output_has("max_connections = 300");
    assert_eq!(agent.json("/health")["status"], "ok");
    assert!(!agent.log().contains(CANARY));
}
