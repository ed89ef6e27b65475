//! What a user does with the command line, and what it says: exit codes, files, folders, pipes, every error message.

#[path = "cli/diff.rs"]
mod diff;
#[path = "cli/reports.rs"]
mod reports;
mod support;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;
use support::{confgate, root};
use tempfile::TempDir;

/// What a command said and how it ended.
#[derive(Debug, PartialEq)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("no signal ended it"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run_in(folder: &Path, arguments: &[&str]) -> Said {
    confgate().current_dir(folder).args(arguments).output().unwrap().into()
}

fn run(arguments: &[&str]) -> Said {
    run_in(&root(), arguments)
}

fn piped(mut command: Command, input: &str) -> Said {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that was called wrongly does not wait for its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap().into()
}

fn pipe(arguments: &[&str], input: &str) -> Said {
    let mut command = confgate();
    command.args(arguments);
    piped(command, input)
}

const GOOD: &str = "[network]\nlisten_port = 4000\n";
const BAD: &str = "[network]\nlisten_port = 0\n";
const WARNED: &str = "[game]\nauto_resolve_timeout = \"10m\"\n";

#[test]
fn check_exits_with_0_for_what_is_admitted_1_for_what_is_refused_and_2_for_what_cannot_be_read() {
    let files = folder(&[("good.toml", GOOD), ("bad.toml", BAD), ("warned.toml", WARNED)]);
    let code = |arguments: &[&str]| run_in(files.path(), arguments).code;
    assert_eq!(code(&["check", "good.toml"]), 0);
    assert_eq!(code(&["check", "warned.toml"]), 0);
    assert_eq!(code(&["check", "warned.toml", "--deny", "warnings"]), 1);
    assert_eq!(code(&["check", "bad.toml"]), 1);
    assert_eq!(code(&["check", "absent.toml"]), 2);
    assert_eq!(code(&["check", "bad.toml", "absent.toml"]), 2);
    assert_eq!(code(&["check"]), 2);
    assert_eq!(code(&["check", "good.toml", "--format", "xml"]), 2);
}

#[test]
fn a_file_that_is_not_there_is_named_and_the_others_are_still_checked() {
    let files = folder(&[("bad.toml", BAD)]);
    let said = run_in(files.path(), &["check", "absent.toml", "bad.toml"]);
    assert_eq!(said.err, "error: absent.toml: No such file or directory (os error 2)\n");
    assert!(said.out.starts_with("error: network.listen_port must be at least 1, and is 0"), "{}", said.out);
}

#[test]
fn a_file_that_nobody_could_look_at_is_not_called_admitted() {
    let files = folder(&[("configs/good.toml", GOOD)]);
    std::os::unix::fs::symlink("/nowhere", files.path().join("configs/gone.toml")).unwrap();
    let said = run_in(files.path(), &["check", "configs", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &report["admitted"], &report["configs"][1]["admitted"]), (2, &false.into(), &true.into()));
    let diagnostic = &report["configs"][0]["findings"][0];
    assert_eq!(diagnostic["rule"], "file/unreadable");
    assert_eq!(
        diagnostic["message"],
        "the config cannot be read: configs/gone.toml: No such file or directory (os error 2)"
    );
    let said = run_in(files.path(), &["check", "configs"]);
    assert_eq!(said.out, "refused 1 of 2 configs: 1 error, 0 warnings\n");
}

#[test]
fn a_file_of_profiles_is_checked_to_hold_nothing_else() {
    let profile = "[[profiles]]\nname = \"b\"\nset.network.max_connections = 60\n";
    let files = folder(&[("profiles.toml", &format!("{profile}[network]\nlisten_port = 1111\n"))]);
    let said = run_in(files.path(), &["check", "."]);
    assert!(
        said.out.starts_with("error: profiles.toml holds profiles and nothing else, and here is network"),
        "{}",
        said.out
    );
    assert!(said.out.contains("┌─ ./profiles.toml:4:"), "{}", said.out);
    let files = folder(&[("profiles.toml", profile)]);
    assert_eq!(run_in(files.path(), &["check", "."]).code, 0);
}

