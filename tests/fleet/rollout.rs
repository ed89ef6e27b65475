//! `confgate rollout`, with the real program, a real etcd and simulated nodes.

use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use confgate_test_support::monitoring::{Alertmanager, Metrics, Prometheus};
use confgate_test_support::{Printed, eventually};
use serde_json::Value as Json;

use crate::rollout_fleet::{Behavior, Nodes, Recorder, RolloutFleet};

const QUICK: &str = "[rollout]\nwaves = [\"canary\", \"25%\", \"100%\"]\nbake = \"1s\"\nmax_unavailable = 2\n";

/// Returns the text with digests and times replaced.
fn normalized(text: &str, fleet: &RolloutFleet) -> String {
    let mut text = text.to_owned();
    for (digest, name) in [(&fleet.before, "BEFORE"), (&fleet.after, "AFTER")] {
        text = text.replace(digest.as_str(), name).replace(&digest[..12], name);
    }
    text
}

fn ends(child: Child) -> (Option<i32>, String, String) {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
#[ignore = "needs etcd"]
fn a_release_reaches_all_nodes_in_waves() {
    let fleet = RolloutFleet::new();
    let recorder = Recorder::start(&fleet);
    let nodes = Nodes::start(&fleet, 8, |_| Behavior::Runs);
    let (code, out, err) = ends(fleet.start(QUICK, &[]).spawn().unwrap());
    let printed = normalized(&out, &fleet);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{printed}");
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "✓ start    release AFTER after BEFORE: 8 nodes in canary (1), 25% (1), 100% (6)");
    assert_eq!(lines[1], "✓ lead     this process is the controller");
    assert_eq!(lines.last(), Some(&"✓ finish   all nodes follow release AFTER"));
    for line in ["  canary   1 of 1 node run the release, bake 1s", "  100%     6 of 6 nodes run the release, bake 1s"]
    {
        assert!(lines.contains(&line), "{line}: {printed}");
    }
    assert!(fleet.only_all(&fleet.after));
    drop(nodes);
    // Never more nodes on their way than allowed, and never one back.
    let counts = recorder.replay(&fleet, 8);
    assert!(counts.iter().all(|(_, in_flight)| *in_flight <= 2), "{counts:?}");
    assert!(counts.iter().map(|(selected, _)| selected).is_sorted(), "{counts:?}");
    let status = normalized(&fleet.rollout("status", &[]).success().out(), &fleet);
    assert!(status.starts_with("release    AFTER\nbefore     BEFORE\nstarted    "), "{status}");
    assert!(status.contains("\nend        finished at "), "{status}");
    let history = normalized(&fleet.command(&["fleet", "history"]).assert_ok(), &fleet);
    for expected in
        ["advance by ", "        canary: BEFORE → AFTER", "        all: BEFORE → AFTER", "the rollout is finished"]
    {
        assert!(history.contains(expected), "{expected}: {history}");
    }
}

/// Runs a command that succeeds.
trait AssertOk {
    fn assert_ok(&mut self) -> String;
}

