//! `confgate publish` and `confgate fleet history`, with the real program.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use assert_cmd::assert::{Assert, OutputAssertExt};
use confgate_test_support::etcd::Etcd;
use confgate_test_support::{Bundle, Printed, confgate, files};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::support::CANARY;

/// A folder with a key, in which bundles are made and published.
struct Author {
    folder: TempDir,
    etcd: Etcd,
}

/// The place of a definition: line 7 of a Nix file.
fn origins(file: &str, pointers: &[&str]) -> String {
    let origin = json!({ "set": [{ "file": file, "line": 7, "column": 5 }] });
    Json::Object(pointers.iter().map(|pointer| ((*pointer).to_owned(), origin.clone())).collect()).to_string()
}

impl Author {
    fn new() -> Self {
        let folder = files(&[]);
        let mut generate = confgate!();
        generate.args(["key", "generate", "config.example.org-1"]).current_dir(folder.path());
        generate.assert().success();
        Self { folder, etcd: Etcd::start() }
    }

    /// Writes the bundle `production` in a folder of its own.
    fn bundle(&self, folder: &str, config: &str, file: &str) -> PathBuf {
        let directory = self.folder.path().join(folder).join("production");
        Bundle { name: "production", config, ..Default::default() }.write(&directory);
        let pointers = ["/network/max_connections", "/network/listen_port", "/network/max_packet_size"];
        fs::write(directory.join("origins.json"), origins(file, &pointers)).unwrap();
        directory
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = confgate!();
        command.args(arguments).args(["--to", &self.etcd.to()]).current_dir(self.folder.path());
        command
    }

    /// Returns the command that publishes in the name of `by`.
    fn publish_command(&self, source: &PathBuf, by: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(&["publish"]);
        command.arg(source).args(["--key-file", "config.example.org-1.key", "--author", by]).args(arguments);
        command
    }

    fn publish(&self, source: &PathBuf, by: &str, arguments: &[&str]) -> Assert {
        self.publish_command(source, by, arguments).assert()
    }

    /// Publishes, and returns the release.
    fn release(&self, source: &PathBuf, by: &str, arguments: &[&str]) -> String {
        let printed = self.publish(source, by, &[arguments, &["--format", "json"]].concat()).success();
        let document: Json = serde_json::from_str(&printed.out()).unwrap();
        document["release"].as_str().unwrap().to_owned()
    }

    fn pointer(&self) -> Json {
        let text = self.etcd.ctl(&["get", "--print-value-only", "/confgate/bitcraps/rollout/all"]);
        serde_json::from_str(&text).unwrap()
    }

    /// Returns the config of the bundle that the pointer leads to.
    fn published_config(&self) -> String {
        let release = self.pointer()["release"].as_str().unwrap().to_owned();
        let index = self.etcd.ctl(&["get", "--print-value-only", &format!("/confgate/bitcraps/releases/{release}")]);
        let index: Json = serde_json::from_str(&index).unwrap();
        let bundle = format!("/confgate/bitcraps/bundles/{}/", index["bundle"].as_str().unwrap());
        self.etcd.ctl(&["get", "--prefix", "--print-value-only", &bundle])
    }

    fn history(&self) -> Vec<Json> {
        let printed = self.command(&["fleet", "history", "--format", "json"]).assert().success();
        serde_json::from_str(&printed.out()).unwrap()
    }
}

/// Returns the text with the release, the revision and the time replaced.
fn normalized(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| {
            let end = word.trim_end_matches([',', ':']);
            let is_digest = [12, 52].contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let is_date = end.len() == 10 && end.starts_with("20") && end.contains('-');
            let is_time = end.len() == 8 && end.contains(':') && end.bytes().all(|byte| byte != b'-');
            match (is_digest, is_date, is_time) {
                (true, _, _) => word.replace(end, "DIGEST"),
                (_, true, _) => word.replace(end, "DATE"),
                (_, _, true) => word.replace(end, "TIME"),
                _ => word.to_owned(),
            }
        });
        lines.push(words.collect::<Vec<_>>().join(" "));
    }
    lines.join("\n") + "\n"
}

