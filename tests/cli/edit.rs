//! `get`, `set`, `unset`, `fmt`, `init` and `check --watch`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use confgate_test_support::{Printed, confgate, files};
use predicates::prelude::*;
use predicates::str::{contains, ends_with, starts_with};

use super::{GOOD, run_in};

const TEXT: &str = "# Head.\n\n[network] # net\n  listen_port = 8333   # why\nbootstrap_nodes = [\n  \"192.0.2.1:1\", # first\n  \"192.0.2.2:2\",\n]\n\n# End.\n";

fn text_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("a.toml")).unwrap()
}

#[test]
fn set_changes_the_bytes_of_one_value() {
    let files = files(&[("a.toml", TEXT)]);
    let set = |key: &str, value: &str| run_in(files.path(), &["set", key, value, "a.toml"]);
    set("network.listen_port", "4000").code(0).stdout("");
    assert_eq!(text_of(files.path()), TEXT.replace("8333", "4000"));
    set("network.listen_port", "8333").code(0);
    assert_eq!(text_of(files.path()), TEXT);
    set("network.bootstrap_nodes[1]", "192.0.2.3:3").code(0);
    assert_eq!(text_of(files.path()), TEXT.replace("192.0.2.2:2", "192.0.2.3:3"));
    set("network.bootstrap_nodes[1]", "192.0.2.2:2").code(0);
    // A new entry of a table, and a table that the file lacks.
    set("network.max_connections", "7").code(0);
    assert_eq!(text_of(files.path()), TEXT.replace("]\n\n# End", "]\nmax_connections = 7\n\n# End"));
    run_in(files.path(), &["unset", "network.max_connections", "a.toml"]).code(0).stdout("");
    assert_eq!(text_of(files.path()), TEXT);
    set("app.name", "x y").code(0);
    assert_eq!(text_of(files.path()), format!("{TEXT}\n[app]\nname = \"x y\"\n"));
    run_in(files.path(), &["get", "app.name", "a.toml"]).code(0).stdout("x y\n");
    run_in(files.path(), &["get", "network", "a.toml", "--format", "json"])
        .code(0)
        .stdout("{\"listen_port\":8333,\"bootstrap_nodes\":[\"192.0.2.1:1\",\"192.0.2.2:2\"]}\n");
}

#[test]
fn a_rejected_result_changes_nothing() {
    let files = files(&[("a.toml", TEXT), ("broken.toml", "a = \n"), ("a.yaml", "app:\n  name: x\n")]);
    let run = |arguments: &[&str]| run_in(files.path(), arguments);
    run(&["set", "network.listen_port", "0", "a.toml"])
        .code(1)
        .stdout(starts_with("error: network.listen_port must be at least 1, and is 0"))
        .stdout(ends_with("refused in Development: 1 error, 0 warnings\n"));
    run(&["set", "network.lisen_port", "1", "a.toml"]).code(1).stdout(contains("unknown key network.lisen_port"));
    run(&["set", "network.bootstrap_nodes[9]", "x", "a.toml"]).code(2).stderr(
        "error: a.toml: network.bootstrap_nodes[9] has no position in the file: an element can be set, and not added\n",
    );
    run(&["unset", "app.name", "a.toml"]).code(2).stderr("error: a.toml: app.name is not set\n");
    run(&["get", "app.name", "a.toml"]).code(2).stderr("error: a.toml: app.name is not set\n");
    assert_eq!(text_of(files.path()), TEXT);
    run(&["set", "a", "1", "broken.toml"]).code(1).stdout(contains("not TOML"));
    run(&["set", "app.name", "y", "a.yaml"])
        .code(2)
        .stderr("error: a.yaml: only TOML is edited; write YAML anew with `confgate render`\n");
    run(&["set", "app.name", "y", "-"])
        .code(2)
        .stderr("error: standard input cannot be changed in place; name a file\n");
    run(&["set", "app..name", "y", "a.toml"]).code(2).stderr(contains("write a dotted field: network.max_connections"));
    run(&["set", &vec!["a"; 200].join("."), "y", "a.toml"]).code(2).stderr(contains("levels deep"));
}

