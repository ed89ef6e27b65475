//! JSON and YAML in every command that reads a config, and in every one that writes one.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use confgate_test_support::{Bundle, Printed, files, pipe as pipe_into};
use predicates::prelude::*;
use predicates::str::{contains, ends_with, starts_with};
use serde_json::{Value as Json, json};

use super::{pipe, run_in};

const SCHEMA: &str = r#"{ "additionalProperties": false, "required": ["port"], "properties": {
    "port": { "type": "integer", "minimum": 1 },
    "country": { "type": "string" },
    "peers": { "type": "array", "items": { "type": "string" } },
    "tls": { "type": "object", "properties": { "cert": { "type": "string" } } },
    "key": { "type": "string", "x-secret": true }
} }"#;

const JSON: &str =
    "{\n  \"port\": 80,\n  \"country\": \"no\",\n  \"peers\": [\"a\", \"b\"],\n  \"tls\": { \"cert\": \"/c\" }\n}\n";
const YAML: &str = "port: 80\ncountry: no\npeers: [a, b]\ntls:\n  cert: /c # note\n";
const TOML: &str = "port = 80\ncountry = \"no\"\npeers = [\"a\", \"b\"]\n\n[tls]\ncert = \"/c\"\n";

#[test]
fn the_extension_or_the_option_gives_the_format() {
    let files = files(&[("s.json", SCHEMA), ("a.json", JSON), ("a.yml", YAML), ("a.toml", TOML), ("a.conf", YAML)]);
    let check = |arguments: &[&str]| run_in(files.path(), &[&["check", "--schema", "s.json"], arguments].concat());
    check(&["a.json", "a.yml", "a.toml"]).code(0).stdout("admitted 3 of 3 configs: 0 errors, 0 warnings\n");
    check(&["a.conf"]).code(1).stdout(contains("┌─ a.conf:1:"));
    check(&["a.conf", "--input", "yaml"]).code(0);
    check(&["a.json", "--input", "toml"]).code(1).stdout(starts_with("error: not TOML: "));
    check(&["a.toml", "--input", "json"]).code(1).stdout(starts_with("error: not JSON: "));
    pipe(&["check", "-", "--input", "yaml"], "network: {listen_port: 0}\n")
        .code(1)
        .stdout(contains("┌─ <stdin>:1:11\n1 │ network: {listen_port: 0}\n"));
    pipe(&["check", "-", "--input", "json"], "{ \"network\": { \"listen_port\": 0 } }")
        .code(1)
        .stdout(contains("┌─ <stdin>:1:16\n"));
}

#[test]
fn a_folder_stands_for_toml_unless_another_format_is_asked_for() {
    let files = files(&[("s.json", SCHEMA), ("c/a.yaml", "port: 0\n"), ("c/b.json", "{}"), ("c/d.toml", "port = 1\n")]);
    let check = |arguments: &[&str]| run_in(files.path(), &[&["check", "c", "--schema", "s.json"], arguments].concat());
    check(&[]).code(0).stdout("admitted: 0 errors, 0 warnings\n");
    check(&["--input", "yaml"]).code(1).stdout(contains("┌─ c/a.yaml:1:1"));
    check(&["--input", "json"]).code(1).stdout(contains("┌─ c/b.json"));
    fs::remove_file(files.path().join("c/b.json")).unwrap();
    check(&["--input", "json"]).code(2).stderr("error: c: the directory contains no JSON files\n");
    fs::write(files.path().join("c/confgate.toml"), "formats = [\"toml\", \"yaml\"]\n").unwrap();
    check(&[])
        .code(1)
        .stdout(contains("┌─ c/a.yaml:1:1"))
        .stdout(ends_with("refused 1 of 3 configs: 1 error, 0 warnings\n"));
}

#[test]
fn a_text_that_is_not_utf_8_is_rejected_with_its_place() {
    let files = files(&[("s.json", SCHEMA)]);
    for (name, code) in [("a.json", "json/syntax"), ("a.yaml", "yaml/syntax")] {
        fs::write(files.path().join(name), b"port: \xFF\n").unwrap();
        run_in(files.path(), &["check", name, "--schema", "s.json"])
            .code(1)
            .stdout(contains("the text is not UTF-8"))
            .stdout(contains(code))
            .stdout(contains(format!("┌─ {name}:1:7")));
    }
}

