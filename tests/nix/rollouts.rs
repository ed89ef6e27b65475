//! The rollout that a fleet declares: its file in the output, and mistakes with their places.

use std::fs;

use confgate_test_support::confgate;
use confgate_test_support::nix::{in_store, nix, printed};
use tempfile::TempDir;

use super::{edit, scratch};

const TAGS: &str = "  tags = {\n";

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_fleet_has_the_file_of_its_rollout() {
    let project = scratch();
    let rollout = "  rollout = {\n    waves = [ \"canary\" \"50%\" \"100%\" ];\n    spread = \"region\";\n    bake = \"5m\";\n  };\n";
    edit(&project.path().join("config/fleet.nix"), TAGS, &format!("{rollout}{TAGS}"));
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("fleet");
    printed(nix(project.path(), &["build", ".#fleet", "-o", link.to_str().unwrap()]));
    let fleet = in_store(&link);
    let file = fs::read_to_string(fleet.join("rollout.toml")).unwrap();
    assert!(file.starts_with("#:schema ./rollout.schema.json\n"), "{file}");
    for line in ["    \"canary\",", "spread = \"region\"", "bake = \"300s\"", "deadline = \"600s\""] {
        assert!(file.lines().any(|found| found == line), "{line}: {file}");
    }
    let schema = fs::read(fleet.join("rollout.schema.json")).unwrap();
    assert_eq!(schema, fs::read(confgate_test_support::root().join("modules/rollout.schema.json")).unwrap());
    // Commands that read a fleet take it for no node, and its own schema checks it.
    let bundles = confgate!().arg("bundles").arg(&fleet).output().unwrap();
    assert_eq!(String::from_utf8(bundles.stdout).unwrap().lines().count(), 12);
    let checked = confgate!().arg("check").arg(&fleet).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_mistake_in_a_rollout_refuses_the_fleet_with_its_place() {
    let project = scratch();
    let file = project.path().join("config/fleet.nix");
    let rollout = "  rollout = {
    waves = [ \"canary\" \"100%\" ];
    bakes = \"5m\";
    deadline = \"soon\";
    interval = \"2h\";
    max_unavailable = 0;
    prometheus.url = \"http://operator:hunter22@monitor.example.net\";
  };
";
    edit(&file, TAGS, &format!("{rollout}{TAGS}"));
    let text = fs::read_to_string(&file).unwrap();
    let line = |part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
    let built = nix(project.path(), &["build", ".#fleet", "--no-link", "--print-build-logs"]);
    assert!(!built.status.success());
    let log = String::from_utf8(built.stderr).unwrap();
    let message: Vec<&str> = log.lines().filter_map(|line| line.strip_prefix("fleet> ")).collect();
    assert_eq!(message[0], "rollout:", "{log}");
    for (part, expected) in [
        ("bakes", "unknown key rollout.bakes"),
        ("deadline", "rollout.deadline"),
        ("interval", "rollout.interval must be at most 1h, and is \"2h\""),
        ("max_unavailable", "rollout.max_unavailable must be at least 1, and is 0"),
        ("prometheus", "rollout.prometheus.url has a user or a password"),
    ] {
        let place = format!("config/fleet.nix:{}:5", line(part));
        let error = message.iter().position(|line| line.starts_with("error: ") && line.contains(expected));
        let error = error.unwrap_or_else(|| panic!("{expected}: {log}"));
        assert!(message[error + 1].contains(&place), "{place}: {log}");
    }
    assert_eq!(message.last(), Some(&"refused 1 of 13 configs: 5 errors, 0 warnings"), "{log}");
    assert!(!log.contains("hunter22") && message.iter().any(|line| line.contains("token_file")), "{log}");
    // A rollout that is no set is named before anything is evaluated.
    edit(&file, rollout, "  rollout = [ \"canary\" ];\n");
    let built = nix(project.path(), &["build", ".#fleet", "--no-link"]);
    let message = String::from_utf8(built.stderr).unwrap();
    let place = format!("config/fleet.nix:{}:3: mkFleet: `rollout` must be a set, and is a list", line("rollout = {"));
    assert!(!built.status.success() && message.contains(&place), "{message}");
}
