//! `confgate check`: exit codes, what is checked, and against what.

use std::fs;
use std::os::unix::fs::symlink;

use confgate_test_support::{Printed, files};
use predicates::str::{contains, ends_with, starts_with};
use serde_json::Value as Json;

use super::{BAD, GOOD, WARNED, pipe, run_in};

#[test]
fn check_exits_with_0_for_what_is_admitted_1_for_what_is_refused_and_2_for_what_cannot_be_read() {
    let files = files(&[("good.toml", GOOD), ("bad.toml", BAD), ("warned.toml", WARNED)]);
    let check = |arguments: &[&str]| run_in(files.path(), &[&["check"], arguments].concat());
    check(&["good.toml"]).code(0);
    check(&["warned.toml"]).code(0);
    check(&["warned.toml", "--deny", "warnings"]).code(1);
    check(&["bad.toml"]).code(1);
    check(&["absent.toml"]).code(2);
    check(&["bad.toml", "absent.toml"]).code(2);
    check(&[]).code(2);
    check(&["good.toml", "--format", "xml"]).code(2);
}

#[test]
fn a_file_that_is_not_there_is_named_and_the_others_are_still_checked() {
    let files = files(&[("bad.toml", BAD)]);
    run_in(files.path(), &["check", "absent.toml", "bad.toml"])
        .stderr("error: absent.toml: No such file or directory (os error 2)\n")
        .stdout(starts_with("error: network.listen_port must be at least 1, and is 0"));
}

#[test]
fn a_file_that_cannot_be_read_is_not_called_admitted() {
    let files = files(&[("configs/good.toml", GOOD)]);
    symlink("/nowhere", files.path().join("configs/gone.toml")).unwrap();
    let json = run_in(files.path(), &["check", "configs", "--format", "json"]).code(2);
    let report: Json = serde_json::from_str(&json.out()).unwrap();
    assert_eq!((&report["admitted"], &report["configs"][1]["admitted"]), (&false.into(), &true.into()));
    let diagnostic = &report["configs"][0]["findings"][0];
    assert_eq!(diagnostic["rule"], "file/unreadable");
    assert_eq!(
        diagnostic["message"],
        "the config cannot be read: configs/gone.toml: No such file or directory (os error 2)"
    );
    run_in(files.path(), &["check", "configs"]).stdout("refused 1 of 2 configs: 1 error, 0 warnings\n");
}

