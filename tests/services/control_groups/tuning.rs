//! Tuning by the CPU and the memory of the control group.

use std::time::Duration;

use assert_cmd::assert::OutputAssertExt as _;
use confgate_test_support::agent::AgentDirectory;
use confgate_test_support::{Printed as _, confgate, eventually, program};

use super::Group;

/// The declared value is at the upper end, so that the field is back there when the load is gone.
const TUNING: &str = "\
[[tuning]]
name = 'connections'
field = 'network.max_connections'
signal = 'cpu'
low = 40
high = 70
min = 20
max = 50
step = 15
cooldown = '1s'

[[tuning]]
name = 'history'
field = 'monitoring.log_retention_days'
signal = 'memory'
low = 30
high = 60
min = 5
max = 30
step = '50%'
cooldown = '1s'
";

#[test]
#[ignore = "needs control groups that can be created"]
fn fields_follow_the_load_of_the_group_within_their_bounds_and_return() {
    let group = Group::create();
    let place = AgentDirectory::new(program!(), "[monitoring]\nlog_retention_days = 30\n");
    std::fs::write(place.path("tuning.toml"), TUNING).unwrap();
    let arguments = ["--output", "resolved.toml", "--tuning", "tuning.toml", "--audit", "audit.jsonl"];
    let agent = place.start_as(group.runner(), &[&arguments[..], &["--listen", "127.0.0.1:0"]].concat());
    // Requests would load the group: the file tells the values.
    let is = |line: &str| place.read("resolved.toml").lines().any(|other| other == line);
    assert!(is("max_connections = 50") && is("log_retention_days = 30"), "{}", place.read("resolved.toml"));

    // A tenth of a CPU is the whole quota.
    let load = group.run("while :; do :; done");
    eventually("the field is at its lower bound", || is("max_connections = 20"));
    std::thread::sleep(Duration::from_secs(3));
    assert!(is("max_connections = 20"), "it stays within its bounds");
    let explained = agent.json("/config?explain=network.max_connections");
    let places = explained["contributions"][0]["places"].to_string();
    assert!(places.contains("tuning connections: step, ") && places.contains(" is above 70"), "{explained}");
    assert_eq!(explained["contributions"][1]["value"], 50, "{explained}");
    drop(load);
    eventually("the field returns", || is("max_connections = 50"));
    let explained = agent.json("/config?explain=network.max_connections");
    assert_eq!(explained["contributions"][0]["layer"], "default", "no override is left: {explained}");
    assert!(is("log_retention_days = 30"), "the memory did not change");

    // tail keeps all that has no line end, 100 of 128 MiB, until its input ends.
    let load = group.run("{ head -c 100M /dev/zero; sleep 600; } | tail -n 1");
    eventually("the field of the memory shrinks", || is("log_retention_days = 5"));
    drop(load);
    eventually("the field of the memory returns", || is("log_retention_days = 30"));
    drop(agent);

    let show = |field: &str| {
        let mut command = confgate!();
        command.args(["audit", "show", "audit.jsonl", "--field", field]).current_dir(&place.folder);
        command.assert().success().out()
    };
    let steps = show("network.max_connections");
    for expected in ["50", "35", "20", "tuning connections: step, ", "is above 70", "is below 40"] {
        assert!(steps.contains(expected), "{steps}");
    }
    assert!(show("monitoring.log_retention_days").contains("tuning history: step, "));
    confgate!().args(["audit", "verify", "audit.jsonl"]).current_dir(&place.folder).assert().success();
}
