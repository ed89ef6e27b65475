//! Mistakes of operators: each is named before anything is written, with the way out.

use confgate_test_support::confgate;

use crate::rollout_fleet::{Behavior, Nodes, RolloutFleet};

#[test]
#[ignore = "needs etcd"]
fn a_rollout_names_its_release_and_a_tag_that_no_node_has() {
    let fleet = RolloutFleet::new();
    let _nodes = Nodes::start(&fleet, 1, |_| Behavior::Runs);
    // A fleet of one node, a misspelt tag, and the first digits that `start` and the history print.
    let file = "[rollout]\nwaves = [\"canray\", \"canary\", \"100%\"]\nbake = \"0s\"\n";
    let warning = "! no node of the wave canray: it is left out; check the tags with confgate fleet status\n";
    let planned = fleet.start(file, &["--dry-run"]).output().unwrap();
    let planned = String::from_utf8(planned.stdout).unwrap();
    assert!(planned.contains(warning), "{planned}");
    let start = |release: &str, more: &[&str]| {
        let command = ["rollout", "start", release, "--file", "rollout.toml"];
        fleet.command(&command).args(more).output().unwrap()
    };
    for (release, message) in [
        ("zzzzzzz", "error: no release begins with zzzzzzz; confgate fleet history lists the releases\n"),
        ("nowhere/", "error: nowhere/: No such file or directory (os error 2)\n"),
    ] {
        let refused = start(release, &["--detach"]);
        assert_eq!((refused.status.code(), String::from_utf8(refused.stderr).unwrap().as_str()), (Some(2), message));
    }
    let ended = start(&fleet.after[..12], &[]);
    let printed = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(0), "{printed}");
    assert!(printed.contains(&format!("1 node in canray (0), canary (1), 100% (0)\n{warning}")), "{printed}");
    assert!(fleet.only_all(&fleet.after));
}

#[test]
#[ignore = "needs etcd"]
fn an_override_with_a_value_that_no_node_would_take_is_not_signed() {
    let fleet = RolloutFleet::new();
    let set = |assignments: &[&str]| {
        let mut command = confgate!();
        command.args(["fleet", "override", "--region", "eu"]).args(assignments);
        command.args(["--for", "1h", "--reason", "test", "--key-file", "example-1.key", "--to", &fleet.etcd.to()]);
        command.current_dir(fleet.folder.path()).output().unwrap()
    };
    for (assignment, message) in [
        ("network.max_connections=abc", "network.max_connections must be"),
        ("network.max_connections=-1", "network.max_connections must be"),
        ("network=5", "network must be"),
    ] {
        let refused = set(&[assignment]);
        let error = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{error}");
        let begins = error.starts_with(&format!("error: {message}"));
        assert!(begins && error.ends_with("; every node would reject the override\n"), "{error}");
    }
    assert!(!fleet.etcd.dump().windows(10).any(|window| window == b"/overrides"));
    let done = set(&["network.max_connections=100"]);
    assert!(done.status.success(), "{done:?}");
    // Ending it needs no value.
    let mut end = confgate!();
    end.args(["fleet", "override", "--region", "eu", "--end", "--reason", "over", "--key-file", "example-1.key"]);
    let end = end.args(["--to", &fleet.etcd.to()]).current_dir(fleet.folder.path()).output().unwrap();
    assert!(end.status.success(), "{end:?}");
}