#[test]
fn get_prints_no_secret() {
    let schema = r#"{ "properties": { "token": { "x-secret": true, "type": "string" }, "db": { "properties": { "password": { "x-secret": true } } } } }"#;
    let text = "#:schema s.json\ntoken = \"hunter2\"\ndb.password = \"${DB}\"\n";
    let files = files(&[("s.json", schema), ("a.toml", text)]);
    let get = |arguments: &[&str]| run_in(files.path(), &[&["get"], arguments].concat()).code(0).out();
    for arguments in [&["token", "a.toml"][..], &["token", "a.toml", "--format", "json"]] {
        let shown = get(arguments);
        assert!(!shown.contains("hunter2") && shown.contains("secret"), "{shown}");
    }
    assert_eq!(get(&["db.password", "a.toml"]), "${DB}\n");
}

/// A generator of numbers that gives the same ones in each run.
fn random(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap() % below
}

/// Returns a config of the bundled model in one of many layouts, and its lines about `network.max_connections`.
fn generated(state: &mut u64) -> String {
    let blank =
        |state: &mut u64| ["", "\n", "# note é\n", "\n# a = 1 [x]\n\n", "  # 😀\n"][random(state, 5)].to_owned();
    let beside = |state: &mut u64| ["", " # beside", "\t# \"quoted\" = [1]", "   "][random(state, 4)];
    let value = ["5", "1_000", "0x20", "64"][random(state, 4)];
    let network = match random(state, 6) {
        0 => String::new(),
        1 => format!("[network]\nmax_connections = {value}{}\n", beside(state)),
        2 => format!(
            "[network]{}\nlisten_port = 8333\n\"max_connections\"  =  {value}{}\n",
            beside(state),
            beside(state)
        ),
        3 => format!("network.listen_port = 1{}\nnetwork.max_connections={value}\n", beside(state)),
        4 => format!("network = {{ listen_port = 8333, max_connections = {value} }}{}\n", beside(state)),
        _ => "[network]\nbootstrap_nodes = [\n  \"192.0.2.1:1\", # first\n  # none\n]\n".to_owned(),
    };
    let app =
        ["", "[app]\nname = '''\n[network]\nmax_connections = 1\n'''\n", "[app]\nname = \"x\" # y\n"][random(state, 3)];
    let before = if network.starts_with("network") { "" } else { app };
    let after = if network.starts_with("network") { app } else { "" };
    let text = format!("{}{before}{}{network}{}{after}{}", blank(state), blank(state), blank(state), blank(state));
    if random(state, 5) == 0 { text.replace('\n', "\r\n") } else { text }
}

/// Number of generated files in a run without `CONFGATE_SET_FILES`.
const SAMPLE: usize = 60;

#[test]
fn over_generated_files_only_the_value_changes() {
    let count = std::env::var("CONFGATE_SET_FILES").ok().map_or(SAMPLE, |count| count.parse().unwrap());
    let files = files(&[]);
    let path = files.path().join("a.toml");
    let mut state = 11;
    for _ in 0..count {
        let text = generated(&mut state);
        fs::write(&path, &text).unwrap();
        let value = ["17", "0"][usize::from(random(&mut state, 8) == 0)];
        let done = run_in(files.path(), &["set", "network.max_connections", value, "a.toml"]);
        let code = done.exit_code();
        let edited = fs::read_to_string(&path).unwrap();
        if value == "0" {
            assert_eq!((code, &edited), (1, &text), "{}", done.text());
            continue;
        }
        assert_eq!(code, 0, "{text}\n{}", done.text());
        // The new text is the old one with one range replaced, of which the new part is the value or a line with it.
        let start = text.bytes().zip(edited.bytes()).take_while(|(one, other)| one == other).count();
        let end = text[start..]
            .bytes()
            .rev()
            .zip(edited[start..].bytes().rev())
            .take_while(|(one, other)| one == other)
            .count();
        let (old, new) = (&text.as_bytes()[start..text.len() - end], &edited.as_bytes()[start..edited.len() - end]);
        let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
        assert!(old.len() <= 5, "{old:?} {text}");
        assert!(new.len() <= "\r\n\r\n[network]\r\nmax_connections = 17\r\n".len(), "{new:?}\n{text}");
        run_in(files.path(), &["get", "network.max_connections", "a.toml"]).code(0).stdout("17\n");
        run_in(files.path(), &["check", "a.toml"]).code(0);
    }
}