impl AssertOk for std::process::Command {
    fn assert_ok(&mut self) -> String {
        let output = self.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
#[ignore = "needs etcd"]
fn a_wave_with_a_node_that_fails_goes_back_by_itself() {
    let fleet = RolloutFleet::new();
    let recorder = Recorder::start(&fleet);
    let nodes = Nodes::start(&fleet, 8, |number| if number == 0 { Behavior::Runs } else { Behavior::Rejects });
    let (code, out, _) = ends(fleet.start(QUICK, &[]).spawn().unwrap());
    let printed = normalized(&out, &fleet);
    assert_eq!(code, Some(1), "{printed}");
    let last = printed.lines().last().unwrap();
    assert!(last.starts_with("✗ back     release AFTER: went back at "), "{last}");
    assert!(last.contains("UTC: 1 node failed: n") && last.ends_with(": rejected by the gate of this node"), "{last}");
    assert!(fleet.only_all(&fleet.before));
    drop(nodes);
    let selected: Vec<usize> = recorder.replay(&fleet, 8).into_iter().map(|(selected, _)| selected).collect();
    // The canary and one node had it; one transaction took it from both.
    let highest = selected.iter().position(|count| *count == 2).unwrap();
    assert!(selected[highest..].iter().all(|count| [2, 0].contains(count)), "{selected:?}");
    let history = fleet.command(&["fleet", "history"]).assert_ok();
    assert!(history.contains("rollback by ") && history.contains("1 node failed: n"), "{history}");
    let status = fleet.rollout("status", &["--format", "json"]).code(1).out();
    let status: Json = serde_json::from_str(&status).unwrap();
    assert!(status["state"]["outcome"]["back"]["reason"].as_str().unwrap().starts_with("1 node failed"), "{status}");
}

#[test]
#[ignore = "needs etcd"]
fn controllers_that_are_killed_at_any_moment_are_replaced_within_the_lease() {
    let fleet = RolloutFleet::new();
    let recorder = Recorder::start(&fleet);
    let nodes = Nodes::start(&fleet, 12, |_| Behavior::Runs);
    let file = "[rollout]\nbake = \"500ms\"\nmax_unavailable = 1\n";
    assert!(fleet.start(file, &["--detach"]).assert_ok().starts_with("✓ start    release "));
    assert_eq!(fleet.pointers().len(), 1, "nothing moves without a controller");
    let controller =
        || fleet.command(&["rollout", "run", "--lease", "2s"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut standby = controller();
    let began = Instant::now();
    for round in 0_u64.. {
        assert!(began.elapsed() < Duration::from_secs(240), "the rollout does not end: {:?}", fleet.pointers());
        let mut killed = std::mem::replace(&mut standby, controller());
        // Moments that do not repeat, up to a second and a half.
        sleep(Duration::from_millis(300 + round * 379 % 1200));
        killed.kill().unwrap();
        killed.wait().unwrap();
        if fleet.only_all(&fleet.after) {
            break;
        }
    }
    standby.kill().unwrap();
    standby.wait().unwrap();
    drop(nodes);
    let counts = recorder.replay(&fleet, 12);
    assert!(counts.iter().all(|(_, in_flight)| *in_flight <= 1), "{counts:?}");
    assert!(counts.iter().map(|(selected, _)| selected).is_sorted(), "{counts:?}");
    assert_eq!(counts.last(), Some(&(12, 0)));
}

#[test]
#[ignore = "needs etcd"]
fn an_operator_pauses_resumes_promotes_and_aborts_without_a_controller() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 4, |_| Behavior::Runs);
    let error = |printed: String| printed.trim_end().to_owned();
    assert_eq!(error(fleet.rollout("pause", &[]).code(2).err()), "error: no rollout is running");
    fleet.start(QUICK, &["--detach"]).assert_ok();
    assert_eq!(
        error(String::from_utf8(fleet.start(QUICK, &[]).output().unwrap().stderr).unwrap()),
        format!(
            "error: the rollout of release {}, started by bob, is unfinished; wait for its end, or abort it with confgate rollout \
             abort",
            fleet.after
        )
    );
    let printed = normalized(&fleet.publish("third", 700, &[]).code(1).out(), &fleet);
    assert_eq!(
        printed,
        "\na rollout is running (release AFTER by bob); wait for its end, abort it, or store the release alone with --store-only\n"
    );
    let status = normalized(&fleet.rollout("status", &[]).success().out(), &fleet);
    assert!(status.contains("controller none: start one with confgate rollout run\n"), "{status}");
    assert!(status.contains("canary   0 of 1 node run the release ← moving for 0 s of 600s\n"), "{status}");
    let printed = fleet.rollout("pause", &["--reason", "lunch", "--author", "carol"]).success().out();
    assert_eq!(normalized(&printed, &fleet), "rollout of release AFTER is paused, in wave canary\n");
    assert_eq!(error(fleet.rollout("pause", &[]).code(2).err()), "error: the rollout is paused already");
    let status = fleet.rollout("status", &[]).code(1).out();
    assert!(status.contains("← paused by carol: lunch\n"), "{status}");
    // A paused rollout moves no node.
    let mut controller = fleet.command(&["rollout", "run"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    eventually("it leads", || fleet.rollout("status", &[]).code(1).out().contains("controller "));
    sleep(Duration::from_secs(2));
    assert!(fleet.only_all(&fleet.before));
    fleet.rollout("resume", &[]).success();
    eventually("the canary has it", || fleet.pointers().contains_key("canary"));
    fleet.rollout("promote", &["--full"]).success();
    eventually("all have it", || fleet.only_all(&fleet.after));
    controller.kill().unwrap();
    controller.wait().unwrap();
    let message = error(fleet.rollout("abort", &[]).code(2).err());
    assert!(message.starts_with("error: no rollout is running; the last one finished at "), "{message}");
}

#[test]
#[ignore = "needs etcd"]
fn an_abort_goes_back_and_ends_the_command_that_waits() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 4, |_| Behavior::Runs);
    let controller =
        fleet.start("[rollout]\nbake = \"1h\"\nwaves = [\"50%\", \"100%\"]\n", &["--format", "json"]).spawn().unwrap();
    eventually("the first wave has it", || fleet.pointers().contains_key("50%"));
    fleet.rollout("abort", &["--reason", "wrong release", "--author", "carol"]).success();
    assert!(fleet.only_all(&fleet.before));
    let (code, out, _) = ends(controller);
    assert_eq!(code, Some(1), "{out}");
    let events: Vec<Json> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events[0]["event"], "started");
    let end = &events.last().unwrap()["state"]["outcome"]["back"];
    assert_eq!((end["reason"].as_str(), end["by"].as_str()), (Some("wrong release"), Some("carol")), "{out}");
}

#[test]
#[ignore = "needs etcd"]
fn a_dry_run_shows_who_comes_when_and_writes_nothing() {
    let fleet = RolloutFleet::new();
    let message = String::from_utf8(fleet.start(QUICK, &["--dry-run"]).output().unwrap().stderr).unwrap();
    assert_eq!(
        message,
        "error: no node reports below /confgate/bitcraps/nodes/; start the agents, or check the name of the service\n"
    );
    let _nodes = Nodes::start(&fleet, 8, |_| Behavior::Runs);
    let before = fleet.etcd.dump();
    let printed = normalized(&fleet.start(QUICK, &["--dry-run"]).assert_ok(), &fleet);
    assert!(
        printed.starts_with(
            "release AFTER after BEFORE\n8 nodes, 2 nodes at a time, bake 1s\n\ncanary   1 node\n         n0\n"
        ),
        "{printed}"
    );
    assert!(printed.ends_with("\nnothing was written\n"), "{printed}");
    let json: Json = serde_json::from_str(&fleet.start(QUICK, &["--dry-run", "--format", "json"]).assert_ok()).unwrap();
    assert_eq!(json["waves"][0]["nodes"], serde_json::json!(["n0"]));
    assert_eq!(fleet.etcd.dump(), before);
}

#[test]
#[ignore = "needs etcd"]
fn a_rollout_file_passes_its_gate_and_a_wrong_release_is_named() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 2, |_| Behavior::Runs);
    let before = fleet.etcd.dump();
    let output = fleet.start("[rollout]\nwaves = [\"10%\"]\nbakes = 1\n", &[]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("the last wave must be 100%") && printed.contains("rollout.toml:2:1"), "{printed}");
    assert!(printed.contains("unknown key rollout.bakes"), "{printed}");
    let alarms =
        |number| format!("[[rollout.alarm]]\nname = \"{number}\"\nquery = '{}'\nabove = 1\n", "1".repeat(9000));
    let file = format!("[rollout]\nprometheus.url = \"http://localhost\"\n{}", (0..20).map(alarms).collect::<String>());
    let output = fleet.start(&file, &[]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.starts_with("error: the rollout file makes a state of 18"), "{message}");
    assert!(message.ends_with(" bytes, more than the limit of 128 KiB; shorten its queries\n"), "{message}");
    let unknown = "0".repeat(52);
    for (release, expected) in [
        (&fleet.before, format!("error: release {} is published already: all nodes follow it\n", fleet.before)),
        (
            &unknown,
            format!(
                "error: /confgate/bitcraps/releases/{unknown}: missing from the store; publish the release again\n"
            ),
        ),
    ] {
        assert_eq!(fleet.rollout("start", &[release]).code(2).err(), expected);
    }
    assert_eq!(fleet.etcd.dump(), before);
}

