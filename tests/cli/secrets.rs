//! `confgate secrets`: references in a config, and their secrets on this machine.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
#[cfg(feature = "seal")]
use confgate_test_support::program;
use confgate_test_support::{Printed, confgate};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

const CONFIG: &str = "\
[database]
url = 'postgresql://${SECRET_DB_USER:-node}:${SECRET_DB_PASSWORD}@db/x'

[monitoring]
alert_webhook = '${SECRET_HOOK}'

[[profiles]]
name = 'busy'
when.feature = 'tournament'
set.app.name = '${SECRET_NAME:-none}'
";

/// Creates a machine with a folder of secrets, which has the password of the database.
fn machine() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in [("config/development.toml", CONFIG), ("keys/DB_PASSWORD", "hunter2")] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }
    folder
}

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = confgate!();
    command.current_dir(folder.path()).arg("secrets").args(arguments);
    command.env_remove("BITCRAPS_ENV").env("BITCRAPS_SECRETS", "variables,keys/");
    command
}

/// Runs a command whose output must not contain a secret. Returns exit code and standard output.
fn printed(command: &mut Command) -> (i32, String) {
    let done = command.assert().stderr("").stdout(contains("hunter2").not()).stdout(contains("canary").not());
    (done.exit_code(), done.out())
}

#[test]
fn what_is_there_and_what_is_missing_is_said_of_each_reference() {
    let folder = machine();
    let (code, text) = printed(&mut command(&folder, &["check"]));
    assert_eq!(
        (code, text.as_str()),
        (
            1,
            "\
database.url              DB_USER      default  searched 2 places
database.url              DB_PASSWORD  present  keys/: keys/DB_PASSWORD
monitoring.alert_webhook  HOOK         missing  config/development.toml:5:1
  searched the variable BITCRAPS_SECRET_HOOK
  searched the file keys/HOOK
app.name (profile busy)   NAME         default  searched 2 places
missing: 1 of 4 references
"
        )
    );
    let (code, text) = printed(command(&folder, &["check"]).env("BITCRAPS_SECRET_HOOK", "https://canary.example"));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("HOOK         present  variables: BITCRAPS_SECRET_HOOK\n"), "{text}");
    assert!(text.ends_with("complete: 4 references\n"), "{text}");
}

#[test]
fn a_file_that_others_read_and_a_provider_that_does_not_answer_are_said() {
    let folder = machine();
    fs::set_permissions(folder.path().join("keys/DB_PASSWORD"), Permissions::from_mode(0o644)).unwrap();
    fs::create_dir(folder.path().join("keys/HOOK")).unwrap();
    let (code, text) = printed(&mut command(&folder, &["check"]));
    assert_eq!(code, 2);
    assert!(text.contains("  warning: keys/DB_PASSWORD can be read by everyone (mode 644)\n"), "{text}");
    let unknown = "HOOK         unknown  keys/ cannot be queried\n  keys/HOOK: not a regular file: a directory\n";
    assert!(text.contains(unknown) && text.ends_with("unknown: 1 of 4 references\n"), "{text}");
    // A missing secret is certain, whatever the other provider would answer.
    fs::remove_file(folder.path().join("keys/DB_PASSWORD")).unwrap();
    let (code, text) = printed(&mut command(&folder, &["check"]));
    assert_eq!(code, 1);
    assert!(text.ends_with("missing: 1, unknown: 1 of 4 references\n"), "{text}");
    let (code, _) = printed(&mut command(&folder, &["check", "--format", "json"]));
    assert_eq!(code, 1);
}

#[test]
fn programs_read_the_same_as_json() {
    let folder = machine();
    let (code, text) = printed(&mut command(&folder, &["check", "--format", "json"]));
    let all: Vec<Json> = serde_json::from_str(&text).unwrap();
    assert_eq!((code, all.len()), (1, 4));
    assert_eq!(
        all[1],
        json!({
            "field": "database.url", "profile": null, "secret": "DB_PASSWORD", "sealed": false, "default": false,
            "origin": "config/development.toml:2:1", "state": "present", "provider": "keys/",
            "place": "keys/DB_PASSWORD", "warnings": [],
        })
    );
    assert_eq!((&all[0]["state"], &all[2]["state"]), (&json!("default"), &json!("missing")));
    assert_eq!(all[2]["looked"], json!(["the variable BITCRAPS_SECRET_HOOK", "the file keys/HOOK"]));
    assert_eq!((&all[3]["profile"], &all[3]["field"]), (&json!("busy"), &json!("app.name")));
}

#[test]
fn a_list_asks_no_provider_and_says_where_each_reference_is_written() {
    let folder = machine();
    let listed = &["list", "config/development.toml"];
    let (code, text) = printed(command(&folder, listed).env("BITCRAPS_SECRETS", "stranger"));
    assert_eq!(
        (code, text.as_str()),
        (
            0,
            "\
database.url              DB_USER      with a default  config/development.toml:2:1
database.url              DB_PASSWORD                  config/development.toml:2:1
monitoring.alert_webhook  HOOK                         config/development.toml:5:1
app.name (profile busy)   NAME         with a default  config/development.toml:10:9
"
        )
    );
    let (_, text) = printed(&mut command(&folder, &["list", "--format", "json", "config"]));
    assert_eq!(serde_json::from_str::<Vec<Json>>(&text).unwrap().len(), 4);
}

#[test]
fn a_config_that_cannot_be_read_and_an_order_that_is_none_are_refused() {
    let folder = machine();
    let (code, text) = printed(command(&folder, &["check"]).env("BITCRAPS_SECRETS", "vaults"));
    assert_eq!(code, 1);
    assert!(
        text.contains("BITCRAPS_SECRETS: unknown provider \"vaults\"") && text.contains("did you mean vault?"),
        "{text}"
    );
    let (code, text) = printed(&mut command(&folder, &["list", "config/none.toml"]));
    assert_eq!(code, 2);
    assert!(text.contains("config for Development not found at config/none.toml"), "{text}");
    fs::write(folder.path().join("config/development.toml"), "a = [").unwrap();
    let (code, text) = printed(&mut command(&folder, &["check"]));
    assert_eq!(code, 1);
    assert!(text.contains("refused in Development: 1 error"), "{text}");
}

#[cfg(feature = "seal")]
#[test]
fn a_sealed_value_is_there_when_the_key_of_the_machine_opens_it() {
    let folder = machine();
    let shell = "confgate() { \"$CONFGATE\" \"$@\"; }; confgate keygen -o id 2>/dev/null; grep -o 'age1.*' id > to; \
                 printf \"monitoring.alert_webhook = '%s'\\n\" \"$(echo https://canary.example | confgate seal -R to)\"";
    let mut bash = Command::new("bash");
    bash.args(["-c", shell]).current_dir(folder.path()).env("CONFGATE", program!());
    let config = bash.output().unwrap().stdout;
    fs::write(folder.path().join("config/development.toml"), config).unwrap();
    let (code, text) = printed(command(&folder, &["check"]).env("BITCRAPS_IDENTITY", "id"));
    let there = "monitoring.alert_webhook  sealed  present  identity: a sealed value\ncomplete: 1 reference\n";
    assert_eq!((code, text.as_str()), (0, there));
    let (code, text) = printed(&mut command(&folder, &["check"]));
    assert_eq!(code, 2);
    assert!(text.contains("sealed  unknown  identity cannot be queried\n  no identity is configured\n"), "{text}");
    assert!(text.contains("  help: set BITCRAPS_IDENTITY to the path of the node's identity file"), "{text}");
}
