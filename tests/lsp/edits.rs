//! Random edits: the server never fails, and its last diagnostics are those of `check`.

use std::{env, fs};

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::{Printed, confgate, files};
use serde_json::{Value as Json, json};

use super::client::{Client, full_capabilities};
use super::nix::project_of;

/// Number of edits in a run without `CONFGATE_LSP_EDITS`.
const SAMPLE: usize = 400;

/// Edits between two comparisons with `check`.
const ROUND: usize = 50;

const TEXTS: [(&str, &str); 4] = [
    (
        "a.toml",
        "# é\nenvironment = \"Production\"\n\n[app]\nname = \"x\"\n\n[network]\nlisten_port = 8333 # 😀\nbootstrap_nodes = [\"a:1\", \"b:2\"]\n\n[[profiles]]\nname = \"night\"\nwhen.time = \"22:00-06:00\"\nset.network.max_connections = 100\n",
    ),
    (
        "b.json",
        "{\n  \"app\": { \"name\": \"é\" },\n  \"network\": { \"listen_port\": 8333, \"bootstrap_nodes\": [\"a:1\"] }\n}\n",
    ),
    (
        "c.yaml",
        "# é\napp:\n  name: x\nnetwork:\n  listen_port: 8333 # 😀\n  bootstrap_nodes:\n    - a:1\n    - \"b:2\"\n",
    ),
    ("d.nix", NIX),
];

/// Text of a Nix settings file.
const NIX: &str = "# é\n{ lib, ... }:\n{\n  app.name = \"x\"; # 😀\n  network = lib.mkIf true {\n    listen_port = 8333;\n    bootstrap_nodes = [ \"192.0.2.1:1\" ];\n  };\n}\n";

const PIECES: [&str; 36] = [
    "\n",
    " ",
    "a",
    "9",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "=",
    ":",
    ",",
    ".",
    "#",
    "é",
    "😀",
    "\r\n",
    "[network]\n",
    "max_conections = 5\n",
    "- x\n",
    "  ",
    "true",
    "\"\"\"",
    "&a ",
    "*a",
    "\t",
    "listen_port",
    ";",
    "(",
    ")",
    "''",
    "${",
    "let ",
    "lib.mkMerge [",
    "config.network.",
];

/// A generator of numbers that gives the same ones in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // Numerical Recipes' linear congruential generator, whose high bits are used.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// Position of a byte in bytes of UTF-8, which the client negotiates.
fn position(text: &str, byte: usize) -> Json {
    let before = &text[..byte];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    json!({ "line": line, "character": byte - start })
}

fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap()
}

/// Positions behind the line feed of `\r\n` cannot be named: a line ends before both.
fn nameable(text: &str, byte: usize) -> usize {
    let byte = boundary(text, byte);
    if byte > 0 && text[byte..].starts_with('\n') && text[..byte].ends_with('\r') { byte - 1 } else { byte }
}

#[test]
fn the_last_diagnostics_are_those_of_check() {
    let all = env::var("CONFGATE_LSP_EDITS").ok().map_or(SAMPLE, |count| count.parse().unwrap());
    let folder = files(&TEXTS);
    // A Nix file has settings in a project.
    fs::write(folder.path().join("confgate.toml"), "").unwrap();
    let mut client = Client::start(folder.path());
    let mut texts: Vec<String> = TEXTS.iter().map(|(_, text)| (*text).to_owned()).collect();
    for (name, text) in TEXTS {
        client.open(name, text);
    }
    let mut random = Random(7);
    for edit in 1..=all {
        let index = random.below(TEXTS.len());
        let (name, text) = (TEXTS[index].0, &mut texts[index]);
        // A text that grows or shrinks without end is no config any more.
        if text.len() > 2000 || text.len() < 20 || random.below(60) == 0 {
            TEXTS[index].1.clone_into(text);
            client.change(name, &json!([{ "text": text }]));
        } else {
            let start = random.below(text.len() + 1);
            let start = nameable(text, start);
            let length = if random.below(3) == 0 { random.below(12) } else { 0 };
            let end = nameable(text, start + length).max(start);
            let piece = if length > 0 && random.below(2) == 0 { "" } else { PIECES[random.below(PIECES.len())] };
            let range = json!({ "start": position(text, start), "end": position(text, end) });
            client.change(name, &json!([{ "range": range, "text": piece }]));
            text.replace_range(start..end, piece);
        }
        // Requests at random positions while the text is broken.
        let at = random.below(text.len() + 1);
        let at = position(text, nameable(text, at));
        let params = json!({ "textDocument": { "uri": client.uri(name) }, "position": at });
        let method = ["hover", "completion", "definition"][random.below(3)];
        let id = client.ask(&format!("textDocument/{method}"), params);
        assert!(client.response(id).get("error").is_none());
        if edit % ROUND == 0 || edit == all {
            // The diagnostics of Nix files need an evaluation.
            for (index, (name, _)) in TEXTS.iter().enumerate().filter(|(_, (name, _))| !is_nix(name)) {
                fs::write(folder.path().join(name), &texts[index]).unwrap();
                let shown = client.diagnostics(name);
                assert_eq!(
                    summary_of_server(&shown),
                    summary_of_check(folder.path(), name),
                    "{name}:\n{}",
                    texts[index]
                );
            }
        }
    }
    client.end();
}