/// Returns a rollout file with one alarm.
fn with_alarm(server: &str, alarm: &str) -> String {
    format!(
        "[rollout]\nwaves = [\"50%\", \"100%\"]\nbake = \"3s\"\ninterval = \"500ms\"\n{server}\n[[rollout.alarm]]\nname = \"errors\"\n{alarm}\n"
    )
}

#[test]
#[ignore = "needs etcd, prometheus"]
fn an_alarm_of_prometheus_makes_the_rollout_go_back() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 4, |_| Behavior::Runs);
    let metrics = Metrics::serve();
    let prometheus = Prometheus::start(&metrics);
    let set = |errors: [u32; 4]| {
        let line = |(node, errors)| format!("errors{{node=\"n{node}\"}} {errors}\n");
        metrics.set(&errors.into_iter().enumerate().map(line).collect::<String>());
    };
    let server = format!("prometheus.url = \"{}\"", prometheus.url());
    let query = "query = 'sum(errors{node=~\"$nodes\"}) / sum(errors{node=~\"$others\"})'\nabove = 2\n";
    set([1, 1, 1, 1]);
    let controller = fleet.start(&with_alarm(&server, query), &[]).spawn().unwrap();
    eventually("the first wave has it", || fleet.pointers().contains_key("50%"));
    // Errors grow on all nodes alike, which is no fault of the release.
    set([9, 9, 9, 9]);
    sleep(Duration::from_secs(2));
    assert!(!fleet.only_all(&fleet.before));
    // They grow on the nodes that have the release.
    metrics.set(
        &(0..4)
            .map(|node| format!("errors{{node=\"n{node}\"}} {}\n", if fleet_has(&fleet, node) { 90 } else { 9 }))
            .collect::<String>(),
    );
    let (code, out, _) = ends(controller);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.lines().last().unwrap().ends_with("alarm errors fires: 10 is above 2"), "{out}");
    assert!(fleet.only_all(&fleet.before));
}

