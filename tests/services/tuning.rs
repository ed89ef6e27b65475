//! Tuning of a running agent by files and by queries of Prometheus.

use std::fs;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::agent::{Agent, AgentDirectory};
use confgate_test_support::monitoring::{Metrics, Prometheus};
use confgate_test_support::{Printed, eventually, program};

const RULE: &str = "\
[[tuning]]
name = 'connections'
field = 'network.max_connections'
low = 10
high = 100
min = 20
max = 60
step = 10
cooldown = '1s'
missing_after = '4s'
";

const PORT: [&str; 2] = ["--listen", "127.0.0.1:0"];

/// Makes a folder with a tuning file.
fn place(tuning: &str) -> AgentDirectory {
    let place = AgentDirectory::new(program!(), "");
    fs::write(place.path("tuning.toml"), tuning).unwrap();
    place
}

fn start(place: &AgentDirectory) -> Agent {
    place.start(&[&PORT[..], &["--tuning", "tuning.toml", "--audit", "audit.jsonl"]].concat())
}

fn connections(agent: &Agent) -> i64 {
    agent.json("/config")["network"]["max_connections"].as_i64().unwrap()
}

#[test]
fn a_field_follows_a_file_and_each_step_is_audited_and_explained() {
    let place = place(&format!("{RULE}signal.file = 'queue'\nguard = {{ signal.file = 'latency', worse_by = 5 }}\n"));
    let write = |file: &str, text: &str| {
        fs::write(place.path("next"), text).unwrap();
        fs::rename(place.path("next"), place.path(file)).unwrap();
    };
    write("queue", "50\n");
    write("latency", "20\n");
    let agent = start(&place);
    write("queue", "150\n");
    eventually("the field shrinks to its bound", || connections(&agent) == 20);
    let explained = agent.json("/config?explain=network.max_connections");
    assert_eq!(explained["value"], 20);
    assert_eq!(explained["contributions"][0]["layer"], "override", "{explained}");
    assert_eq!(explained["contributions"][0]["places"][0], "tuning connections: step, 150 is above 100", "{explained}");
    let origins = agent.json("/config?origins=true");
    assert_eq!(origins["origins"]["/network/max_connections"], "tuning connections: step, 150 is above 100");
    // A step that makes the latency worse is taken back, and not tried again.
    write("queue", "50\n");
    std::thread::sleep(std::time::Duration::from_millis(2500));
    write("queue", "5\n");
    eventually("the field grows", || connections(&agent) == 30);
    write("latency", "40\n");
    write("queue", "50\n");
    eventually("the step is taken back", || connections(&agent) == 20);
    fs::remove_file(place.path("queue")).unwrap();
    eventually("the signal is gone, and the field returns", || connections(&agent) == 50);
    drop(agent);
    let trail = place.read("audit.jsonl");
    for reason in [
        "tuning connections: step, 150 is above 100",
        "tuning connections: step, 5 is below 10",
        "tuning connections: revert, the guard rose from 20 to 40",
        "tuning connections: return, the signal is gone",
    ] {
        assert!(trail.contains(reason), "{reason}: {trail}");
    }
}

#[test]
fn a_tuning_that_cannot_work_is_refused_at_the_start() {
    let refused = |tuning: &str| {
        let place = place(tuning);
        let assert = place.command(&[&PORT[..], &["--tuning", "tuning.toml"]].concat()).assert();
        let assert = assert.failure();
        assert.out() + &assert.err()
    };
    assert_eq!(
        refused(&format!("{RULE}signal.metric = 'queue_depth'\n")),
        "error: tuning.toml: rule connections: metric queue_depth not registered; register it in the process that tunes, before \
         the tuning starts, or use a file or a query\n"
    );
    let without_server = refused(&format!("{RULE}signal.query = 'up'\n"));
    assert!(without_server.contains("a signal with a query needs a server of Prometheus"), "{without_server}");
    assert!(without_server.contains("set prometheus.url"), "{without_server}");
    let hidden = format!(
        "query_interval = '2s'\n{RULE}signal.query = 'up'\n[prometheus]\nurl = 'http://x'\ntoken_file = 'absent'\n"
    );
    assert_eq!(refused(&hidden), "error: tuning.toml: cannot read absent: No such file or directory (os error 2)\n");
    let slow = format!("{RULE}signal.query = 'up'\n[prometheus]\nurl = 'http://x'\n");
    assert!(refused(&slow).contains("set missing_after to at least twice query_interval"), "{}", refused(&slow));
}

#[test]
fn an_explanation_of_the_running_config_names_its_field() {
    let place = AgentDirectory::new(program!(), "");
    let agent = place.start(&PORT);
    let answer = agent.get("/config?explain=network.max_conections");
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.body,
        "network.max_conections is not a field of this config: did you mean network.max_connections?\n"
    );
    assert_eq!(agent.json("/config?explain=network%2Emax_connections&format=json")["value"], 50);
    let answer = agent.get("/config?explain=network&format=toml");
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (400, "explain=FIELD goes with no other parameter but format=json\n")
    );
    let answer = agent.get("/config?explained=network");
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body, "unknown parameter; use format=json, format=toml, origins=true or explain=FIELD\n");
}

#[test]
#[ignore = "needs Prometheus"]
fn a_field_follows_a_query_of_prometheus_and_returns_without_data() {
    let metrics = Metrics::serve();
    metrics.set("queue_depth{shard=\"a\"} 20\nqueue_depth{shard=\"b\"} 30\n");
    let server = Prometheus::start(&metrics);
    let head = format!("query_interval = '1s'\nprometheus = {{ url = '{}', timeout = '5s' }}\n", server.url());
    let place = place(&format!("{head}{RULE}signal.query = 'max(queue_depth)'\n"));
    let agent = start(&place);
    assert_eq!(connections(&agent), 50);
    metrics.set("queue_depth{shard=\"a\"} 20\nqueue_depth{shard=\"b\"} 130\n");
    eventually("the field shrinks to its bound", || connections(&agent) == 20);
    let explained = agent.json("/config?explain=network.max_connections");
    assert_eq!(explained["contributions"][0]["places"][0], "tuning connections: step, 130 is above 100", "{explained}");
    // Series that are gone end a query after one scrape.
    metrics.set("other 1\n");
    eventually("the data are missing, and the field returns", || connections(&agent) == 50);
    assert!(agent.log().contains("the query of a signal has no value: the query gives no value"), "{}", agent.log());
    metrics.set("queue_depth 2\n");
    eventually("the field grows to its bound", || connections(&agent) == 60);
    drop(server);
    eventually("the server is gone, and the field returns", || connections(&agent) == 50);
    assert!(agent.log().contains("the query of a signal has no value: Connection refused"), "{}", agent.log());
    drop(agent);
    assert!(place.read("audit.jsonl").contains("tuning connections: return, the signal is gone"));
}
