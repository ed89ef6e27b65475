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

#[test]
fn an_accepted_warning_that_no_check_can_report_fails() {
    let secret = r#"{ "properties": { "key": { "type": "string", "x-secret": true }, "app": { "properties": { "name": {} } } } }"#;
    let other = r#"{ "properties": { "kye": {} } }"#;
    let files = files(&[
        ("s.json", secret),
        ("o.json", other),
        ("a.toml", "#:schema s.json\nkey = \"${KEY}\"\n"),
        ("o.toml", "#:schema o.json\nkye = 1\n"),
        ("model.toml", "[network]\n"),
    ]);
    let none = "no check has this name: remove it, or write the code that a warning shows";
    let check = |file: &str, name: &str| run_in(files.path(), &["check", file, "--accept", name]);
    for file in ["a.toml", "model.toml"] {
        for name in ["port", "nope", "foo/bar", "app.name", ""] {
            check(file, name).code(2).stderr(format!("error: --accept {name}: {none}\n"));
        }
        check(file, "secrets/likely-secret:").code(2).stderr(
            "error: --accept secrets/likely-secret:: the schema has no such field: write \"secrets/likely-secret\"\n",
        );
        check(file, "secrets/likely-secret").code(0);
        check(file, "consensus/quorum-possible").code(0);
    }
    check("a.toml", "secrets/likely-secret:kye")
        .code(2)
        .stderr("error: --accept secrets/likely-secret:kye: the schema has no such field: write \"secrets/likely-secret:key\"\n");
    // The code of a field is its path.
    check("a.toml", "app/name").code(0);
    // A field of another file of the same run.
    run_in(files.path(), &["check", "a.toml", "o.toml", "--accept", "secrets/likely-secret:kye"]).code(0);
    fs::write(files.path().join("confgate.toml"), "accept = [\"nope\"]\n").unwrap();
    check("model.toml", "secrets/likely-secret").code(1).stdout(
        "error: `accept` has \"nope\", and no check has this name: remove it, or write the code that a warning
       shows                                                            accept
  ┌─ confgate.toml:1:11
1 │ accept = [\"nope\"]
  │           ^^^^^^

refused in Development: 1 error, 0 warnings
",
    );
    #[cfg(feature = "flags")]
    {
        fs::write(files.path().join("flags.toml"), "").unwrap();
        run_in(files.path(), &["flags", "check", "flags.toml", "--accept", "nope"])
            .code(2)
            .stderr(format!("error: --accept nope: {none}\n"));
    }
}

#[test]
fn a_directory_without_configs_is_named_with_the_formats_of_its_project() {
    let files = files(&[("confgate.toml", "formats = [\"json\"]\n"), ("conf/a.toml", "x = 1\n")]);
    let check = |arguments: &[&str]| run_in(files.path(), &[&["check", "conf"], arguments].concat()).code(2);
    check(&[]).stderr("error: conf: the directory contains no JSON files\n");
    check(&["--input", "yaml"]).stderr("error: conf: the directory contains no YAML files\n");
    fs::write(files.path().join("confgate.toml"), "formats = [\"json\", \"yaml\"]\n").unwrap();
    check(&[]).stderr("error: conf: the directory contains no JSON or YAML files\n");
}

#[cfg(feature = "live")]
#[test]
fn every_command_reads_a_file_in_the_format_of_its_entry() {
    let project = "service = \"game\"\n[[schemas]]\nfiles = [\"*.conf\"]\nschema = \"port.json\"\nformat = \"json\"\n";
    let files = files(&[
        ("port.json", PORT),
        ("confgate.toml", project),
        ("a.conf", "{\n  \"port\": 1\n}\n"),
        ("b.conf", "{\"port\": 2}"),
        ("bitcraps.conf", "{ \"version\": 1 }"),
    ]);
    let run = |arguments: &[&str]| run_in(files.path(), arguments);
    run(&["check", "a.conf"]).code(0);
    run(&["get", "port", "a.conf"]).code(0).stdout("1\n");
    run(&["diff", "a.conf", "b.conf"]).code(1).stdout(contains("port  1 → 2"));
    run(&["show", "--config", "a.conf"]).code(0).stdout(contains("port = 1\n"));
    run(&["explain", "port", "--config", "a.conf"]).code(0).stdout(contains("a.conf:2:3"));
    run(&["render", "a.conf"]).code(0).stdout("port = 1\n");
    run(&["fmt", "--check", "a.conf"]).code(0);
    run(&["set", "port", "2", "a.conf"])
        .code(2)
        .stderr("error: a.conf: only TOML is edited; write JSON anew with `confgate render`\n");
    run(&["migrate", "bitcraps.conf"]).stdout(contains("not TOML").not()).stderr(contains("not TOML").not());
    // An option precedes the project.
    run(&["get", "port", "a.conf", "--input", "toml"]).code(1).stdout(contains("not TOML: this looks like JSON"));
}

#[cfg(feature = "live")]
#[test]
fn a_config_of_another_service_is_reported_alike_by_all_commands() {
    let files = files(&[("a.toml", "port = 1\n")]);
    let report = run_in(files.path(), &["check", "a.toml"]).code(1).out();
    assert!(report.starts_with("error: the config has no key in common with bitcraps"), "{report}");
    for arguments in
        [&["fmt", "a.toml"][..], &["render", "a.toml"], &["set", "port", "2", "a.toml"], &["unset", "port", "a.toml"]]
    {
        let printed = run_in(files.path(), arguments).out();
        let expected =
            if arguments[0] == "unset" { "" } else { "error: the config has no key in common with bitcraps" };
        assert!(printed.starts_with(expected), "{arguments:?}: {printed}");
    }
}

#[cfg(feature = "live")]
#[test]
fn a_field_that_is_absent_with_its_table_is_set_by_nothing() {
    let schema = r#"{ "properties": { "b": { "type": "object", "properties": { "name": { "type": "string", "default": "x" } } } } }"#;
    let files = files(&[("s.json", schema), ("a.toml", "#:schema s.json\n"), ("b.toml", "#:schema s.json\n[b]\n")]);
    let explain =
        |file: &str| run_in(files.path(), &["explain", "b.name", "--config", file, "--service", "game"]).code(0);
    explain("a.toml").stdout(starts_with("b.name is absent\n").and(contains("set by").not()));
    explain("b.toml").stdout(starts_with("b.name = \"x\"\n  set by  default"));
}

#[test]
fn a_folder_whose_project_is_rejected_says_so() {
    let files = files(&[("c/confgate.toml", "formts = [\"yaml\"]\n"), ("c/a.yaml", "port: 1\n")]);
    for command in ["check", "fmt"] {
        run_in(files.path(), &[command, "c"])
            .code(1)
            .stdout(contains("error: unknown key formts").and(contains("c/confgate.toml:1:1")))
            .stderr("");
    }
}

#[test]
fn a_reference_with_an_empty_fragment_names_the_whole_schema() {
    let part = "#:schema port.json#/properties/port\nport = 1\n";
    let files = files(&[
        ("port.json", PORT),
        ("whole.toml", "#:schema ./port.json#\nport = 0\n"),
        ("key.json", "{ \"$schema\": \"./port.json#\", \"port\": 0 }"),
        ("part.toml", part),
    ]);
    for file in ["whole.toml", "key.json"] {
        run_in(files.path(), &["check", file]).code(1).stdout(contains("error: port must be at least 1, and is 0"));
    }
    run_in(files.path(), &["check", "part.toml"])
        .code(1)
        .stdout(contains("help: name a whole schema; that of a part is { \"$ref\": \"port.json#/properties/port\" }"));
}

#[test]
fn a_mapping_to_a_file_or_directory_that_is_missing_is_named() {
    let files = files(&[("a.toml", "#:schema https://example.net/port.json\nport = 1\n")]);
    let check = |map: &str| run_in(files.path(), &["check", "a.toml", "--schema-map", map]).code(1).out();
    let directory = check("https://example.net/=absent");
    assert!(
        directory.contains("https://example.net/port.json cannot be used: absent/port.json not found"),
        "{directory}"
    );
    let file = check("https://example.net/port.json=absent.json");
    assert!(file.contains("cannot be used: absent.json: No such file or\n"), "{file}");
}

#[test]
fn an_extension_that_is_none_of_a_format_is_named_beside_a_syntax_error() {
    let files =
        files(&[("a.jsonc", "{ // a\n  \"port\": 1 }\n"), ("config.nix", "{ port = 1; }\n"), ("a.conf", "{\n")]);
    let note = |file: &str| run_in(files.path(), &["check", file]).code(1).out();
    assert!(
        note("a.jsonc").contains(
            "files with the extension .jsonc are read as TOML; --input json reads JSON, which has no comments"
        )
    );
    assert!(note("config.nix").contains("`nix build` checks modules, in the bundle that mkBundle makes of them"));
    assert!(!note("a.conf").contains("extension"));
}

#[test]
fn a_schema_that_is_not_json_says_what_it_is() {
    let files =
        files(&[("s.yaml", "type: object\n"), ("s.toml", "type = 'object'\n"), ("s.json", "\n"), ("a.toml", "")]);
    for (schema, words) in [("s.yaml", "YAML"), ("s.toml", "TOML"), ("s.json", "empty")] {
        run_in(files.path(), &["check", "a.toml", "--schema", schema])
            .code(2)
            .stderr(contains(format!("{schema}: a schema is JSON, and this file is {words}")));
    }
}