/// Returns whether a node reports the release.
fn fleet_has(fleet: &RolloutFleet, node: usize) -> bool {
    fleet
        .etcd
        .ctl(&["get", "--print-value-only", &format!("/confgate/bitcraps/nodes/n{node}")])
        .contains(&format!("\"release\":\"{}\"", fleet.after))
}

#[test]
#[ignore = "needs etcd, prometheus"]
fn a_query_without_a_value_pauses_passes_or_goes_back() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 2, |_| Behavior::Runs);
    let prometheus = Prometheus::start(&Metrics::serve());
    let server = format!("prometheus.url = \"{}\"", prometheus.url());
    let file =
        |missing: &str| with_alarm(&server, &format!("query = 'absent_metric'\nabove = 2\nmissing = \"{missing}\"\n"));
    let controller = fleet.start(&file("pause"), &[]).spawn().unwrap();
    eventually("it pauses", || is_paused(&fleet));
    let status = fleet.rollout("status", &[]).code(1).out();
    assert!(status.contains("← paused: alarm errors has no value\n"), "{status}");
    fleet.rollout("abort", &[]).success();
    assert_eq!(ends(controller).0, Some(1));
    let (code, out, _) = ends(fleet.start(&file("fail"), &[]).spawn().unwrap());
    assert!(code == Some(1) && out.ends_with("alarm errors has no value\n"), "{out}");
    let (code, out, _) = ends(fleet.start(&file("pass"), &[]).spawn().unwrap());
    assert_eq!(code, Some(0), "{out}");
}

#[test]
#[ignore = "needs etcd, prometheus"]
fn a_query_that_fails_and_a_server_that_is_down_pause_the_rollout() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 2, |_| Behavior::Runs);
    let prometheus = Prometheus::start(&Metrics::serve());
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, query, expected) in [
        (prometheus.url(), "sum(", "alarm errors cannot be evaluated: status 400: "),
        (format!("http://{nowhere}"), "up", "alarm errors cannot be evaluated: Connection refused (os error 111)\n"),
    ] {
        let server = format!("max_errors = 1\nprometheus.url = \"{url}\"");
        let file = with_alarm(&server, &format!("query = '{query}'\nabove = 2\n"));
        let controller = fleet.start(&file, &[]).spawn().unwrap();
        eventually("it pauses", || is_paused(&fleet));
        let status = fleet.rollout("status", &[]).code(1).out();
        assert!(status.contains(expected), "{status}");
        fleet.rollout("abort", &[]).success();
        assert_eq!(ends(controller).0, Some(1));
    }
}