#[test]
#[ignore = "needs etcd"]
fn a_bundle_is_published_and_again_changes_nothing() {
    let author = Author::new();
    let bundle = author.bundle("one", "[network]\nmax_connections = 500\n", "a.nix");
    let printed = author.publish(&bundle, "alice@ci", &["--commit", "c0ffee"]).success();
    assert_eq!(
        normalized(&printed.out()),
        "✓ gate     1 bundle admitted\n\
         ✓ store    release DIGEST, 1 bundle new\n\
         ✓ publish  revision 5\n           all: none → DIGEST\n\
         \n\
         release DIGEST is published\n"
    );
    let pointer = author.pointer();
    assert_eq!((&pointer["by"], &pointer["commit"]), (&json!("alice@ci"), &json!("c0ffee")));
    let again = author.publish(&bundle, "alice@ci", &[]).success();
    assert_eq!(
        normalized(&again.out()),
        "✓ gate     1 bundle admitted\n\
         ✓ store    release DIGEST, 0 bundles new\n\
         – publish  skipped (the pointers are at this release)\n\
         \n\
         nothing to do: this release is published already\n"
    );
    assert_eq!(author.pointer(), pointer);
    let history = author.history();
    assert_eq!(history.len(), 1);
    assert_eq!((&history[0]["action"], &history[0]["revision"]), (&json!("publish"), &json!(5)));
    let listed = author.command(&["fleet", "history"]).assert().success().out();
    assert_eq!(
        normalized(&listed),
        "     5  DATE TIME UTC  publish by alice@ci, commit c0ffee\n        all: none → DIGEST\n"
    );
}

#[test]
#[ignore = "needs etcd"]
fn a_dry_run_shows_the_changes_with_their_places_and_writes_nothing() {
    let author = Author::new();
    author.publish(&author.bundle("one", "[network]\nmax_connections = 500\n", "a.nix"), "alice", &[]).success();
    let before = author.etcd.dump();
    let next = author.bundle("two", "[network]\nmax_connections = 600\n", "b.nix");
    let printed = author.publish(&next, "bob", &["--dry-run"]).success();
    assert_eq!(
        normalized(&printed.out()),
        "✓ gate     1 bundle admitted\n\
         – store    skipped (--dry-run)\n\
         – publish  skipped (--dry-run)\n           all: DIGEST → DIGEST\n\
         \n\
         production\n  network.max_connections  500 → 600  (b.nix:7:5)\n\
         nothing was written\n"
    );
    assert_eq!(author.etcd.dump(), before);
}

#[test]
#[ignore = "needs etcd"]
fn changes_of_different_fields_are_published_together() {
    let author = Author::new();
    let base = author.release(&author.bundle("base", "[network]\nmax_connections = 500\n", "a.nix"), "alice", &[]);
    let theirs = author.bundle("theirs", "[network]\nmax_connections = 600\n", "b.nix");
    author.publish(&theirs, "bob@ci", &["--commit", "b0b"]).success();
    let mine = author.bundle("mine", "[network]\nmax_connections = 500\nlisten_port = 9001\n", "c.nix");
    let printed = author.publish(&mine, "carol@ci", &["--base", &base]).success();
    assert_eq!(
        normalized(&printed.out()),
        "✓ gate     1 bundle admitted\n\
         ✓ rebase   on release DIGEST by bob@ci at DATE TIME UTC, commit b0b\n           their production: network.max_connections\n\
         ✓ store    release DIGEST, 1 bundle new\n\
         ✓ publish  revision 13\n           all: DIGEST → DIGEST\n\
         \n\
         production\n  network.listen_port  8334 → 9001  (c.nix:7:5)\n\
         release DIGEST is published\n"
    );
    let config = author.published_config();
    assert!(config.contains("max_connections = 600") && config.contains("listen_port = 9001"), "{config}");
    // The value that was taken keeps its place.
    assert!(config.contains("b.nix") && config.contains("c.nix"), "{config}");
    let history = author.history();
    assert_eq!(history[0]["action"], "rebase");
    let reason = history[0]["reason"].as_str().unwrap();
    assert!(reason.contains("bob@ci") && reason.contains("b0b"), "{reason}");
}

