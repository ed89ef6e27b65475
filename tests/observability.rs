//! The dashboard and the alerts: they use every metric, and a real Prometheus evaluates them.
//!
//! Those that are ignored need Prometheus and promtool, which `make test` installs where it may. Run alone: `cargo test
//! --features full --test observability -- --ignored`.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use confgate_test_support::agent::{Agent, AgentDirectory, Answer};
use confgate_test_support::{eventually, program, root};
use serde_json::Value as Json;

fn folder() -> PathBuf {
    root().join("docs/observability")
}

fn read(file: &str) -> String {
    fs::read_to_string(folder().join(file)).unwrap()
}

fn dashboard() -> Json {
    serde_json::from_str(&read("dashboard.json")).unwrap()
}

/// Returns the queries of the panels, with the variables replaced as Grafana does.
fn queries() -> Vec<String> {
    queries_of(&dashboard())
}

fn queries_of(dashboard: &Json) -> Vec<String> {
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().cloned().unwrap_or_default());
    let filled = |target: Json| {
        let query = target["expr"].as_str().unwrap().replace("$instance", ".+").replace("$service", ".+");
        let query = query.replace("$__rate_interval", "1m");
        assert!(!query.contains('$'), "a variable that the dashboard does not have: {query}");
        query
    };
    targets.map(filled).collect()
}

/// Starts an agent that has done everything once: a change, a refusal, a notified service.
fn busy() -> (AgentDirectory, Agent) {
    let place = AgentDirectory::new(program!(), "");
    let arguments = ["--output", "resolved.toml", "--listen", "127.0.0.1:0", "--audit", "audit.jsonl"];
    let agent = place.start(&[&arguments[..], &["--reload-command", "true"]].concat());
    place.write("[network]\nmax_connections = 30\n");
    eventually("it changed", || agent.has_metric("bitcraps_config_reloads_total{result=\"applied\"} 1"));
    place.write("[network]\nmax_connections = 0\n");
    eventually("it was refused", || agent.has_metric("bitcraps_config_reloads_total{result=\"refused\"} 1"));
    (place, agent)
}

/// Returns the names of the agent's metrics, as Prometheus calls their series.
fn metrics(agent: &Agent) -> Vec<String> {
    let text = agent.get("/metrics").body;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut names: Vec<String> = lines.map(|line| line.split(['{', ' ']).next().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// Returns the names of metrics in a text.
fn named(text: &str) -> Vec<String> {
    names_with("bitcraps_", text)
}

fn names_with(prefix: &str, text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with(prefix)).map(str::to_owned).collect()
}

#[test]
fn the_dashboard_shows_every_metric_and_nothing_asks_for_one_that_is_not() {
    let (_place, agent) = busy();
    let there = metrics(&agent);
    let shown: Vec<String> = queries().iter().flat_map(|query| named(query)).collect();
    let missing: Vec<_> = there.iter().filter(|name| !shown.contains(name)).collect();
    assert!(missing.is_empty(), "no panel shows {missing:?}");
    let alerts = fs::read_to_string(folder().join("alerts.yml")).unwrap();
    let asked = shown.into_iter().chain(named(&alerts));
    let unknown: Vec<String> = asked.filter(|name| !there.contains(name)).collect();
    assert!(unknown.is_empty(), "no agent has {unknown:?}");
}

#[cfg(feature = "fleet")]
#[test]
fn the_panels_and_alerts_of_fleets_ask_for_metrics_that_relays_and_pages_have() {
    let service = "bitcraps".parse().unwrap();
    let relay = confgate::fleet::RelayStatus::new(&service).metrics();
    let page = confgate::fleet::insight::FleetView::new(&service).metrics();
    let described = |name: &str| {
        let name = name.strip_suffix("_total").unwrap_or(name);
        let is_it = |line: &str| line.strip_prefix("# TYPE ").is_some_and(|line| line.starts_with(&format!("{name} ")));
        relay.lines().chain(page.lines()).any(is_it)
    };
    // Families by wave and alarm have no entry, and no description, without a rollout.
    let of_rollouts = ["wave_age_seconds", "nodes", "alarms"].map(|name| format!("confgate_fleet_rollout_{name}"));
    let dashboard: Json = serde_json::from_str(&read("fleet-dashboard.json")).unwrap();
    let asked = [queries_of(&dashboard).join("\n"), read("fleet-alerts.yml")].join("\n");
    let asked = [names_with("confgate_relay_", &asked), names_with("confgate_fleet_", &asked)].concat();
    assert!(asked.len() > 30, "{asked:?}");
    let unknown: Vec<&String> = asked.iter().filter(|name| !described(name) && !of_rollouts.contains(name)).collect();
    assert!(unknown.is_empty(), "no relay or page has {unknown:?}: {relay}{page}");
}

#[test]
fn every_alert_has_a_test_and_every_panel_says_what_it_shows() {
    for prefix in ["", "fleet-"] {
        has_tests_and_descriptions(prefix);
    }
}

fn has_tests_and_descriptions(prefix: &str) {
    let (tests, alerts) = (read(&format!("{prefix}alerts.test.yml")), read(&format!("{prefix}alerts.yml")));
    let dashboard: Json = serde_json::from_str(&read(&format!("{prefix}dashboard.json"))).unwrap();
    let names: Vec<&str> = alerts.lines().filter_map(|line| Some(line.split_once("- alert: ")?.1)).collect();
    assert!(!names.is_empty());
    for name in names {
        let checks: Vec<&str> =
            tests.split("- eval_time:").filter(|check| check.contains(&format!(" {name}\n"))).collect();
        assert!(checks.iter().any(|check| check.contains("exp_labels")), "{name}: no test in which it fires");
        assert!(checks.iter().any(|check| check.contains("exp_alerts: []")), "{name}: no test in which it does not");
    }
    for panel in dashboard["panels"].as_array().unwrap().iter().filter(|panel| panel["type"] != "row") {
        assert!(panel["description"].as_str().is_some_and(|text| text.ends_with('.')), "{}", panel["title"]);
    }
}

#[test]
#[ignore = "needs promtool"]
fn the_alerts_are_valid_and_fire_when_they_should() {
    for arguments in [
        ["check", "rules", "alerts.yml"],
        ["test", "rules", "alerts.test.yml"],
        ["check", "rules", "fleet-alerts.yml"],
        ["test", "rules", "fleet-alerts.test.yml"],
    ] {
        let output = Command::new("promtool").args(arguments).current_dir(folder()).output().unwrap();
        let message = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "promtool {}: {message}", arguments.join(" "));
    }
}

