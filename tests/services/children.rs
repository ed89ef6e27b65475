//! Programs that Confgate starts inherit no secret, and all else that they need.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use confgate_test_support::agent::AgentDirectory;
use confgate_test_support::{Bundle, confgate, eventually, program};
use tempfile::TempDir;

/// Part of every value that a child must not have.
const PART: &str = "canary7Qx9";

/// Variables with secrets, or with what opens them.
fn sensitive() -> Vec<(&'static str, String)> {
    let names = [
        "BITCRAPS_SECRET_DB_PASSWORD",
        "BITCRAPS_SECRET_DB_PASSWORD_FILE",
        "OTHER_SECRET_KEY",
        "VAULT_TOKEN",
        "BAO_TOKEN",
        "BITCRAPS_VAULT_SECRET_ID",
        "SOPS_AGE_KEY",
        "BITCRAPS_MONITORING__ALERT_WEBHOOK",
        "BITCRAPS_ALERT_WEBHOOK",
    ];
    let url = ("BITCRAPS_DATABASE_URL", format!("postgresql://node:{PART}@db.example.net/x"));
    names.into_iter().map(|name| (name, format!("https://{PART}.example.net"))).chain([url]).collect()
}

/// Asserts that a program wrote its environment to `file`, without the secrets.
fn assert_clean(file: &Path) {
    let environment = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(
        environment.contains("\nCHILD_NEEDS=this\n") || environment.starts_with("CHILD_NEEDS=this\n"),
        "{environment}"
    );
    assert!(!environment.contains(PART), "{environment}");
}

/// Writes a program that appends its environment to `<folder>/<name>.env` and exits with `status`.
fn recorder(folder: &Path, name: &str, status: u8) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\nenv >> {}.env\nexit {status}\n", path.display())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn programs_of_a_deployment_inherit_no_secret() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    recorder(folder.path(), "systemctl", 0);
    recorder(folder.path(), "git", 1);
    let second = Bundle { config: "[network]\nmax_connections = 30\n", ..Bundle::default() }.write(&path("second"));
    let bundle = Bundle { config: "[network]\nmax_connections = 20\n", ..Bundle::default() }.write(&path("bundle"));
    let deploy = |source: &str, arguments: &[&str]| {
        let mut command = confgate!();
        command.args(["deploy", source]).args(arguments).arg("--state").arg(path("state")).env_remove("BITCRAPS_ENV");
        command.env("PATH", format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap()));
        command.env("CHILD_NEEDS", "this").envs(sensitive()).env("BITCRAPS_SECRET_DB_PASSWORD_FILE", "/dev/null");
        let output = command.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(!printed.contains(PART), "{printed}");
        printed
    };
    let command = |name: &str| format!("env > {}", path(name).display());
    deploy(bundle.to_str().unwrap(), &["--reload-command", &command("reload"), "--health", &command("health")]);
    deploy(second.to_str().unwrap(), &["--reload-unit", "game.service"]);
    deploy("git+https://example.net/repository.git", &[]);
    for file in ["reload", "health", "git.env"] {
        assert_clean(&path(file));
    }
    assert_clean(&path("systemctl.env"));
}

#[test]
fn programs_of_the_agent_inherit_no_secret() {
    for arguments in [&["--reload-unit", "game.service"][..], &["--reload-command", "systemctl"]] {
        let place = AgentDirectory::new(program!(), "[network]\nmax_connections = 20\n");
        recorder(place.folder.path(), "systemctl", 0);
        let path = format!("{}:{}", place.folder.path().display(), std::env::var("PATH").unwrap());
        let place = place.variable("PATH", &path).variable("CHILD_NEEDS", "this");
        let place = sensitive().iter().fold(place, |place, (name, value)| place.variable(name, value));
        let _agent = place.start(&[&["--output", "resolved.toml"][..], arguments].concat());
        place.write("[network]\nmax_connections = 30\n");
        eventually("the program ran", || place.read("systemctl.env").contains("CHILD_NEEDS"));
        assert_clean(&place.path("systemctl.env"));
    }
}
