//! `confgate fleet serve` and `confgate fleet page`, with the real program.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::agent::Agent;
use confgate_test_support::fleet::{NodeConfig, PublishedFleet, peers};
use confgate_test_support::signals::with_default_signals;
use confgate_test_support::{Printed, eventually, program};
use serde_json::{Value as Json, json};

use crate::support::{CANARY, put};

const CONNECTIONS: &[&str] = &["/network/max_connections"];

/// Publishes four nodes, of which n3 is odd, and reports three of them.
fn published() -> (PublishedFleet, String) {
    let fleet = PublishedFleet::new(program!());
    let nodes: Vec<NodeConfig<'_>> = [("n1", 500), ("n2", 500), ("n3", 700), ("n4", 500)]
        .into_iter()
        .map(|(node, connections)| (node, peers(connections), CONNECTIONS))
        .collect();
    let release = fleet.publish("one", &nodes, &[]);
    ["n1", "n2", "n3"].into_iter().for_each(|node| fleet.report(node, &release, &json!({})));
    (fleet, release)
}

fn serve(fleet: &PublishedFleet, arguments: &[&str]) -> Agent {
    let mut command = fleet.reading(&["fleet", "serve", "--listen", "127.0.0.1:0"]);
    command.args(arguments);
    fleet.folder.spawn(with_default_signals(&command))
}

/// A client of the events.
struct Events(BufReader<TcpStream>);