#[test]
#[ignore = "needs etcd"]
fn changes_of_one_field_are_a_conflict_with_both_authors_and_places() {
    let author = Author::new();
    let base = author.release(&author.bundle("base", "[network]\nmax_connections = 500\n", "a.nix"), "alice", &[]);
    author.publish(&author.bundle("theirs", "[network]\nmax_connections = 600\n", "b.nix"), "bob@ci", &[]).success();
    let before = author.etcd.dump();
    let mine = author.bundle("mine", "[network]\nmax_connections = 700\n", "c.nix");
    let arguments = ["--base", &base, "--commit", "ca401"];
    let printed = author.publish(&mine, "carol@ci", &arguments).code(1);
    assert_eq!(
        normalized(&printed.out()),
        "\nproduction: both changed network.max_connections\n  \
         theirs  500 → 600  b.nix:7:5, by bob@ci at DATE TIME UTC\n  \
         mine    500 → 700  c.nix:7:5, by carol@ci at DATE TIME UTC, commit ca401\n\
         nothing was published: take their changes into the configuration, and publish again\n"
    );
    let arguments = [&arguments[..], &["--format", "json"]].concat();
    let document: Json = serde_json::from_str(&author.publish(&mine, "carol@ci", &arguments).code(1).out()).unwrap();
    assert_eq!(
        document["conflicts"],
        json!([{
            "bundle": "production", "path": "/network/max_connections", "base": 500,
            "theirs": { "value": 600, "origin": "b.nix:7:5" }, "mine": { "value": 700, "origin": "c.nix:7:5" },
        }])
    );
    assert_eq!(author.etcd.dump(), before);
    // The same value from both is no conflict.
    let same = author.bundle("same", "[network]\nmax_connections = 600\nlisten_port = 9001\n", "c.nix");
    author.publish(&same, "carol@ci", &["--base", &base]).success();
}