#[test]
fn a_report_in_json_has_the_places_of_a_yaml_file() {
    let files = files(&[("s.json", SCHEMA), ("a.yaml", "port: 1\ntls:\n  cert: 3\n")]);
    let report = run_in(files.path(), &["check", "a.yaml", "--schema", "s.json", "--format", "json"]).code(1);
    let report: Json = serde_json::from_str(&report.out()).unwrap();
    let diagnostic = &report["configs"][0]["findings"][0];
    assert_eq!(diagnostic["path"], "/tls/cert");
    assert_eq!(diagnostic["origins"][0]["line"], 3, "{diagnostic:#}");
    assert_eq!(diagnostic["origins"][0]["column"], 3, "{diagnostic:#}");
}

#[test]
fn configs_in_different_formats_are_compared_by_value() {
    let files = files(&[
        ("s.json", SCHEMA),
        ("a.json", JSON),
        ("a.yaml", YAML),
        ("a.toml", TOML),
        ("b.yaml", "port: 81\npeers: [a]\n"),
        ("c.yaml", "port: [\n"),
    ]);
    let diff = |old: &str, new: &str| run_in(files.path(), &["diff", old, new, "--schema", "s.json"]);
    diff("a.json", "a.yaml").code(0).stdout("no change\n");
    diff("a.yaml", "a.toml").code(0).stdout("no change\n");
    diff("a.toml", "b.yaml").code(1).stdout(contains("port     80 → 81\n")).stdout(ends_with("4 changes\n"));
    diff("a.toml", "c.yaml").code(2).stdout(contains("a list is not closed")).stderr("error: c.yaml: not YAML\n");
}

#[test]
fn rendering_converts_between_all_formats() {
    let files = files(&[("s.json", SCHEMA), ("a.json", JSON), ("a.yaml", YAML), ("a.toml", TOML)]);
    let yaml = "port: 80\ncountry: \"no\"\npeers:\n  - a\n  - b\ntls:\n  cert: /c\n";
    let render =
        |file: &str, to: &str| run_in(files.path(), &["render", file, "--to", to, "--schema", "s.json"]).code(0);
    for file in ["a.json", "a.yaml", "a.toml"] {
        render(file, "yaml").stdout(yaml);
        render(file, "toml")
            .stdout("port = 80\ncountry = \"no\"\npeers = [\n    \"a\",\n    \"b\",\n]\n\n[tls]\ncert = \"/c\"\n");
        let json: Json = serde_json::from_str(&render(file, "json").out()).unwrap();
        assert_eq!(json, json!({ "port": 80, "country": "no", "peers": ["a", "b"], "tls": { "cert": "/c" } }));
    }
    run_in(files.path(), &["render", "a.yaml", "--schema", "s.json"]).code(0).stdout(starts_with("port = 80\n"));
    pipe(&["render", "-", "--input", "yaml", "--to", "json"], "app: {name: [}\n")
        .code(1)
        .stdout(contains("┌─ <stdin>:1:"));
}

#[test]
fn dates_are_written_as_every_reader_reads_them() {
    let files = files(&[("s.json", "{}"), ("a.toml", "t = 13:37\nd = 2024-05-01 07:30Z\nday = 2024-05-01\n")]);
    let render = |to: &str| run_in(files.path(), &["render", "a.toml", "--to", to, "--schema", "s.json"]).out();
    assert_eq!(render("toml"), "d = 2024-05-01T07:30:00Z\nday = 2024-05-01\nt = 13:37:00\n");
    let strings = json!({ "d": "2024-05-01T07:30:00Z", "day": "2024-05-01", "t": "13:37:00" });
    assert_eq!(serde_json::from_str::<Json>(&render("json")).unwrap(), strings);
    assert_eq!(render("yaml"), "d: \"2024-05-01T07:30:00Z\"\nday: \"2024-05-01\"\nt: \"13:37:00\"\n");
}

/// Returns a Python with the module, or prints that there is none.
fn python(module: &str) -> Option<PathBuf> {
    let python = PathBuf::from("python3");
    let has = Command::new(&python).args(["-c", &format!("import {module}")]).output();
    let has = has.is_ok_and(|output| output.status.success());
    if !has {
        eprintln!("skipped: Python has no module {module}");
    }
    has.then_some(python)
}