fn is_nix(name: &str) -> bool {
    name.ends_with(".nix")
}

/// Number of edits whose evaluations are compared in a run without `CONFGATE_LSP_NIX_EDITS`.
const NIX_SAMPLE: usize = 25;

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_typed_nix_text_has_the_diagnostics_of_the_saved_one_and_of_check() {
    let count = env::var("CONFGATE_LSP_NIX_EDITS").ok().map_or(NIX_SAMPLE, |count| count.parse().unwrap());
    let folder = project_of(&[("relay.nix", NIX)], "relay.nix");
    let mut client = Client::start_with(folder.path(), &["--nix"], full_capabilities());
    client.open("relay.nix", NIX);
    assert_eq!(client.diagnostics("relay.nix"), json!([]));
    let mut random = Random(11);
    let mut evaluated = 0;
    for _ in 0..count {
        // Values that Nix accepts and the gate may reject, and any other text.
        let mut text = NIX.to_owned();
        for _ in 0..=random.below(2) {
            let edits: [(&str, &str); 8] = [
                ("8333", "0"),
                ("8333", "\"x\""),
                ("\"x\"", "1"),
                ("192.0.2.1:1", "nonsense"),
                ("listen_port", "listen_prt"),
                ("[ \"", "[ 1 \""),
                ("mkIf true", "mkIf false"),
                ("app.name", "app.nme"),
            ];
            match random.below(edits.len() + 2) {
                index if index < edits.len() => text = text.replacen(edits[index].0, edits[index].1, 1),
                _ => {
                    let at = nameable(&text, random.below(NIX.len()));
                    text.insert_str(at, PIECES[random.below(PIECES.len())]);
                }
            }
        }
        client.change("relay.nix", &json!([{ "text": text }]));
        let typed = client.diagnostics("relay.nix");
        fs::write(folder.path().join("relay.nix"), &text).unwrap();
        client.expect_new_diagnostics("relay.nix");
        let uri = client.uri("relay.nix");
        client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
        let saved = client.diagnostics("relay.nix");
        assert_eq!(typed, saved, "{text}");
        let is_nix_error = |found: &Json| found["source"] == "nix";
        if saved.as_array().unwrap().iter().any(is_nix_error) {
            continue;
        }
        if let Some(settings) = accepted_settings(folder.path()) {
            fs::write(folder.path().join("relay.json"), settings).unwrap();
            let without_line = |summary: Summary| -> Vec<_> {
                sorted(summary).into_iter().map(|(severity, code, message, _)| (severity, code, message)).collect()
            };
            let mut saved = saved.clone();
            for found in saved.as_array_mut().unwrap() {
                let message = found["message"].as_str().unwrap();
                found["message"] = json!(message.rsplit_once("\nin: ").unwrap().0);
            }
            let of_check = summary_of_check(folder.path(), "relay.json");
            assert_eq!(without_line(summary_of_server(&saved)), without_line(of_check), "{text}");
            evaluated += 1;
        }
    }
    assert!(evaluated * 4 > count, "{evaluated}");
    client.end();
}

/// Returns the settings of the bundle as JSON; `None` if the evaluation has found problems, which no check of settings knows.
fn accepted_settings(folder: &std::path::Path) -> Option<String> {
    let expression = "let bundle = (import ./default.nix).production; in { inherit (bundle) settings problems; }";
    let mut command = std::process::Command::new("nix");
    command.current_dir(folder).args(["--extra-experimental-features", "nix-command", "eval", "--json", "--impure"]);
    let output = command.args(["--expr", expression]).output().unwrap();
    let evaluated: Json = serde_json::from_slice(&output.stdout).ok()?;
    (evaluated["problems"] == json!([])).then(|| evaluated["settings"].to_string())
}

/// Severity, code, message and start of each diagnostic.
type Summary = Vec<(String, String, String, u64)>;

fn summary_of_server(diagnostics: &Json) -> Summary {
    let severity = |number: &Json| if *number == json!(1) { "error" } else { "warning" };
    let one = |diagnostic: &Json| {
        let message = diagnostic["message"].as_str().unwrap();
        let headline = message.split("\nnote: ").next().unwrap().split("\nhelp: ").next().unwrap();
        (
            severity(&diagnostic["severity"]).to_owned(),
            diagnostic["code"].as_str().unwrap().to_owned(),
            headline.to_owned(),
            diagnostic["range"]["start"]["line"].as_u64().unwrap() + 1,
        )
    };
    sorted(diagnostics.as_array().unwrap().iter().map(one).collect())
}

fn summary_of_check(folder: &std::path::Path, name: &str) -> Summary {
    let environment: &[&str] = if name == "relay.json" { &["--environment", "Production"] } else { &[] };
    let assert = confgate!().current_dir(folder).args(["check", "--format", "json", name]).args(environment).assert();
    let document: Json = serde_json::from_str(&assert.out()).unwrap();
    let one = |finding: &Json| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        let line = finding["origins"][0]["line"].as_u64().unwrap_or(1).max(1);
        (text("severity"), text("rule"), text("message"), line)
    };
    sorted(document["configs"][0]["findings"].as_array().unwrap().iter().map(one).collect())
}

fn sorted(mut summary: Summary) -> Summary {
    summary.sort();
    summary
}
