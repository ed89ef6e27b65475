//! Choice of the schema of a file: by the file, by an option, by `confgate.toml`, by the model.

use std::fs;

use confgate_test_support::{Printed, files};
use predicates::prelude::*;
use predicates::str::{contains, ends_with, starts_with};
use serde_json::Value as Json;

use super::{BAD, pipe, run, run_in};

const PORT: &str =
    r#"{ "additionalProperties": false, "properties": { "port": { "type": "integer", "minimum": 1 } } }"#;
const NAME: &str = r#"{ "additionalProperties": false, "properties": { "name": { "type": "string" } } }"#;

#[test]
fn files_of_different_schemas_are_checked_in_one_run() {
    let files = files(&[
        ("schemas/port.json", PORT),
        ("schemas/name.json", NAME),
        ("a.toml", "#:schema schemas/port.json\nport = 0\n"),
        ("deep/b.yaml", "# yaml-language-server: $schema=../schemas/name.json\nname: 1\n"),
        ("c.json", "{ \"$schema\": \"schemas/port.json\", \"port\": 1 }"),
        ("d.toml", BAD),
        ("e.toml", "port = 1\n"),
    ]);
    run_in(files.path(), &["check", "a.toml", "deep/b.yaml", "c.json", "d.toml", "e.toml"])
        .code(1)
        .stdout(contains("error: port must be at least 1, and is 0"))
        .stdout(contains("error: name must be a string, and is 1"))
        .stdout(contains("error: network.listen_port must be at least 1, and is 0"))
        .stdout(contains("error: the config has no key in common with bitcraps"))
        .stdout(contains("\nrefused 4 of 5 configs"));
}

#[test]
fn the_file_precedes_the_option_which_precedes_the_project() {
    let files = files(&[
        ("port.json", PORT),
        ("name.json", NAME),
        ("own.toml", "#:schema port.json\nport = 1\n"),
        ("plain.toml", "name = 'x'\n"),
        ("url.toml", "#:schema https://example.net/port.json\nport = 1\n"),
    ]);
    let check = |arguments: &[&str]| run_in(files.path(), &[&["check"], arguments].concat());
    check(&["own.toml", "--schema", "name.json"])
        .code(0)
        .stdout(starts_with("warning: the config names port.json as its schema, so --schema name.json is not used"));
    check(&["own.toml", "--schema", "./port.json"]).code(0).stdout("admitted: 0 errors, 0 warnings\n");
    check(&["own.toml", "--schema", "name.json", "--deny", "warnings"]).code(1);
    check(&["plain.toml", "--schema", "name.json"]).code(0);
    // A URL that is not mapped names no file, and the option decides.
    check(&["url.toml"]).code(1).stdout(starts_with("error: the schema https://example.net/port.json is a URL"));
    check(&["url.toml", "--schema", "name.json"]).code(1).stdout(contains("unknown key port"));
    check(&["url.toml", "--schema-map", "https://example.net/=."]).code(0);
    check(&["url.toml", "--schema-map", "nonsense"]).code(2).stderr(contains("write a URL and "));
    let project = "[schema-map]\n\"https://example.net/port.json\" = \"port.json\"\n\n[[schemas]]\nfiles = [\"*.toml\"]\nschema = \"port.json\"\n";
    fs::write(files.path().join("confgate.toml"), project).unwrap();
    check(&["url.toml"]).code(0).stdout("admitted: 0 errors, 0 warnings\n");
    check(&["plain.toml"]).code(1).stdout(contains("unknown key name"));
    check(&["plain.toml", "--schema", "name.json"]).code(0);
}

#[test]
fn a_project_is_found_upwards_and_the_nearest_one_applies() {
    let outer = "formats = [\"toml\", \"json\"]\naccept = [\"secrets/no-plain-text\"]\n\n[[schemas]]\nfiles = [\"**/*.toml\", \"**/*.conf\"]\nschema = \"port.json\"\n";
    let inner = "[[schemas]]\nfiles = [\"*.conf\"]\nschema = \"../name.json\"\nformat = \"yaml\"\n";
    let files = files(&[
        ("port.json", PORT),
        ("name.json", NAME),
        ("confgate.toml", outer),
        ("deep/er/a.toml", "port = 0\n"),
        ("inner/confgate.toml", inner),
        ("inner/b.conf", "name: x\n"),
    ]);
    run_in(files.path(), &["check", "deep"]).code(1).stdout(contains("port must be at least 1"));
    run_in(&files.path().join("deep/er"), &["check", "a.toml"]).code(1).stdout(contains("port must be at least 1"));
    run_in(files.path(), &["check", "inner/b.conf"]).code(0);
    run_in(&files.path().join("inner"), &["check", "."])
        .code(0)
        .stdout("admitted 2 of 2 configs: 0 errors, 0 warnings\n");
    pipe(&["check", "-"], "").code(0);
}

#[test]
fn a_mistake_in_the_project_is_reported_once_and_its_files_are_not_checked() {
    let files =
        files(&[("confgate.toml", "schema = \"x\"\n"), ("a.toml", BAD), ("b.toml", "[network]\n"), ("c/d.toml", "")]);
    let report = run_in(files.path(), &["check", "a.toml", "b.toml", "c/d.toml", "--format", "json"]).code(1);
    let report: Json = serde_json::from_str(&report.out()).unwrap();
    let configs = report["configs"].as_array().unwrap();
    assert_eq!(configs.len(), 1, "{report:#}");
    assert_eq!(configs[0]["config"], "confgate.toml");
    assert_eq!(configs[0]["findings"][0]["rule"], "schema/unknown-key");
    run_in(files.path(), &["check", "."])
        .code(1)
        .stdout(contains("error: unknown key schema "))
        .stdout(ends_with("1 error, 0 warnings\n"));
    run_in(files.path(), &["diff", "a.toml", "b.toml"]).code(2).stderr("error: confgate.toml: rejected\n");
    fs::remove_file(files.path().join("confgate.toml")).unwrap();
    fs::create_dir(files.path().join("confgate.toml")).unwrap();
    run_in(files.path(), &["check", "a.toml"])
        .code(2)
        .stderr(contains("confgate.toml: not a regular file: a directory"));
}