#[test]
fn readers_of_other_programs_read_what_is_written() {
    let words = vec![
        "no",
        "Yes",
        "on",
        "off",
        "y",
        "n",
        "null",
        "~",
        "true",
        "07:00",
        "1:30:00",
        "1e3",
        "1_000",
        "0o7",
        "0x1F",
        "=",
        "<<",
        "-",
        "- a",
        "a: b",
        "a #b",
        "",
        " a",
        "2024-05-01",
        ".inf",
        ".nan",
        "12",
        "1.5",
        "+1",
        "é",
        "\u{85}",
        "\u{2028}",
        "\u{FEFF}x",
        "a\nb\n",
        "\t",
        "\"q\"",
        "'s'",
        "\\",
        "\u{7}",
        "%a",
        "@a",
        "`a",
        "!a",
        "&a",
        "*a",
        "{a",
        "[a",
        "|",
        ">",
        "?",
        ":",
        "#",
        ",",
        "\u{1F600}",
    ];
    let tree = json!({
        "words": words, "numbers": [0, -1, 9_007_199_254_740_993_i64, 1.0, -0.5, 1e300, 1e-7, 123456789.125],
        "keys": words.iter().map(|word| ((*word).to_owned(), Json::from(1))).collect::<serde_json::Map<_, _>>(),
        "nested": [[[1], []], { "a": { "b": {} } }], "flags": [true, false],
    });
    let files = files(&[("s.json", "{}"), ("a.json", &tree.to_string())]);
    for (module, format, load) in
        [("yaml", "yaml", "yaml.safe_load(sys.stdin.buffer)"), ("tomllib", "toml", "tomllib.load(sys.stdin.buffer)")]
    {
        let Some(python) = python(module) else { continue };
        let written = run_in(files.path(), &["render", "a.json", "--schema", "s.json", "--to", format]).code(0).out();
        let mut command = Command::new(&python);
        command.args(["-c", &format!("import sys, json, {module}; json.dump({load}, sys.stdout)")]);
        let read = pipe_into(command, written.clone()).code(0);
        assert_eq!(serde_json::from_str::<Json>(&read.out()).unwrap(), tree, "{written}");
    }
}

#[test]
fn json_and_yaml_are_migrated_in_their_own_format() {
    let json = "{ \"version\": 0, \"network\": { \"connection_timeout\": { \"secs\": 30, \"nanos\": 0 } } }\n";
    let yaml = "version: 0\nnetwork:\n  connection_timeout: {secs: 30, nanos: 0}\n";
    let noted = format!("# the node\n{yaml}");
    let files =
        files(&[("old.json", json), ("old.yaml", yaml), ("noted.yaml", &noted), ("new.yaml", "version: 1 # now\n")]);
    let migrate = |arguments: &[&str]| run_in(files.path(), &[&["migrate"], arguments].concat());
    let new = "{\n  \"version\": 1,\n  \"network\": {\n    \"connection_timeout\": \"30s\"\n  }\n}\n";
    migrate(&["old.json"]).code(0).stdout(new).stderr(ends_with("old.json: from version 0 to version 1, 2 changes\n"));
    migrate(&["old.yaml", "--in-place"]).code(0).stdout(starts_with("1: version = 0 → 1  (version)\n3: network."));
    let text = fs::read_to_string(files.path().join("old.yaml")).unwrap();
    assert_eq!(text, "version: 1\nnetwork:\n  connection_timeout: \"30s\"\n");
    migrate(&["noted.yaml"]).code(0).stdout(text);
    migrate(&["noted.yaml", "--in-place"])
        .code(2)
        .stderr(contains("the file has comments, which a conversion of YAML does not keep; leave out --in-place"));
    assert_eq!(fs::read_to_string(files.path().join("noted.yaml")).unwrap(), noted);
    migrate(&["new.yaml"]).code(0).stdout("version: 1 # now\n").stderr("new.yaml is at version 1 already\n");
    migrate(&["old.json", "--input", "yaml"]).code(0).stdout(contains("connection_timeout: \"30s\""));
}