/// Prometheus that scrapes an agent every second. It is killed when it is dropped.
struct Prometheus {
    child: Child,
    address: String,
    _place: tempfile::TempDir,
}

impl Prometheus {
    fn of(agent: &Agent) -> Self {
        let place = tempfile::tempdir().unwrap();
        // Another program could take the port before Prometheus listens, which is unlikely.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let config = format!(
            "global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\nrule_files: [{}]\nscrape_configs:\n  \
             - job_name: confgate\n    static_configs: [{{ targets: ['{}'] }}]\n",
            folder().join("alerts.yml").display(),
            agent.address()
        );
        fs::write(place.path().join("prometheus.yml"), config).unwrap();
        let log = fs::File::create(place.path().join("log")).unwrap();
        let mut command = Command::new("prometheus");
        command.args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"]);
        command.arg(format!("--web.listen-address={address}")).current_dir(&place);
        let child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Self { child, address, _place: place }
    }

    fn get(&self, question: &str) -> Option<Json> {
        let answer = Answer::at_port(&self.address, question)?;
        serde_json::from_str(&answer.body).ok()
    }

    /// Evaluates a query.
    fn query(&self, query: &str) -> Json {
        let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        self.get(&format!("/api/v1/query?query={encoded}")).unwrap_or_default()
    }

    fn has_data(&self, query: &str) -> bool {
        let answer = self.query(query);
        assert_ne!(answer["status"], "error", "{query}: {answer}");
        answer["data"]["result"].as_array().is_some_and(|series| !series.is_empty())
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs Prometheus"]
fn prometheus_answers_every_query_of_the_dashboard_and_every_alert() {
    let (place, agent) = busy();
    let prometheus = Prometheus::of(&agent);
    eventually("the agent is asked", || prometheus.has_data("bitcraps_config_version"));
    let lists = dashboard()["templating"]["list"].clone();
    let instances = lists.as_array().unwrap().iter().find_map(|list| list["definition"].as_str()).unwrap();
    assert_eq!(instances, "label_values(bitcraps_config_version, instance)");
    let queries = queries();
    assert!(queries.len() > 15, "{queries:?}");
    for query in &queries {
        eventually(query, || prometheus.has_data(query));
    }

    // Another refusal, after the first scrape.
    place.write("[network]\nmax_connections = 20000\n");
    let alerts = || prometheus.get("/api/v1/rules").unwrap_or_default()["data"]["groups"][0]["rules"].clone();
    let state = |name: &str| {
        let rules = alerts();
        let rule = rules.as_array().into_iter().flatten().find(|rule| rule["name"] == name).cloned();
        rule.unwrap_or_default()["state"].as_str().unwrap_or_default().to_owned()
    };
    eventually("the refusal fires", || state("ConfigRefused") == "firing");
    eventually("it is waited for to be mended", || state("ConfigStillRefused") == "pending");
    let rules = alerts();
    let rules = rules.as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["health"] == "ok"), "{rules:?}");
    assert_eq!(state("AgentDown"), "inactive");
    drop(agent);
    eventually("the agent that is gone is noticed", || state("AgentDown") == "pending");
}
