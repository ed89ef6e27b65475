//! The other commands: schema, rules, explain, completions, man, bundles and the builders.

use std::fs;
use std::process::Stdio;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::{Printed, confgate, files, root};
use predicates::str::{contains, starts_with};
use serde_json::Value as Json;
use tempfile::TempDir;

use super::{GOOD, run, run_in};

#[test]
fn the_schema_that_is_committed_is_the_one_of_the_types() {
    let committed = fs::read_to_string(root().join("modules/schema.json")).unwrap();
    assert!(run(&["schema"]).out() == committed, "modules/schema.json differs from the types: run `make schema`");
}

#[test]
fn the_compiled_schema_that_is_committed_is_the_one_of_the_types() {
    let committed = fs::read(root().join("crates/bitcraps/src/compiled_schema.bin")).unwrap();
    assert!(
        run(&["schema", "--compiled"]).get_output().stdout == committed,
        "crates/bitcraps/src/compiled_schema.bin differs from the types: run `make schema`"
    );
}

#[test]
fn a_schema_of_a_file_has_no_compiled_form() {
    let refused = run(&["schema", "--compiled", "--schema", "modules/schema.json"]);
    assert!(refused.err().contains("cannot be used with"), "{}", refused.err());
}

#[test]
fn the_rules_are_listed_for_people_and_programs() {
    let list: Json = serde_json::from_str(&run(&["rules", "--format", "json"]).out()).unwrap();
    let people = run(&["rules"]).out();
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"game/bets-ordered") && names.contains(&"secrets/no-plain-text"));
    for name in names {
        assert!(people.contains(&format!("{name} (")), "{name}");
    }
}

#[test]
fn what_a_load_warns_of_is_said_beside_what_was_asked_for() {
    let files = files(&[("config/development.toml", GOOD)]);
    let mut command = confgate!();
    command.current_dir(files.path()).env("BITCRAPS_NETWORK__MAX_CONECTIONS", "5");
    command
        .args(["explain", "network.max_connections"])
        .assert()
        .success()
        .stderr(starts_with("warning: "))
        .stderr(contains("BITCRAPS_NETWORK__MAX_CONNECTIONS"));
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let script = run(&["completions", "bash"]).out();
    let folder = TempDir::new().unwrap();
    run(&["man", folder.path().to_str().unwrap()]).code(0);
    for command in ["check", "schema", "defaults", "rules", "render", "diff", "bundles", "audit", "completions", "man"]
    {
        assert!(script.contains(command), "{command}");
        assert!(folder.path().join(format!("confgate-{command}.1")).exists(), "{command}");
    }
    let hidden =
        ["bundle.1", "link.1", "install.1"].map(|page| folder.path().join(format!("confgate-{page}")).exists());
    assert_eq!(hidden, [false; 3], "the commands that Nix calls have no page");
}

#[test]
fn manual_pages_that_cannot_be_written_are_trouble() {
    let files = files(&[("file", "")]);
    run_in(files.path(), &["man", "file/man"]).code(2).stderr(starts_with("error: file/man: "));
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let mut command = confgate!();
    let mut child =
        command.args(["defaults", "--commented"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap().assert().code(0).stderr("");
}

#[test]
fn bundles_are_listed_in_a_line_each_and_other_folders_are_trouble() {
    let manifest = r#"{ "name": "production", "environment": "Production", "model": "bitcraps", "admitted": true, "keys": 79, "findings": [],
        "digests": { "schema": "", "settings": "", "sources": {} } }"#;
    let files = files(&[("result/production/manifest.json", manifest), ("none/x", ""), ("odd/manifest.json", "{}")]);
    let path = files.path().canonicalize().unwrap().join("result/production");
    run_in(files.path(), &["bundles", "result"])
        .stdout(format!("production  Production  79 keys  no diagnostics  {}\n", path.display()));
    run_in(files.path(), &["bundles", "none"]).code(2).stderr("error: none: the directory contains no bundles\n");
    run_in(files.path(), &["bundles", "odd"])
        .stderr(starts_with("error: odd/manifest.json: not a manifest: missing field"));
}

#[test]
fn the_builders_say_when_nix_did_not_call_them() {
    for command in ["bundle", "link", "install"] {
        confgate!()
            .arg(command)
            .env_remove("out")
            .assert()
            .code(2)
            .stderr("error: out is not set: this command is the builder of a Nix derivation\n");
    }
    let files = files(&[("request", "{ \"orders\": 1 }")]);
    let mut builder = confgate!();
    builder.arg("bundle").env("out", files.path().join("out")).env("requestPath", files.path().join("request"));
    builder
        .assert()
        .code(2)
        .stderr(contains("not a request for this builder: invalid type: integer `1`, expected a sequence"));
}