#[cfg(feature = "agent")]
#[test]
fn a_service_is_loaded_from_yaml_with_the_origin_of_each_value() {
    let files = files(&[("s.json", SCHEMA), ("game.yaml", YAML), ("broken.json", "{ \"port\": 1, }")]);
    let service = ["--schema", "s.json", "--service", "game"];
    let command = |arguments: &[&str]| run_in(files.path(), &[arguments, &service].concat());
    command(&["show", "--config", "game.yaml", "--origins", "--format", "yaml"])
        .code(0)
        .stdout(contains("port: 80       # game.yaml:1:1\n"))
        .stdout(contains("  cert: /c     # game.yaml:5:3\n"));
    command(&["explain", "tls.cert", "--config", "game.yaml"])
        .code(0)
        .stdout(contains("set by  file  \"/c\"  game.yaml:5:3"));
    command(&["show", "--config", "broken.json"]).code(1).stdout(contains("┌─ broken.json:1:12"));
    command(&["agent", "--once", "--config", "game.yaml", "--output", "o.yaml", "--format", "yaml"]).code(0);
    let written = fs::read_to_string(files.path().join("o.yaml")).unwrap();
    assert_eq!(written, "port: 80\ncountry: \"no\"\npeers:\n  - a\n  - b\ntls:\n  cert: /c\n");
    run_in(files.path(), &["check", "o.yaml", "--schema", "s.json"]).code(0);
}

#[cfg(feature = "live")]
#[test]
fn a_config_that_is_no_table_is_rejected_by_every_command() {
    for (name, text, kind) in
        [("a.yaml", "- hunter2\n", "a list"), ("a.json", "\"hunter2\"", "a string"), ("b.json", "null", "null")]
    {
        let files = files(&[(name, text)]);
        let message = format!("error: the file must be a table, and is {kind}");
        let run = |arguments: &[&str]| run_in(files.path(), arguments).code(1);
        for done in [run(&["check", name]), run(&["show", "--config", name]), run(&["migrate", name])] {
            let printed = done.out() + &done.err();
            assert!(printed.starts_with(&message) && !printed.contains("hunter2"), "{printed}");
        }
    }
}

#[cfg(feature = "live")]
#[test]
fn a_folder_has_one_config_of_an_environment_in_any_format() {
    let files = files(&[("config/production.yaml", "network: {listen_port: 4000}\n"), ("config/staging.json", "{}")]);
    let show = |environment: &str| run_in(files.path(), &["show", "-e", environment]);
    show("production")
        .code(0)
        .stdout(contains("# file: config/production.yaml\n"))
        .stdout(contains("listen_port = 4000"));
    show("staging").code(0).stdout(contains("# file: config/staging.json\n"));
    fs::write(files.path().join("config/production.toml"), "").unwrap();
    show("production")
        .code(1)
        .stdout(starts_with("error: there are two configs for Production"))
        .stdout(contains("config/production.yaml"))
        .stdout(predicate::str::contains("sealed").not());
}

#[test]
fn a_bundle_is_loaded_in_each_format() {
    let texts = [
        ("toml", "[network]\nlisten_port = 4000\n"),
        ("json", "{ \"network\": { \"listen_port\": 4000 } }\n"),
        ("yaml", "network:\n  listen_port: 4000\n"),
    ];
    for (format, config) in texts {
        let folder = tempfile::tempdir().unwrap();
        let bundle = Bundle { format, config, ..Bundle::default() }.write(&folder.path().join("bundle"));
        run_in(folder.path(), &["show", "--config", "bundle"])
            .code(0)
            .stdout(contains("# file: bundle\n"))
            .stdout(contains("listen_port = 4000\n"));
        run_in(folder.path(), &["explain", "network.listen_port", "--config", "bundle"])
            .code(0)
            .stdout(contains(format!("bundle/config.{format}:")));
        std::fs::write(bundle.join(format!("config.{format}")), "# altered\n").unwrap();
        run_in(folder.path(), &["show", "--config", "bundle"])
            .code(1)
            .stdout(contains("the bundle was altered: its digest is another than the one in manifest.json"))
            .stdout(contains("deploy the bundle again"));
        std::fs::remove_file(bundle.join(format!("config.{format}"))).unwrap();
        run_in(folder.path(), &["show", "--config", "bundle"])
            .code(1)
            .stdout(contains("it has no config (one of config.toml, config.json, config.yaml)"));
    }
}