#[test]
fn a_project_accepts_known_warnings() {
    let secret = r#"{ "properties": { "key": { "type": "string", "x-secret": true } } }"#;
    let files = files(&[("s.json", secret), ("a.yaml", "key: hunter2\n")]);
    let project = |accept: &str| {
        let text = format!("[[schemas]]\nfiles = [\"*.yaml\"]\nschema = \"s.json\"\naccept = [{accept}]\n");
        fs::write(files.path().join("confgate.toml"), text).unwrap();
        run_in(files.path(), &["check", "a.yaml", "--deny", "warnings"])
    };
    project("").code(1).stdout(contains("key is a secret and stands here in plain text"));
    project("\"secrets/no-plain-text:key\"").code(0).stdout("admitted: 0 errors, 0 warnings\n");
}

#[test]
fn an_accepted_warning_that_no_check_reports_is_a_mistake_at_its_place() {
    let secret = r#"{ "properties": { "key": { "type": "string", "x-secret": true } } }"#;
    let files = files(&[("s.json", secret), ("a.yaml", "key: ${KEY}\n")]);
    let check = |accept: &str, arguments: &[&str]| {
        let text = format!("[[schemas]]\nfiles = [\"*.yaml\"]\nschema = \"s.json\"\naccept = [{accept}]\n");
        fs::write(files.path().join("confgate.toml"), text).unwrap();
        run_in(files.path(), &[&["check", "a.yaml"], arguments].concat())
    };
    check("\"secrets/no-plain-txt:key\"", &[]).code(1).stdout(
        "error: `accept` has \"secrets/no-plain-txt:key\", and no check has this name: write
       \"secrets/no-plain-text:key\"                                      accept
  ┌─ confgate.toml:4:11
4 │ accept = [\"secrets/no-plain-txt:key\"]
  │           ^^^^^^^^^^^^^^^^^^^^^^^^^^

refused: 1 error, 0 warnings
",
    );
    check("\"secrets/no-plain-text:kye\"", &[])
        .code(1)
        .stdout(contains("and the schema has no such field: write\n       \"secrets/no-plain-text:key\""));
    check("", &["--accept", "secrets/no-plain-txt"])
        .code(2)
        .stderr("error: --accept secrets/no-plain-txt: no check has this name: write \"secrets/no-plain-text\"\n");
    // A rule of the model is known beside any schema.
    check("", &["--accept", "consensus/quorum-possible"]).code(0);
}

#[cfg(feature = "live")]
#[test]
fn a_project_names_the_service_that_a_config_is_loaded_for() {
    let files =
        files(&[("port.json", PORT), ("game.yaml", "port: 1\n"), ("own.yaml", "$schema: port.json\nport: 2\n")]);
    let show = |config: &str| run_in(files.path(), &["show", "--config", config]);
    show("own.yaml").code(2).stderr(contains("the service has no name; give it with --service"));
    run_in(files.path(), &["show", "--config", "own.yaml", "--service", "relay"])
        .code(0)
        .stdout(contains("port = 2\n"));
    run_in(files.path(), &["show", "--service", "relay"]).code(2).stderr(contains("--service needs a schema"));
    let project = "service = \"game\"\nenv-prefix = \"MY_GAME\"\n\n[[schemas]]\nfiles = [\"game.yaml\"]\nschema = \"port.json\"\n";
    fs::write(files.path().join("confgate.toml"), project).unwrap();
    show("game.yaml").code(0).stdout(contains("port = 1\n"));
    run_in(files.path(), &["explain", "port", "--config", "game.yaml"])
        .code(0)
        .stdout(contains("variable  MY_GAME_PORT\n"));
    show("own.yaml").code(0).stdout(contains("port = 2\n"));
    fs::write(files.path().join("confgate.toml"), "servce = \"x\"\n").unwrap();
    show("game.yaml").code(2).stderr(contains("error: confgate.toml: rejected\nerror: unknown key servce"));
    fs::write(
        files.path().join("confgate.toml"),
        "service = \"x\"\n[[schemas]]\nfiles = [\"*\"]\nschema = \"gone.json\"\n",
    )
    .unwrap();
    show("game.yaml").code(2).stderr(contains("the schema gone.json cannot be used: No such file or directory"));
}

#[test]
fn the_committed_schema_of_a_project_is_the_printed_one() {
    let committed = fs::read_to_string(confgate_test_support::root().join("docs/confgate.schema.json")).unwrap();
    run(&["schema", "--project"]).code(0).stdout(committed);
    run(&["schema", "--project", "--schema", "x"]).code(2);
}

#[test]
fn the_starter_file_is_checked_by_the_model_and_its_rules() {
    let starter = run(&["defaults", "--commented"]).out();
    let files = files(&[("a.toml", &starter.replacen("min_bet = ", "min_bet = 99999999", 1))]);
    run_in(files.path(), &["check", "a.toml"])
        .code(1)
        .stdout(contains("game/bets-ordered"))
        .stdout(contains("schema/not-found").not());
}