#[test]
fn a_number_that_json_does_not_know_is_refused_with_its_place() {
    let files = folder(&[("a.toml", "b = [1.0, -inf]\n"), ("schema.json", "{}")]);
    let said = run_in(files.path(), &["render", "--schema", "schema.json", "a.toml"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert_eq!(said.err, "error: a.toml: b[1] is -inf, and JSON has no such number\n");
}

#[test]
fn a_name_that_a_terminal_would_obey_is_shown_without() {
    let files = folder(&[("a\u{1b}[31m\n.toml", BAD)]);
    let said = run_in(files.path(), &["check", "."]);
    assert!(said.out.contains("┌─ ./a\u{FFFD}[31m\u{FFFD}.toml:2:1\n"), "{}", said.out);
}

#[test]
fn what_a_load_warns_of_is_said_beside_what_was_asked_for() {
    let files = folder(&[("config/development.toml", GOOD)]);
    let mut command = confgate();
    command.current_dir(files.path()).env("BITCRAPS_NETWORK__MAX_CONECTIONS", "5");
    let output = command.args(["explain", "network.max_connections"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.starts_with("warning: "), "{said}");
    assert!(said.contains("BITCRAPS_NETWORK__MAX_CONNECTIONS"), "{said}");
}

#[test]
fn standard_input_is_checked_under_its_own_name() {
    let said = pipe(&["check", "-"], BAD);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("┌─ <stdin>:2:1\n"), "{}", said.out);
}

#[test]
fn a_folder_stands_for_every_toml_file_in_it_in_order() {
    let files = folder(&[
        ("c/z.toml", BAD),
        ("c/a.toml", BAD),
        ("c/deep/m.toml", WARNED),
        ("c/.hidden/x.toml", "not toml"),
        ("c/readme.md", "not toml"),
    ]);
    let said = run_in(files.path(), &["check", "c"]);
    let places: Vec<&str> = said.out.lines().filter_map(|line| line.trim().strip_prefix("┌─ ")).collect();
    assert_eq!(places, ["c/a.toml:2:1", "c/deep/m.toml:2:1", "c/z.toml:2:1"]);
    assert!(said.out.ends_with("refused 2 of 3 configs: 2 errors, 1 warning\n"), "{}", said.out);
}

#[test]
fn many_files_give_the_same_report_in_the_same_order_every_time() {
    let files = folder(&[]);
    for number in 0..200 {
        let text = if number % 3 == 0 { BAD } else { GOOD };
        fs::write(files.path().join(format!("{number:03}.toml")), text).unwrap();
    }
    let first = run_in(files.path(), &["check", "."]);
    assert!(first.out.ends_with("refused 67 of 200 configs: 67 errors, 0 warnings\n"), "{}", first.out);
    for _ in 0..5 {
        assert_eq!(run_in(files.path(), &["check", "."]), first);
    }
}

#[test]
fn a_folder_without_toml_is_trouble_and_not_an_admission() {
    let files = folder(&[("c/readme.md", "")]);
    let said = run_in(files.path(), &["check", "c"]);
    assert_eq!((said.code, said.err.as_str()), (2, "error: c: no TOML file in it\n"));
}

#[test]
fn the_environment_is_given_or_named_by_the_config_or_development() {
    let tls = "error: Production requires TLS";
    let plain = "[security]\nenable_tls = false\n";
    assert_eq!(pipe(&["check", "-"], plain).code, 0);
    let named = format!("[app]\nenvironment = \"Production\"\n{plain}");
    let given = pipe(&["check", "-", "--environment", "prod"], plain);
    assert_eq!((given.code, pipe(&["check", "-"], &named).code), (1, 1), "{tls}\n{}", given.out);
    let unknown = pipe(&["check", "-", "-e", "prodution"], plain);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("\"prodution\" is not an environment; use Development, Testing, Staging or Production")
    );
}

#[test]
fn unknown_keys_can_be_warned_of() {
    let said = pipe(&["check", "-", "--unknown-keys", "warn"], "[network]\nlisten_prt = 4000\n");
    assert_eq!(said.code, 0);
    assert!(said.out.starts_with("warning: unknown key network.listen_prt"), "{}", said.out);
    assert!(said.out.contains("= help: did you mean network.listen_port?\n"), "{}", said.out);
}

#[test]
fn another_schema_takes_the_place_of_the_model() {
    let schema = r#"{ "type": "object", "properties": { "size": { "type": "integer", "maximum": 3 } }, "additionalProperties": false }"#;
    let files = folder(&[("schema.json", schema), ("a.toml", "size = 4\ncolour = 'red'\n")]);
    let said = run_in(files.path(), &["check", "a.toml", "--schema", "schema.json"]);
    assert!(said.out.contains("error: size must be at most 3, and is 4"), "{}", said.out);
    assert!(said.out.ends_with("refused: 2 errors, 0 warnings\n"), "{}", said.out);
}

#[test]
fn a_schema_that_is_none_is_trouble() {
    let files = folder(&[("a.toml", ""), ("broken.json", "{"), ("odd.json", r#"{ "type": "strin" }"#)]);
    let said = |schema| run_in(files.path(), &["check", "a.toml", "--schema", schema]);
    let broken = said("broken.json");
    assert_eq!(
        (broken.code, broken.err.as_str()),
        (2, "error: broken.json: EOF while parsing an object at line 1 column 1\n")
    );
    let odd = said("odd.json");
    assert_eq!(odd.code, 2);
    assert!(odd.err.starts_with("error: odd.json: not a JSON Schema at /type: "), "{}", odd.err);
}

#[test]
fn the_schema_that_is_committed_is_the_one_of_the_types() {
    let committed = fs::read_to_string(root().join("modules/schema.json")).unwrap();
    assert!(run(&["schema"]).out == committed, "modules/schema.json is not what the types say: run `make schema`");
}

#[test]
fn the_defaults_of_every_environment_are_admitted_as_they_are_printed() {
    for environment in ["Development", "Testing", "Staging", "Production"] {
        for extra in [&[][..], &["--commented"]] {
            let printed = run(&[&["defaults", "--environment", environment], extra].concat());
            let checked = pipe(&["check", "-", "--environment", environment], &printed.out);
            assert_eq!((checked.code, checked.out.as_str()), (0, "admitted: 0 errors, 0 warnings\n"));
        }
    }
}

#[test]
fn the_starter_file_says_what_every_field_is_and_names_its_schema() {
    let starter = run(&["defaults", "--commented"]).out;
    assert!(starter.starts_with("#:schema ./bitcraps.schema.json\n"), "{starter}");
    let described = "# Port to listen on for peers. Firewalls and port forwards must agree with it.\n# (1 to 65535; a change needs a restart)\nlisten_port = 8334\n";
    assert!(starter.contains(described), "{starter}");
    assert!(starter.contains("\n# tls_cert_path =\n"), "what is optional and absent is shown: {starter}");
    let longest = starter.lines().filter(|line| line.starts_with('#')).map(|line| line.chars().count()).max();
    assert!(longest <= Some(100), "{longest:?}");
}

#[test]
fn the_rules_are_listed_for_people_and_programs() {
    let list: Json = serde_json::from_str(&run(&["rules", "--format", "json"]).out).unwrap();
    let people = run(&["rules"]).out;
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"game/bets-ordered") && names.contains(&"secrets/no-plain-text"));
    for name in names {
        assert!(people.contains(&format!("{name} (")), "{name}");
    }
}

#[test]
fn json_is_rendered_as_canonical_toml_and_back() {
    let json = r#"{ "game": { "house_edge": 0, "game_timeout": "5m" }, "app": { "name": "x" }, "security": { "tls_key_path": null } }"#;
    let toml = pipe(&["render", "-"], json);
    assert_eq!(
        (toml.code, toml.out.as_str()),
        (0, "[app]\nname = \"x\"\n\n[security]\n\n[game]\ngame_timeout = \"300s\"\nhouse_edge = 0.0\n")
    );
    let back = pipe(&["render", "-"], &toml.out);
    assert_eq!(
        serde_json::from_str::<Json>(&back.out).unwrap(),
        serde_json::json!({ "app": { "name": "x" }, "security": {}, "game": { "game_timeout": "300s", "house_edge": 0.0 } })
    );
    assert_eq!(pipe(&["render", "-", "--to", "toml"], &toml.out).out, toml.out);
}

#[test]
fn rendering_can_fill_in_the_defaults() {
    let whole = pipe(&["render", "-", "--to", "toml", "--complete", "-e", "production"], "");
    assert_eq!(whole.out, run(&["defaults", "-e", "production"]).out);
}

#[test]
fn what_cannot_be_rendered_is_refused_with_the_place() {
    let broken = pipe(&["render", "-"], "a = \n");
    assert_eq!(broken.code, 1);
    assert!(broken.out.contains("┌─ <stdin>:1:"), "{}", broken.out);
    let json = pipe(&["render", "-"], "{ \"a\": ");
    assert_eq!(
        (json.code, json.err.as_str()),
        (2, "error: <stdin>: not JSON: EOF while parsing a value at line 1 column 7\n")
    );
    let list = pipe(&["render", "-"], "{ \"a\": [null] }");
    assert_eq!((list.code, list.err.as_str()), (2, "error: a list contains null, which TOML cannot represent\n"));
    let large = pipe(&["render", "-"], "{ \"a\": 18446744073709551615 }");
    assert_eq!(large.code, 2);
    assert!(large.err.contains("a is 18446744073709551615, which does not fit in 64 bits"), "{}", large.err);
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let script = run(&["completions", "bash"]).out;
    let folder = TempDir::new().unwrap();
    assert_eq!(run(&["man", folder.path().to_str().unwrap()]).code, 0);
    for command in ["check", "schema", "defaults", "rules", "render", "diff", "bundles", "audit", "completions", "man"]
    {
        assert!(script.contains(command), "{command}");
        assert!(folder.path().join(format!("confgate-{command}.1")).exists(), "{command}");
    }
    let hidden =
        ["bundle.1", "link.1", "install.1"].map(|page| folder.path().join(format!("confgate-{page}")).exists());
    assert_eq!(hidden, [false; 3], "what only Nix calls has no page");
}

#[test]
fn manual_pages_that_cannot_be_written_are_trouble() {
    let files = folder(&[("file", "")]);
    let said = run_in(files.path(), &["man", "file/man"]);
    assert_eq!(said.code, 2);
    assert!(said.err.starts_with("error: file/man: "), "{}", said.err);
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let mut child =
        confgate().args(["defaults", "--commented"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let said = Said::from(child.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}

#[test]
fn bundles_are_listed_in_a_line_each_and_other_folders_are_trouble() {
    let manifest = r#"{ "name": "production", "environment": "Production", "model": "bitcraps", "admitted": true, "keys": 79, "findings": [],
        "digests": { "schema": "", "settings": "", "sources": {} } }"#;
    let files = folder(&[("result/production/manifest.json", manifest), ("none/x", ""), ("odd/manifest.json", "{}")]);
    let said = run_in(files.path(), &["bundles", "result"]);
    let path = files.path().canonicalize().unwrap().join("result/production");
    assert_eq!(said.out, format!("production  Production  79 keys  no findings  {}\n", path.display()));
    let none = run_in(files.path(), &["bundles", "none"]);
    assert_eq!((none.code, none.err.as_str()), (2, "error: none: no bundle in it\n"));
    let odd = run_in(files.path(), &["bundles", "odd"]);
    assert!(odd.err.starts_with("error: odd/manifest.json: not a manifest: missing field"), "{}", odd.err);
}

#[test]
fn the_builders_say_when_nix_did_not_call_them() {
    for command in ["bundle", "link", "install"] {
        let mut builder = confgate();
        let said = Said::from(builder.arg(command).env_remove("out").output().unwrap());
        assert_eq!(
            (said.code, said.err.as_str()),
            (2, "error: out is not set: this command is the builder of a Nix derivation\n")
        );
    }
    let files = folder(&[("request", "{ \"orders\": 1 }")]);
    let mut builder = confgate();
    builder.arg("bundle").env("out", files.path().join("out")).env("requestPath", files.path().join("request"));
    let said = Said::from(builder.output().unwrap());
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("not a request for this builder: invalid type: integer `1`, expected a sequence"),
        "{}",
        said.err
    );
}