#[test]
#[ignore = "needs etcd"]
fn authors_who_publish_at_the_same_time_lose_nothing() {
    let author = Author::new();
    let base = author.release(&author.bundle("base", "", "a.nix"), "alice", &[]);
    let fields = ["max_connections = 77", "listen_port = 9077", "max_packet_size = 7777"];
    let bundles: Vec<PathBuf> = fields
        .iter()
        .enumerate()
        .map(|(number, field)| author.bundle(&format!("author-{number}"), &format!("[network]\n{field}\n"), "n.nix"))
        .collect();
    let commands = bundles.iter().map(|bundle| author.publish_command(bundle, "one@ci", &["--base", &base]));
    let children: Vec<_> = commands.map(|mut command| command.stdout(Stdio::null()).spawn().unwrap()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let config = author.published_config();
    for field in fields {
        assert!(config.contains(field), "{field}: {config}");
    }
    assert_eq!(author.history().len(), 4);
}

#[test]
#[ignore = "needs etcd"]
fn a_rebase_that_needs_a_signature_needs_a_key() {
    let author = Author::new();
    let base = author.release(&author.bundle("base", "", "a.nix"), "alice", &[]);
    author.publish(&author.bundle("theirs", "[network]\nmax_connections = 600\n", "b.nix"), "bob", &[]).success();
    let mine = author.bundle("mine", "[network]\nlisten_port = 9001\n", "c.nix");
    let in_folder = |arguments: &[&str]| {
        let mut command = confgate!();
        command.args(arguments).current_dir(author.folder.path());
        command.assert().success().out()
    };
    in_folder(&["sign", "mine/production", "--key-file", "config.example.org-1.key"]);
    let key = in_folder(&["key", "public", "config.example.org-1.key"]);
    let publish = |source: &PathBuf, more: &[&str]| {
        let mut command = author.command(&["publish", "--trusted-public-key", key.trim()]);
        command.arg(source).args(more);
        command.assert()
    };
    let printed = publish(&mine, &["--base", &base]).code(1).out();
    assert!(
        printed.starts_with("\nproduction was rebased on the changes of bob at ")
            && printed.ends_with(
                ", and its signature is one of the bundle before; give --key-file, or take their changes into the \
                 configuration\n"
            ),
        "{printed}"
    );
    // Without a rebase, the signature beside the bundle is enough.
    publish(&mine, &[]).success();
    let unsigned = author.bundle("unsigned", "[network]\nlisten_port = 9002\n", "c.nix");
    let message = publish(&unsigned, &[]).code(2).err();
    assert_eq!(
        message,
        format!(
            "error: no signature beside {}; sign it with --key-file, or name the signature with --signature\n",
            unsigned.display()
        )
    );
}

#[test]
#[ignore = "needs etcd"]
fn a_fleet_is_published_by_node() {
    let author = Author::new();
    let fleet = |folder: &str, nodes: &[(&str, &str)]| {
        let path = author.folder.path().join(folder);
        for (name, config) in nodes {
            Bundle { name, config, ..Default::default() }.write(&path.join(name));
        }
        path
    };
    let connections = |number: u32| format!("[network]\nmax_connections = {number}\n");
    let (one, two, three) = (connections(101), connections(102), connections(103));
    let base = author.release(&fleet("base", &[("n1", &one), ("n2", &one), ("n3", &one)]), "alice", &[]);
    author.publish(&fleet("theirs", &[("n1", &two), ("n2", &one), ("n3", &one)]), "bob", &[]).success();
    let mine = fleet("mine", &[("n1", &one), ("n2", &three), ("n3", &one), ("n4", &one)]);
    let printed = author.publish(&mine, "carol", &["--base", &base]).success().out();
    assert!(printed.contains("           their bundle of n1\n"), "{printed}");
    assert!(printed.contains("n2\n  network.max_connections  101 → 103\n"), "{printed}");
    let release = author.pointer()["release"].as_str().unwrap().to_owned();
    let index = author.etcd.ctl(&["get", "--print-value-only", &format!("/confgate/bitcraps/releases/{release}")]);
    let index: Json = serde_json::from_str(&index).unwrap();
    assert_eq!(index["nodes"].as_object().unwrap().keys().collect::<Vec<_>>(), ["n1", "n2", "n3", "n4"]);
    // One changes a node that the other removes.
    let removed = fleet("removed", &[("n1", &one), ("n2", &one)]);
    let other = fleet("other", &[("n1", &two), ("n2", &one), ("n3", &three)]);
    author.publish(&other, "bob", &["--base", &release]).success();
    let printed = author.publish(&removed, "carol", &["--base", &base]).code(1).out();
    let end = " removed it; take their change into the configuration, and publish again\n";
    assert!(printed.starts_with("\nn3: bob at ") && printed.ends_with(end), "{printed}");
    let single = author.bundle("single", "", "a.nix");
    let printed = author.publish(&single, "carol", &["--base", &base]).code(1).out();
    assert!(printed.contains(" has a bundle for each node, and this one one bundle for all nodes; "), "{printed}");
}

#[test]
#[ignore = "needs etcd"]
fn a_rejected_bundle_and_one_of_another_service_store_nothing() {
    let author = Author::new();
    let invalid = author.bundle("invalid", "[network]\nmax_connections = 0\n", "a.nix");
    let printed = author.publish(&invalid, "alice", &[]).code(1).out();
    assert!(printed.starts_with("\nproduction: rejected by the gate\n"), "{printed}");
    assert!(printed.contains("network.max_connections"), "{printed}");
    let directory = author.folder.path().join("relay");
    Bundle { name: "relay", model: Some("relay"), ..Default::default() }.write(&directory);
    let printed = author.publish(&directory, "alice", &[]).code(1).out();
    assert_eq!(printed, "\nrelay: the bundle is for relay, and the program for bitcraps\n");
    assert!(author.etcd.dump().is_empty());
}

#[test]
#[ignore = "needs etcd"]
fn a_release_is_stored_alone_or_for_waves() {
    let author = Author::new();
    let bundle = author.bundle("one", "", "a.nix");
    let printed = author.publish(&bundle, "alice", &["--store-only"]).success().out();
    assert!(
        normalized(&printed).ends_with("– publish  skipped (--store-only)\n\nrelease DIGEST is stored\n"),
        "{printed}"
    );
    assert_eq!(author.etcd.ctl(&["get", "--prefix", "/confgate/bitcraps/rollout/"]), "");
    let printed = author.publish(&bundle, "alice", &["--wave", "canary", "--wave", "10%"]).success().out();
    assert!(printed.contains("10%: none → ") && printed.contains("canary: none → "), "{printed}");
}

#[test]
#[ignore = "needs etcd"]
fn no_secret_is_in_the_store() {
    let author = Author::new();
    let plain = format!("[database]\nurl = 'postgresql://node:{CANARY}@db/bitcraps'\n");
    let printed = author.publish(&author.bundle("plain", &plain, "a.nix"), "alice", &[]).code(1);
    assert!(!printed.text().contains(CANARY), "{}", printed.text());
    assert!(author.etcd.dump().is_empty());
    let reference = "[database]\nurl = 'postgresql://node:${SECRET_DB_PASSWORD}@db/bitcraps'\n";
    let bundle = author.bundle("reference", reference, "a.nix");
    author.publish_command(&bundle, "alice", &[]).env("SECRET_DB_PASSWORD", CANARY).assert().success();
    let dump = String::from_utf8(author.etcd.dump()).unwrap();
    assert!(dump.contains("${SECRET_DB_PASSWORD}") && !dump.contains(CANARY));
    let key = fs::read_to_string(author.folder.path().join("config.example.org-1.key")).unwrap();
    assert!(!dump.contains(key.split_once(':').unwrap().1.trim()));
}

#[test]
#[ignore = "needs etcd"]
fn garbage_in_the_store_is_named_and_left_alone() {
    let author = Author::new();
    let bundle = author.bundle("one", "", "a.nix");
    let pointer = "/confgate/bitcraps/rollout/all";
    author.etcd.ctl(&["put", pointer, "garbage"]);
    let printed = author.publish(&bundle, "alice", &[]).code(1).out();
    assert_eq!(
        printed,
        format!(
            "\n{pointer}: not a pointer to a release: expected value at line 1 column 1; remove the key, and publish again\n"
        )
    );
    assert_eq!(author.etcd.ctl(&["get", "--prefix", "/", "--keys-only"]).trim(), pointer);
    author.etcd.ctl(&["del", pointer]);
    author.publish(&bundle, "alice", &[]).success();
    author.etcd.ctl(&["put", "/confgate/bitcraps/history/9", "{}"]);
    let printed = author.command(&["fleet", "history"]).assert().code(1).out();
    let first = printed.lines().next().unwrap();
    assert!(first.contains("invalid: /confgate/bitcraps/history/9: not an entry of the history: "), "{printed}");
    assert!(printed.contains("publish by alice"), "{printed}");
}

#[test]
#[ignore = "needs etcd"]
fn a_store_that_does_not_answer_is_an_error_of_the_command() {
    let mut author = Author::new();
    author.etcd.kill(0);
    let bundle = author.bundle("one", "", "a.nix");
    let printed = author.publish(&bundle, "alice", &["--etcd-timeout", "1s"]).code(2);
    let begin = format!("error: cannot reach etcd at {}: ", author.etcd.to());
    assert!(printed.err().starts_with(&begin), "{}", printed.err());
    assert_eq!(printed.out(), "");
    let mut forgotten = confgate!();
    let printed = forgotten.arg("fleet").assert().code(2);
    assert_eq!(
        printed.err(),
        "error: fleet needs a command: diff, history, override, page, recommend, serve or status\n"
    );
}
