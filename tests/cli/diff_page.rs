//! `confgate diff --format html`: the page of the changes, and the places of values in bundles.

use std::fs;

use confgate_test_support::{Printed, files, golden, root};
use predicates::str::contains;
use serde_json::Value as Json;
use tempfile::TempDir;

use super::run_in;

/// The places of the values of a node, in the form of a build.
const ORIGINS: &str = r#"{
  "/network": {"set": [{"file": "config/base.nix", "line": 3, "column": 5}]},
  "/network/listen_port": {"set": [{"file": "config/base.nix", "line": 4, "column": 5}, {"file": "nodes/ams 1.nix", "line": 7, "column": 3}]},
  "/app": {"set": [{"file": "/nix/store/x/app.nix", "line": 1, "column": 1}]}
}"#;

/// Two fleets: two nodes with equal changes, one with secrets, one added and one removed.
fn fleets() -> TempDir {
    let port = |port: u16, name: &str| format!("[network]\nlisten_port = {port}\n[app]\nname = \"{name}\"\n");
    let bundles = [
        ("old", "ams1", port(4000, "a")),
        ("new", "ams1", port(4001, "<b>")),
        ("old", "ams2", port(4000, "a")),
        ("new", "ams2", port(4001, "<b>")),
        ("old", "fra1", "[monitoring]\nalert_webhook = 'https://hooks/hunter2'\n".to_owned()),
        ("new", "fra1", "[monitoring]\nalert_webhook = 'https://hooks/hunter3'\n".to_owned()),
        ("old", "gone", String::new()),
        ("new", "fresh", String::new()),
    ];
    let mut texts = Vec::new();
    for (fleet, node, config) in bundles {
        texts.push((format!("{fleet}/{node}/config.toml"), config));
        texts.push((format!("{fleet}/{node}/manifest.json"), "{}".to_owned()));
        texts.push((format!("{fleet}/{node}/origins.json"), ORIGINS.to_owned()));
    }
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files(&texts)
}

/// Returns the content of a page without its frame.
fn content(page: &str) -> &str {
    let (_, rest) = page.split_once("<main ").expect("a page has a content");
    rest.split_once("</main>").expect("it ends").0
}

#[test]
fn the_page_of_two_fleets_has_the_fields_of_each_node() {
    let folder = fleets();
    let links = "https://git.test/blob/main/{file}#L{line}";
    let run = run_in(folder.path(), &["diff", "old", "new", "--format", "html", "--links", links]).code(1);
    let page = run.out();
    assert!(!page.contains("hunter") && page.contains("connect-src 'none'"), "{page}");
    let mut differences = String::new();
    golden::compare(&root().join("tests/cli/reference/diff.html"), content(&page), &mut differences);
    assert_eq!(differences, "");
    let same = run_in(folder.path(), &["diff", "old", "old", "--format", "html"]).code(0).out();
    assert!(content(&same).contains("<h1>Config: 0 of 4 nodes change</h1>") && !same.contains("<table>"), "{same}");
}

#[test]
fn values_of_bundles_have_their_places_in_every_format() {
    let folder = fleets();
    let (old, new) = ("old/ams1", "new/ams1");
    let run = |arguments: &[&str]| run_in(folder.path(), &[&["diff", old, new], arguments].concat()).code(1).out();
    assert_eq!(
        run(&[]),
        "app.name             \"a\" → \"<b>\"  (live)  /nix/store/x/app.nix:1:1\n\
         network.listen_port  4000 → 4001  (restart)  nodes/ams 1.nix:7:3\n2 changes, 1 after a restart only\n"
    );
    let json: Json = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    assert_eq!(json[1]["origin"], "nodes/ams 1.nix:7:3");
    assert!(run(&["--format", "markdown"]).contains("| **restart** | `nodes/ams 1.nix:7:3` |"));
    let page = run(&["--format", "html", "--links", "../{file}"]);
    assert!(content(&page).contains("<a href=\"../nodes/ams%201.nix\"><code>nodes/ams 1.nix:7:3</code></a>"), "{page}");
}

#[test]
fn a_ci_host_gives_the_addresses_of_its_commit() {
    let folder = fleets();
    let mut command = confgate_test_support::confgate!();
    let host = [("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "a/b"), ("GITHUB_SHA", "c0ffee")];
    command.current_dir(folder.path()).args(["diff", "old/ams1", "new/ams1", "--format", "html"]).envs(host);
    let page = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(page.contains("<a href=\"https://github.com/a/b/blob/c0ffee/nodes/ams%201.nix#L7\">"), "{page}");
}

#[test]
fn invalid_links_and_origins_are_errors() {
    let folder = fleets();
    let links = |text: &str| run_in(folder.path(), &["diff", "old", "new", "--links", text]).code(2);
    links("javascript:{file}").stderr(contains(
        "error: invalid value 'javascript:{file}' for '--links <ADDRESS>': write an address that begins with https:// or http://, \
         or a path relative to the page\n",
    ));
    links("https://git.test")
        .stderr(contains("write {file} where the path of a file goes, and {line} where its line goes\n"));
    fs::write(folder.path().join("new/ams1/origins.json"), "[]").unwrap();
    run_in(folder.path(), &["diff", "old/ams1", "new/ams1"])
        .code(2)
        .stderr("error: new/ams1/origins.json: not the origins of a bundle: invalid type: sequence, expected a map at line 1 column 0\n");
}