#[test]
fn fmt_writes_the_canonical_form_with_comments() {
    let unformatted = "# Head.\n\n[network]\n# where\nlisten_port=4000 # port\n[app]\nname='x'\n";
    let files = files(&[
        ("conf/a.toml", unformatted),
        ("conf/b.toml", GOOD),
        ("conf/bad.toml", "[network]\nlisten_port = 0\n"),
    ]);
    let run = |arguments: &[&str]| run_in(files.path(), arguments);
    run(&["fmt", "--check", "conf/a.toml", "conf/b.toml"]).code(1).stdout("conf/a.toml: not formatted\n");
    run(&["fmt", "conf"])
        .code(1)
        .stdout(starts_with("conf/a.toml: formatted\nerror: network.listen_port must be at least 1"));
    let text = fs::read_to_string(files.path().join("conf/a.toml")).unwrap();
    assert_eq!(text, "# Head.\n\n[app]\nname = \"x\"\n\n[network]\n# where\nlisten_port = 4000 # port\n");
    run(&["fmt", "--check", "conf/a.toml", "conf/b.toml"]).code(0).stdout("");
    super::pipe(&["fmt", "-"], unformatted).code(0).stdout(text);
    super::pipe(&["fmt", "-", "--input", "yaml"], "app: &a {name: x}\n")
        .code(2)
        .stderr(starts_with("error: <stdin>: the text has an anchor or an alias in line 1"));
}

#[test]
fn init_starts_a_project_that_check_accepts() {
    let schema = r#"{ "title": "relay", "required": ["name"], "additionalProperties": false, "properties": { "name": { "type": "string", "description": "The name." }, "port": { "type": "integer", "default": 80 } } }"#;
    let files = files(&[("relay.schema.json", schema)]);
    let run = |arguments: &[&str]| run_in(files.path(), arguments);
    run(&["init", "--schema", "relay.schema.json"])
        .code(0)
        .stdout("✓ relay.toml\n✓ confgate.toml\n✓ .github/workflows/confgate.yml\nnext: set the required fields of relay.toml, which `confgate check relay.toml` lists\n");
    run(&["check", "relay.toml"]).code(1).stdout(contains("the file needs name, which is missing"));
    run(&["set", "name", "a", "relay.toml"]).code(0);
    run(&["check", "."]).code(0);
    run(&["init", "--schema", "relay.schema.json"])
        .code(0)
        .stdout(contains("– relay.toml     skipped (it exists)\n").and(contains("next: `confgate check relay.toml`")));
    // The bundled model, in a directory that does not exist yet.
    run(&["init", "game"]).code(0).stdout(contains("✓ bitcraps.schema.json\n"));
    run(&["check", "game/bitcraps.toml"]).code(0);
    run(&["init", "x", "--service", "Ä"]).code(2).stderr(contains("is not a valid name of a service"));
}

/// A process that ends with its test, also with one that fails.
struct Watch(Child);

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watch_validates_again_after_a_change() {
    let files = files(&[("a.toml", GOOD)]);
    let mut command = confgate!();
    command.current_dir(files.path()).args(["check", "--watch", "a.toml"]).stdout(Stdio::piped());
    let mut child = Watch(command.spawn().unwrap());
    let output = BufReader::new(child.0.stdout.take().unwrap());
    let (sender, lines) = channel();
    thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let wait_for = |text: &str| {
        let mut seen = Vec::new();
        while !seen.last().is_some_and(|line: &String| line.contains(text)) {
            seen.push(lines.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| panic!("no {text} in {seen:?}")));
        }
    };
    wait_for("admitted in Development: 0 errors, 0 warnings");
    fs::write(files.path().join("a.toml"), "[network]\nlisten_port = 0\n").unwrap();
    wait_for("refused in Development: 1 error, 0 warnings");
    // A file of a project that appears.
    fs::write(files.path().join("confgate.toml"), "service = 1\n").unwrap();
    wait_for("service must be a string");
    fs::remove_file(files.path().join("confgate.toml")).unwrap();
    fs::write(files.path().join("a.toml"), GOOD).unwrap();
    wait_for("admitted in Development: 0 errors, 0 warnings");
    drop(child);
    run_in(files.path(), &["check", "--watch", "-"])
        .code(2)
        .stderr("error: standard input cannot be watched; name a file\n");
}