#[test]
#[ignore = "needs etcd"]
fn nodes_that_are_late_pause_the_rollout_and_a_promotion_goes_on() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 4, |number| if number == 0 { Behavior::Never } else { Behavior::Runs });
    let file = "[rollout]\nwaves = [\"canary\", \"100%\"]\nbake = \"0s\"\ndeadline = \"2s\"\n";
    let controller = fleet.start(file, &[]).spawn().unwrap();
    eventually("it pauses", || is_paused(&fleet));
    let status = fleet.rollout("status", &[]).code(1).out();
    let expected = "canary   0 of 1 node run the release ← paused: 1 node does not run the release within 2s: n0 (does not run it)";
    assert!(status.contains(expected), "{status}");
    assert!(status.contains("  n0 in canary: does not run it\n"), "{status}");
    fleet.rollout("promote", &[]).success();
    eventually("it pauses again", || is_paused(&fleet));
    let printed = fleet.command(&["fleet", "status"]).output().unwrap();
    let printed = normalized(&String::from_utf8(printed.stdout).unwrap(), &fleet);
    let row = printed.lines().find(|line| line.starts_with("n0 ")).unwrap();
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["n0", "behind", "BEFORE", "canary", "canary"], "{printed}");
    fleet.rollout("promote", &[]).success();
    assert_eq!(ends(controller).0, Some(0));
    assert!(fleet.only_all(&fleet.after));
}

/// Returns whether the rollout waits for an operator.
fn is_paused(fleet: &RolloutFleet) -> bool {
    let output = fleet.command(&["rollout", "status"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().contains(" ← paused")
}

#[test]
#[ignore = "needs etcd"]
fn the_status_of_a_fleet_tells_nodes_that_are_behind_and_those_that_failed() {
    let fleet = RolloutFleet::new();
    let empty = "no node reports below /confgate/bitcraps/nodes/; start the agents, or check the name of the service\n";
    assert_eq!(fleet.command(&["fleet", "status"]).assert_ok(), empty);
    let nodes = Nodes::start(&fleet, 3, |number| if number == 1 { Behavior::Rejects } else { Behavior::Runs });
    let printed = normalized(&fleet.command(&["fleet", "status"]).assert_ok(), &fleet);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        lines[0].split_whitespace().collect::<Vec<_>>(),
        ["NODE", "STATE", "RELEASE", "POINTER", "TAGS"],
        "{printed}"
    );
    assert_eq!(
        lines[1].split_whitespace().collect::<Vec<_>>(),
        ["n0", "current", "BEFORE", "all", "canary"],
        "{printed}"
    );
    assert_eq!(lines.last(), Some(&"3 nodes: 3 current"));
    fleet.publish("after", 600, &[]).success();
    eventually("two nodes have it", || {
        let output = fleet.command(&["fleet", "status"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().ends_with("3 nodes: 1 failed, 2 current\n")
    });
    drop(nodes);
    let printed =
        normalized(&String::from_utf8(fleet.command(&["fleet", "status"]).output().unwrap().stdout).unwrap(), &fleet);
    // The odd one comes first.
    let row: Vec<&str> = printed.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(row, ["n1", "failed", "BEFORE", "all"], "{printed}");
    assert!(printed.contains("\n  rejected by the gate of this node\n"), "{printed}");
    fleet.etcd.ctl(&["put", "/confgate/bitcraps/nodes/n2", "garbage"]);
    let output = fleet.command(&["fleet", "status", "--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let json: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["states"], serde_json::json!({ "invalid": 1, "failed": 1, "current": 1 }), "{json}");
}

#[test]
#[ignore = "needs etcd, alertmanager"]
fn an_alert_of_alertmanager_makes_the_rollout_go_back() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 4, |_| Behavior::Runs);
    let alertmanager = Alertmanager::start();
    alertmanager.raise("{\"alertname\":\"Disk\",\"severity\":\"info\"}");
    let server = format!("alertmanager.url = \"{}\"", alertmanager.url());
    let file = with_alarm(&server, "matchers = ['severity=\"page\"']\n").replace("3s", "60s");
    let controller = fleet.start(&file, &[]).spawn().unwrap();
    eventually("the alarm is quiet", || {
        fleet.command(&["rollout", "status"]).assert_ok().contains("alarm errors: quiet: no alert\n")
    });
    alertmanager.raise("{\"alertname\":\"HighErrorRate\",\"severity\":\"page\"}");
    let (code, out, _) = ends(controller);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.ends_with("alarm errors fires: HighErrorRate\n"), "{out}");
    assert!(fleet.only_all(&fleet.before));
}