#[test]
fn a_schema_that_cannot_be_used_is_not_called_a_config() {
    let files = files(&[("a.json", "{}"), ("s.json", "{")]);
    for (schema, reason) in [("s.json", "EOF while parsing an object"), ("gone.json", "No such file or directory")] {
        let arguments = ["check", "a.json", "--schema", schema, "--format"];
        let json = run_in(files.path(), &[&arguments[..], &["json"]].concat()).code(2);
        let report: Json = serde_json::from_str(&json.out()).unwrap();
        let diagnostic = &report["configs"][0]["findings"][0];
        assert_eq!(diagnostic["rule"], "schema/not-found");
        let message = diagnostic["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("the schema {schema} cannot be used: {reason}")), "{message}");
        let sarif = run_in(files.path(), &[&arguments[..], &["sarif"]].concat()).code(2).out();
        assert!(sarif.contains(message) && !sarif.contains("the config cannot be read"), "{sarif}");
        run_in(files.path(), &arguments[..4]).code(2).stdout("refused: 1 error, 0 warnings\n");
    }
}

#[test]
fn a_file_of_profiles_may_contain_nothing_else() {
    let profile = "[[profiles]]\nname = \"b\"\nset.network.max_connections = 60\n";
    let mixed = files(&[("profiles.toml", &format!("{profile}[network]\nlisten_port = 1111\n"))]);
    run_in(mixed.path(), &["check", "."])
        .stdout(starts_with("error: unexpected key network: profiles.toml may contain only profiles"))
        .stdout(contains("┌─ ./profiles.toml:4:"));
    let alone = files(&[("profiles.toml", profile)]);
    run_in(alone.path(), &["check", "."]).code(0);
}

#[test]
fn a_name_that_a_terminal_would_obey_is_shown_without() {
    let files = files(&[("a\u{1b}[31m\n.toml", BAD)]);
    run_in(files.path(), &["check", "."]).stdout(contains("┌─ ./a\u{FFFD}[31m\u{FFFD}.toml:2:1\n"));
}

#[test]
fn standard_input_is_checked_under_its_own_name() {
    pipe(&["check", "-"], BAD).code(1).stdout(contains("┌─ <stdin>:2:1\n"));
}

#[test]
fn a_folder_stands_for_every_toml_file_in_it_in_order() {
    let files = files(&[
        ("c/z.toml", BAD),
        ("c/a.toml", BAD),
        ("c/deep/m.toml", WARNED),
        ("c/.hidden/x.toml", "not toml"),
        ("c/readme.md", "not toml"),
    ]);
    let report = run_in(files.path(), &["check", "c"])
        .stdout(ends_with("refused 2 of 3 configs in Development: 2 errors, 1 warning\n"));
    let report = report.out();
    let places: Vec<&str> = report.lines().filter_map(|line| line.trim().strip_prefix("┌─ ")).collect();
    assert_eq!(places, ["c/a.toml:2:1", "c/deep/m.toml:2:1", "c/z.toml:2:1"]);
}

#[test]
fn many_files_give_the_same_report_in_the_same_order_every_time() {
    let files = files(&[]);
    for number in 0..200 {
        let text = if number % 3 == 0 { BAD } else { GOOD };
        fs::write(files.path().join(format!("{number:03}.toml")), text).unwrap();
    }
    let first = run_in(files.path(), &["check", "."])
        .stdout(ends_with("refused 67 of 200 configs in Development: 67 errors, 0 warnings\n"));
    for _ in 0..5 {
        run_in(files.path(), &["check", "."]).code(first.exit_code()).stdout(first.out()).stderr(first.err());
    }
}

#[test]
fn a_folder_without_toml_is_trouble_and_not_an_admission() {
    let files = files(&[("c/readme.md", "")]);
    run_in(files.path(), &["check", "c"]).code(2).stderr("error: c: the directory contains no TOML files\n");
}

#[test]
fn the_environment_is_given_or_named_by_the_config_or_development() {
    let plain = "[security]\nenable_tls = false\n";
    pipe(&["check", "-"], plain).code(0);
    let named = format!("[app]\nenvironment = \"Production\"\n{plain}");
    pipe(&["check", "-"], &named).code(1);
    pipe(&["check", "-", "--environment", "prod"], plain).code(1);
    pipe(&["check", "-", "-e", "prodution"], plain)
        .code(2)
        .stderr(contains("\"prodution\" is not an environment; use Development, Testing, Staging or Production"));
}

#[test]
fn unknown_keys_can_be_warned_of() {
    pipe(&["check", "-", "--unknown-keys", "warn"], "[network]\nlisten_prt = 4000\n")
        .code(0)
        .stdout(starts_with("warning: unknown key network.listen_prt"))
        .stdout(contains("= help: did you mean network.listen_port?\n"));
}

#[test]
fn another_schema_takes_the_place_of_the_model() {
    let schema = r#"{ "type": "object", "properties": { "size": { "type": "integer", "maximum": 3 } }, "additionalProperties": false }"#;
    let files = files(&[("schema.json", schema), ("a.toml", "size = 4\ncolour = 'red'\n")]);
    run_in(files.path(), &["check", "a.toml", "--schema", "schema.json"])
        .stdout(contains("error: size must be at most 3, and is 4"))
        .stdout(ends_with("refused: 2 errors, 0 warnings\n"));
}

#[test]
fn a_schema_that_is_none_is_trouble() {
    let files = files(&[("a.toml", ""), ("broken.json", "{"), ("odd.json", r#"{ "type": "strin" }"#)]);
    let check = |schema| run_in(files.path(), &["check", "a.toml", "--schema", schema]);
    check("broken.json").code(2).stderr("error: broken.json: EOF while parsing an object at line 1 column 1\n");
    check("odd.json").code(2).stderr(starts_with("error: odd.json: not a JSON Schema at /type: "));
}

#[test]
fn the_environment_of_a_verdict_is_in_every_format() {
    let files = files(&[("a.toml", BAD), ("b.toml", "[app]\nenvironment = \"Production\"\n")]);
    let run = |arguments: &[&str]| run_in(files.path(), &[&["check"], arguments].concat()).out();
    assert!(run(&["b.toml"]).ends_with("admitted in Production: 0 errors, 0 warnings\n"));
    assert!(run(&["a.toml", "-e", "staging"]).ends_with("refused in Staging: 1 error, 0 warnings\n"));
    let both = run(&["a.toml", "b.toml"]);
    assert!(both.ends_with("refused 1 of 2 configs in Development, Production: 1 error, 0 warnings\n"), "{both}");

    let json =
        |format: &str| -> Json { serde_json::from_str(&run(&["a.toml", "b.toml", "--format", format])).unwrap() };
    let report = json("json");
    let environments: Vec<&Json> = (0..2).map(|index| &report["configs"][index]["environment"]).collect();
    assert_eq!(environments, ["Development", "Production"]);
    let log = json("sarif");
    assert_eq!(log["runs"][0]["properties"]["environments"], serde_json::json!(["Development", "Production"]));
    assert_eq!(log["runs"][0]["results"][0]["properties"]["environment"], "Development");
    let commands = run(&["a.toml", "--format", "github", "--environment", "testing"]);
    assert!(commands.ends_with("%0Avalidated for Testing\n"), "{commands}");
}

#[test]
fn a_schema_without_environments_has_none_in_its_verdict() {
    let files =
        files(&[("a.toml", "port = 0\n"), ("schema.json", r#"{ "properties": { "port": { "minimum": 1 } } }"#)]);
    let run =
        |format: &str| run_in(files.path(), &["check", "a.toml", "--schema", "schema.json", "--format", format]).out();
    for format in ["human", "json", "sarif", "github"] {
        let text = run(format);
        assert!(!text.contains("nvironment") && !text.contains("Development"), "{text}");
    }
    let named = r#"{ "properties": { "stage": { "x-environment": true }, "port": { "minimum": 1 } } }"#;
    std::fs::write(files.path().join("schema.json"), named).unwrap();
    std::fs::write(files.path().join("a.toml"), "stage = 'Staging'\n").unwrap();
    assert_eq!(run("human"), "admitted in Staging: 0 errors, 0 warnings\n");
}