impl Events {
    fn of(agent: &Agent) -> Self {
        let mut stream = TcpStream::connect(agent.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // HTTP 1.0 has no chunks between the lines.
        stream.write_all(b"GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// Returns the next line that begins so.
    fn line(&mut self, begin: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the events ended");
            if line.starts_with(begin) {
                return line.trim_end().to_owned();
            }
        }
    }

    fn next(&mut self) -> Json {
        serde_json::from_str(self.line("data: ").strip_prefix("data: ").unwrap()).unwrap()
    }
}

#[test]
#[ignore = "needs etcd"]
fn the_page_shows_the_fleet_and_follows_it() {
    let (fleet, release) = published();
    let agent = serve(&fleet, &[]);
    eventually("the configs are read", || agent.has_metric("confgate_fleet_differing_fields{service=\"bitcraps\"} 1"));
    let page = agent.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(
        (page.header("cache-control"), page.header("x-content-type-options")),
        (Some("no-store"), Some("nosniff"))
    );
    let nodes: Vec<&str> =
        page.body.split("data-node=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(nodes, ["n4", "n3", "n1", "n2"], "dead ones first, then odd ones");
    assert!(page.body.contains("<code>network.max_connections</code>"), "{}", page.body);
    assert!(
        page.body
            .contains("class=\"odd\" data-at=\"0\" data-in=\"network.max_connections\" tabindex=\"-1\" data-place=")
    );
    assert!(page.body.contains("\"n3.nix:7:5\""), "the origin is in the page");
    let outside = ["http:", "https:", "src=", "@import", "url("];
    assert!(outside.iter().all(|part| !page.body.contains(part)), "the page loads something");

    let mut events = Events::of(&agent);
    assert_eq!(events.line("content-type").to_ascii_lowercase(), "content-type: text/event-stream");
    let first = events.next();
    assert!(first["rollout"].as_str().unwrap().contains("There was no rollout yet"), "{first}");
    fleet.report("n1", &release, &json!({ "healthy": false }));
    assert!(events.next()["version"].as_u64() > first["version"].as_u64());
    eventually("the node is shown", || {
        agent.get("/live").body.contains("<tr data-state=\"unhealthy\" data-node=\"n1\">")
    });
    let metric =
        |name: &str, value: u32| format!("confgate_fleet_nodes{{service=\"bitcraps\",state=\"{name}\"}} {value}");
    for (state, value) in [("dead", 1), ("unhealthy", 1), ("current", 2), ("drifted", 0)] {
        let metrics = agent.get("/metrics").body;
        assert!(metrics.lines().any(|line| line == metric(state, value)), "{state}: {metrics}");
    }
    fleet.etcd.ctl(&["del", "/confgate/bitcraps/nodes/n2"]);
    eventually("the node is dead", || agent.has_metric(&metric("dead", 2)));

    let health = agent.json("/health");
    assert_eq!(health["status"], "degraded");
    assert_eq!(health["problems"], json!(["2 nodes are dead", "1 node is unhealthy"]));
    let document = agent.json("/fleet");
    assert_eq!(document["snapshot"]["status"]["nodes"].as_array().unwrap().len(), 4);
    assert_eq!(document["differing"][0]["field"], "network.max_connections");

    let answer = |request: &str| agent.send(request);
    assert_eq!(answer("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 405);
    assert_eq!(answer("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 421);
    assert_eq!(answer("GET /events HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 421);
    let missing = agent.get("/nothing");
    assert_eq!((missing.status, missing.body.as_str()), (404, "not found; use /, /fleet, /metrics or /health\n"));
    assert!(agent.stop().success());
}

#[test]
#[ignore = "needs etcd"]
fn a_token_guards_the_page_and_clients_of_events_are_limited() {
    let (fleet, _) = published();
    fs::write(fleet.folder.path("token"), "0123456789abcdef").unwrap();
    let agent = serve(&fleet, &["--token-file", "token"]);
    for path in ["/", "/live", "/fleet", "/events", "/metrics"] {
        assert_eq!(agent.get(path).status, 401, "{path}");
    }
    assert_eq!(agent.json("/health").as_object().unwrap().len(), 1);
    let with_token = "Authorization: Bearer 0123456789abcdef\r\n";
    assert_eq!(agent.get_with("/", with_token).status, 200);
    let open = || {
        let mut stream = TcpStream::connect(agent.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(format!("GET /events HTTP/1.0\r\nHost: localhost\r\n{with_token}\r\n").as_bytes()).unwrap();
        let mut events = Events(BufReader::new(stream));
        let status = events.line("HTTP/1");
        (status, events)
    };
    let streams: Vec<_> = (0..32).map(|_| open()).collect();
    assert!(streams.iter().all(|(status, _)| status.contains(" 200 ")));
    assert!(open().0.contains(" 503 "), "one client more");
    // They take no place of other requests.
    assert_eq!(agent.get_with("/", with_token).status, 200);
    drop(streams);
    eventually("the places are free again", || open().0.contains(" 200 "));
}

#[test]
#[ignore = "needs etcd"]
fn the_page_outlives_its_store_and_names_garbage() {
    let (mut fleet, _) = published();
    put(&fleet.etcd, "/confgate/bitcraps/nodes/n9", "garbage <b>");
    put(&fleet.etcd, "/confgate/bitcraps/controller/state", "{}");
    put(&fleet.etcd, "/confgate/bitcraps/history/1", "garbage");
    put(&fleet.etcd, "/confgate/bitcraps/rollout/canary", "garbage");
    put(&fleet.etcd, "/confgate/bitcraps/overrides/eu", "garbage");
    let agent = serve(&fleet, &[]);
    eventually("the store is read", || agent.get("/live").body.contains("data-node=\"n9\""));
    let page = agent.get("/live").body;
    for key in ["controller/state", "rollout/canary", "overrides/eu"] {
        assert!(page.contains(&format!("<li>/confgate/bitcraps/{key}: not ")), "{key}: {page}");
    }
    assert!(page.contains("<span class=\"mark invalid\">invalid</span>"), "{page}");
    assert!(!page.contains("garbage <b>"));
    fleet.etcd.kill(0);
    eventually("the outage is known", || agent.has_metric("confgate_fleet_connected{service=\"bitcraps\"} 0"));
    let event = Events::of(&agent).next();
    assert_eq!(event["lost"], true);
    assert!(event["connection"].as_str().unwrap().ends_with("; the store does not answer"), "{event}");
    assert_eq!(agent.get("/").status, 200);
    assert!(agent.json("/health")["error"].as_str().unwrap().starts_with("cannot reach etcd at "));
    fleet.etcd.start_again(0);
    eventually("the store is back", || agent.has_metric("confgate_fleet_connected{service=\"bitcraps\"} 1"));
}

#[test]
#[ignore = "needs etcd"]
fn a_page_is_one_file_without_secrets() {
    let fleet = PublishedFleet::new(program!());
    let config = |secret: &str| format!("{}[database]\nurl = '${{SECRET_{secret}}}'\n", peers(500));
    let pointers: &[&str] = &["/database/url"];
    let nodes = [("n1", config("ONE"), pointers), ("n2", config("OTHER"), pointers), ("n3", config("ONE"), pointers)];
    let release = fleet.publish("one", &nodes, &[]);
    for node in ["n1", "n2", "n3"] {
        fleet.report(node, &release, &json!({}));
    }
    let mut command = fleet.reading(&["fleet", "page", "-o", "fleet.html"]);
    command.env("BITCRAPS_DATABASE__URL", CANARY).env("SECRET_ONE", CANARY).assert().success();
    let page = fleet.folder.read("fleet.html");
    assert!(page.starts_with("<!doctype html>") && page.contains("${SECRET_OTHER}"), "{page}");
    assert!(!page.contains(CANARY) && page.contains("connect-src 'none'") && !page.contains(" data-live"));
    let printed = fleet.reading(&["fleet", "page"]).assert().success().out();
    let without_time = |page: &str| page.split_once("as of ").map(|(head, rest)| (head.len(), rest[30..].to_owned()));
    assert_eq!(without_time(&printed), without_time(&page));
}

#[test]
#[ignore = "needs etcd"]
fn a_controller_serves_the_metrics_of_its_rollout() {
    let (fleet, _) = published();
    let nodes: Vec<NodeConfig<'_>> =
        ["n1", "n2", "n3"].into_iter().map(|node| (node, peers(800), CONNECTIONS)).collect();
    let after = fleet.publish("two", &nodes, &["--store-only"]);
    fs::write(fleet.folder.path("rollout.toml"), "[rollout]\nwaves = ['50%', '100%']\nbake = '1h'\n").unwrap();
    fleet.command(&["rollout", "start", &after, "--file", "rollout.toml", "--detach"]).assert().success();
    let mut command = fleet.command(&["rollout", "run", "--listen", "127.0.0.1:0"]);
    let agent = fleet.folder.spawn(with_default_signals(command.args(["--lease", "300s"])));
    let metric = |name: &str, labels: &str, value: &str| {
        let line = format!("confgate_fleet_{name}{{service=\"bitcraps\"{labels}}} {value}");
        eventually(&line, || agent.has_metric(&line));
    };
    metric("rollout_running", "", "1");
    metric("rollout_controlled", "", "1");
    metric("rollout_paused", "", "0");
    metric("rollout_nodes", ",wave=\"50%\",progress=\"planned\"", "2");
    metric("rollout_nodes", ",wave=\"50%\",progress=\"admitted\"", "2");
    metric("rollout_nodes", ",wave=\"50%\",progress=\"done\"", "0");
    let metrics = agent.get("/metrics").body;
    let age = |metrics: &str, name: &str| {
        let line = metrics.lines().find(|line| line.starts_with(&format!("confgate_fleet_{name}_seconds{{"))).unwrap();
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let first = (age(&metrics, "rollout_wave_age"), age(&metrics, "rollout_stalled"));
    eventually("the wave grows old", || {
        let metrics = agent.get("/metrics").body;
        age(&metrics, "rollout_wave_age") > first.0 && age(&metrics, "rollout_stalled") > first.1
    });
    assert_eq!(agent.get("/").status, 404);
    fleet.command(&["rollout", "abort", "--reason", "no"]).assert().success();
    metric("rollout_running", "", "0");
    let went_back = || age(&agent.get("/metrics").body, "rollout_back_timestamp");
    eventually("the time of the way back is known", || went_back() > 1.7e9);
    metric("nodes", ",state=\"behind\"", "0");
    // The lease is given up at once, so that another controller can take over.
    agent.signal("TERM");
    eventually("the lease is given up", || {
        fleet.etcd.ctl(&["get", "--print-value-only", "/confgate/bitcraps/controller/leader"]).is_empty()
    });
}
