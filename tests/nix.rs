//! The flake on a real Nix: builds, refusals, and rebuilds after an edit.
//!
//! These need Nix and the static binary, which `make test` brings; `CONFGATE_NIX` names the Nix to use. Run alone:
//! `scripts/nix --prepare && cargo test --test nix -- --ignored`.

#[path = "nix/mistakes.rs"]
mod mistakes;
#[path = "nix/rollouts.rs"]
mod rollouts;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use confgate::bitcraps::Config;
use confgate::value::Format;
use confgate::{Environment, Gate, Source};
use confgate_test_support::nix::{in_store, nix, printed};
use confgate_test_support::{cargo_bin, confgate, root};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const ENVIRONMENTS: [&str; 4] = ["development", "production", "staging", "testing"];

/// Copies the project to a git repository of its own with the same binary, for a test to edit.
fn scratch() -> TempDir {
    let folder = TempDir::new().unwrap();
    let tracked = Command::new("git").current_dir(root()).args(["ls-files", "-z"]).output().unwrap();
    for name in String::from_utf8(tracked.stdout).unwrap().split_terminator('\0') {
        let (from, to) = (root().join(name), folder.path().join(name));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
    let stub = folder.path().join("target/nixpkgs");
    fs::create_dir_all(&stub).unwrap();
    for name in ["flake.nix", "confgate"] {
        fs::copy(root().join("target/nixpkgs").join(name), stub.join(name)).unwrap();
    }
    for arguments in [&["init", "--quiet"][..], &["add", "--all"]] {
        assert!(Command::new("git").current_dir(folder.path()).args(arguments).status().unwrap().success());
    }
    folder
}

fn edit(file: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(old), "{old:?} is not in {}", file.display());
    fs::write(file, text.replacen(old, new, 1)).unwrap();
}

/// Evaluates an attribute of each bundle, by name.
fn of_bundles(folder: &Path, attribute: &str) -> BTreeMap<String, String> {
    let apply = format!("packages: builtins.mapAttrs (_: package: package.{attribute}) packages");
    let text = printed(nix(folder, &["eval", "--json", ".#packages.x86_64-linux", "--apply", &apply]));
    let mut all: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
    all.retain(|name, _| ENVIRONMENTS.contains(&name.as_str()));
    all
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn every_claim_about_composing_modules_holds() {
    let message = printed(nix(&root(), &["eval", "--impure", "--raw", "-f", "tests/nix/default.nix"]));
    assert!(message.starts_with("ok: "), "{message}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn configurations_over_shared_modules_are_those_of_the_same_modules_alone() {
    let message = printed(nix(&root(), &["eval", "--impure", "--raw", "-f", "tests/nix/shared.nix"]));
    assert!(message.starts_with("ok: "), "{message}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn infinite_recursion_is_left_to_the_words_of_nix() {
    let project = scratch();
    let file = project.path().join("config/testing.nix");
    fs::write(&file, "{ config, ... }: { network.listen_port = config.network.listen_port + 1; }\n").unwrap();
    let built = nix(project.path(), &["build", ".#testing", "--no-link"]);
    let message = String::from_utf8(built.stderr).unwrap();
    assert!(!built.status.success());
    assert!(message.contains("infinite recursion encountered"), "{message}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn every_environment_is_built_checked_and_described() {
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("result");
    printed(nix(&root(), &["build", ".#configs", "-o", link.to_str().unwrap()]));
    for name in ENVIRONMENTS {
        let bundle = in_store(&link).join(name);
        let bundle = in_store(&bundle);
        let config = fs::read(bundle.join("config.toml")).unwrap();
        let checked = confgate!().arg("check").arg(bundle.join("config.toml")).arg("--deny=warnings").output().unwrap();
        assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stdout));
        let manifest: Json = serde_json::from_slice(&fs::read(bundle.join("manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["name"], name);
        assert_eq!(manifest["environment"].as_str().map(str::to_lowercase).as_deref(), Some(name));
        assert_eq!(manifest["digests"]["settings"], sha256(&config));
        assert_eq!(manifest["digests"]["schema"], sha256(&fs::read(root().join("modules/schema.json")).unwrap()));
        for (file, digest) in manifest["digests"]["sources"].as_object().unwrap() {
            assert_eq!(*digest, sha256(&fs::read(root().join(file)).unwrap()), "{file}");
        }
        let origins: BTreeMap<String, Json> =
            serde_json::from_slice(&fs::read(bundle.join("origins.json")).unwrap()).unwrap();
        for (pointer, written) in &origins {
            let place = &written["set"][0];
            let source = fs::read_to_string(root().join(place["file"].as_str().unwrap())).unwrap();
            let line = source.lines().nth(place["line"].as_u64().unwrap() as usize - 1).unwrap();
            let key = pointer.split('/').rfind(|step| step.parse::<usize>().is_err()).unwrap();
            assert!(line.contains(key), "{pointer} is not at {place}: {line}");
        }
    }
    printed(nix(&root(), &["build", ".#configs", "--rebuild", "--no-link"]));
    for name in ENVIRONMENTS {
        printed(nix(&root(), &["build", &format!(".#{name}"), "--rebuild", "--no-link"]));
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn the_flake_passes_its_own_checks() {
    printed(nix(&root(), &["flake", "check"]));
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn an_edit_of_one_environment_rebuilds_that_one_alone() {
    let project = scratch();
    let before = of_bundles(project.path(), "drvPath");
    edit(&project.path().join("config/production.nix"), "max_connections = 5000", "max_connections = 4000");
    let after = of_bundles(project.path(), "drvPath");
    let changed: Vec<&String> = before.keys().filter(|name| before[*name] != after[*name]).collect();
    assert_eq!(changed, ["production"]);
    fs::write(project.path().join("README.md"), "something else\n").unwrap();
    assert_eq!(of_bundles(project.path(), "drvPath"), after, "what is no config rebuilds nothing");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_wrong_value_fails_the_build_with_its_line_in_the_module() {
    let project = scratch();
    let file = project.path().join("config/production.nix");
    edit(&file, "max_connections = 5000", "max_connections = 0");
    let text = fs::read_to_string(&file).unwrap();
    let line = text.lines().position(|line| line.contains("max_connections = 0")).unwrap() + 1;
    let column = text.lines().nth(line - 1).unwrap().find("max_connections").unwrap() + 1;
    let built = nix(project.path(), &["build", ".#production", "--no-link"]);
    assert!(!built.status.success());
    let message = String::from_utf8(built.stderr).unwrap();
    // Nix indents the end of a log.
    let log: Vec<&str> = message.lines().filter_map(|line| line.trim_start().strip_prefix("> ")).collect();
    let source = text.lines().nth(line - 1).unwrap();
    let marks = format!("  │ {}{} set here", " ".repeat(column - 1), "^".repeat("max_connections".len()));
    assert_eq!(
        log[..6],
        [
            "error: network.max_connections must be at least 1, and is 0             network/max_connections",
            &format!("  ┌─ config/production.nix:{line}:{column}"),
            &format!("{line:<2}│ {source}"),
            &marks,
            "  = default in Production: 1000",
            "  = help: maximum number of peers; 1 to 10000",
        ],
        "{message}"
    );
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_fleet_has_for_each_node_the_bundle_that_it_would_have_alone() {
    let folder = TempDir::new().unwrap();
    let (fleet, alone) = (folder.path().join("fleet"), folder.path().join("alone"));
    printed(nix(&root(), &["build", ".#fleet", "-o", fleet.to_str().unwrap()]));
    let fleet = in_store(&fleet);
    assert_eq!(fs::read_dir(&fleet).unwrap().count(), 12);
    let node = r#"
        let
          flake = builtins.getFlake "git+file://ROOT";
          fleet = import (flake + "/config/fleet.nix");
          node = fleet.nodes.fra2;
        in
        (import (flake + "/modules") { }).mkBundle {
          name = "fra2";
          inherit (node) environment;
          modules = fleet.common ++ builtins.concatMap (tag: fleet.tags.${tag}) node.tags ++ node.modules;
          specialArgs.node = { name = "fra2"; inherit (node) tags; };
          root = "${flake}";
          confgate = (builtins.getFlake "path:ROOT/target/nixpkgs").legacyPackages.x86_64-linux.confgate;
        }"#;
    let node = node.replace("ROOT", root().to_str().unwrap());
    printed(nix(&root(), &["build", "--impure", "--expr", &node, "-o", alone.to_str().unwrap()]));
    for file in ["config.toml", "origins.json", "manifest.json"] {
        let (of_fleet, of_node) = (fs::read(fleet.join("fra2").join(file)), fs::read(in_store(&alone).join(file)));
        assert_eq!(String::from_utf8(of_fleet.unwrap()), String::from_utf8(of_node.unwrap()), "{file}");
    }
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_bundle_is_built_in_each_format_and_means_the_same() {
    let folder = TempDir::new().unwrap();
    let bundle = r#"
        (import ROOT/modules { }).mkBundle {
          environment = "staging";
          modules = [ { network.listen_port = 4000; app.name = "no"; } ];
          format = "FORMAT";
          confgate = (builtins.getFlake "path:ROOT/target/nixpkgs").legacyPackages.x86_64-linux.confgate;
        }"#;
    let bundle = bundle.replace("ROOT", root().to_str().unwrap());
    let build = |format: &str| {
        let link = folder.path().join(format);
        let expression = bundle.replace("FORMAT", format);
        nix(&root(), &["build", "--impure", "--expr", &expression, "-o", link.to_str().unwrap()])
    };
    let gate = Gate::of::<Config>();
    let trees = Format::ALL.map(|format| {
        let extension = format.extensions()[0];
        printed(build(extension));
        let file = in_store(&folder.path().join(extension)).join(format!("config.{extension}"));
        let source = Source::in_format(format, "config", fs::read_to_string(file).unwrap());
        let outcome = gate.check(&source, Environment::Staging);
        assert!(outcome.report.admits(), "{}", outcome.report);
        confgate::value::json::write(&outcome.tree)
    });
    assert_eq!((&trees[0]["network"]["listen_port"], &trees[0]["app"]["name"]), (&Json::from(4000), &Json::from("no")));
    assert!(trees.iter().all(|tree| *tree == trees[0]));
    let refused = build("yml");
    assert!(!refused.status.success());
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(message.contains("mkBundle: `format` is the unknown format `yml`; did you mean `yaml`?"), "{message}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_wrong_node_refuses_the_fleet_under_its_name() {
    let project = scratch();
    let file = project.path().join("config/fleet.nix");
    edit(&file, "worker_threads = 16", "worker_threads = 1600");
    edit(&file, "listen_port = 8433", "listen_port = 9090");
    let built = nix(project.path(), &["build", ".#fleet", "--no-link", "--print-build-logs"]);
    assert!(!built.status.success());
    let log = String::from_utf8(built.stderr).unwrap();
    let message: Vec<&str> = log.lines().filter_map(|line| line.strip_prefix("fleet> ")).collect();
    assert_eq!(
        (message[0], message[message.len() - 1]),
        ("node fra1:", "refused 2 of 12 configs in Production: 2 errors, 0 warnings"),
        "{log}"
    );
    assert!(message.iter().any(|line| line.starts_with("error: app.worker_threads must be at most 256, and is 1600")));
    assert!(message.contains(&"node fra2:"), "{log}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_fleet_with_a_tag_or_a_name_that_cannot_be_is_not_evaluated() {
    for (old, new, expected) in [
        (
            r#"ams1 = node [ "europe" ]"#,
            r#"ams1 = node [ "eurpe" ]"#,
            "the node `ams1` has the unknown tag `eurpe`; did you mean `europe`?",
        ),
        ("ams1 = node", "\"ams/1\" = node", "config/fleet.nix:22:7: the node `ams/1` has an invalid name"),
    ] {
        let project = scratch();
        edit(&project.path().join("config/fleet.nix"), old, new);
        let built = nix(project.path(), &["build", ".#fleet", "--no-link"]);
        let message = String::from_utf8(built.stderr).unwrap();
        let is_placed = message.contains("config/fleet.nix:");
        assert!(!built.status.success() && is_placed && message.contains(expected), "{message}");
    }
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn the_flake_of_the_readme_builds_a_bundle() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```nix\n").unwrap();
    let (flake, _) = rest.split_once("```").unwrap();
    let project = TempDir::new().unwrap();
    fs::write(project.path().join("flake.nix"), flake).unwrap();
    fs::write(project.path().join("production.nix"), "{ network.listen_port = 8400; }\n").unwrap();
    let confgate = format!("git+file://{}", root().display());
    let stub = format!("path:{}", root().join("target/nixpkgs").display());
    let flake = format!("path:{}#production", project.path().display());
    let link = project.path().join("result");
    let inputs = ["--override-input", "confgate", &confgate, "--override-input", "confgate/nixpkgs", &stub];
    let build = ["build", &flake, "-o", link.to_str().unwrap(), "--no-write-lock-file"];
    printed(
        Command::new(root().join("scripts/nix")).env("CONFGATE_BARE", "1").args(build).args(inputs).output().unwrap(),
    );
    let config = fs::read_to_string(in_store(&link).join("config.toml")).unwrap();
    assert!(config.contains("listen_port = 8400\n"), "{config}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn two_versions_of_nix_give_the_same_store_paths() {
    if std::env::var("CONFGATE_NIX").is_ok_and(|nix| nix != "nix") {
        let other = Command::new(root().join("scripts/nix"))
            .env("CONFGATE_NIX", "nix")
            .args(["eval", "--json", ".#packages.x86_64-linux", "--apply"])
            .arg("packages: builtins.mapAttrs (_: package: package.outPath) packages")
            .output()
            .unwrap();
        let mut other: BTreeMap<String, String> = serde_json::from_str(&printed(other)).unwrap();
        other.retain(|name, _| ENVIRONMENTS.contains(&name.as_str()));
        assert_eq!(of_bundles(&root(), "outPath"), other);
    }
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn changes_between_two_revisions_are_printed_as_markdown() {
    let project = scratch();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@example.net"];
        let done = Command::new("git").current_dir(project.path()).args(identity).args(arguments).status().unwrap();
        assert!(done.success(), "{arguments:?}");
    };
    git(&["commit", "--quiet", "-m", "old"]);
    edit(&project.path().join("config/production.nix"), "max_connections = ", "max_connections = 1 + ");
    // The script's Nix, with the binary of this test in place of nixpkgs.
    let folder = project.path().join("target");
    let stub = folder.join("nixpkgs");
    // scripts/nix reads the same variable.
    let program = format!(
        "#!/bin/sh\nshift 2\nexec env CONFGATE_NIX={} CONFGATE_BARE=1 CONFGATE_FOLDER={} {} \"$@\" --override-input nixpkgs \
         path:{} --no-write-lock-file\n",
        std::env::var("CONFGATE_NIX").unwrap_or("nix".to_owned()),
        project.path().display(),
        root().join("scripts/nix").display(),
        stub.display(),
    );
    fs::write(folder.join("nix"), program).unwrap();
    fs::set_permissions(folder.join("nix"), fs::Permissions::from_mode(0o755)).unwrap();
    let program = cargo_bin("confgate");
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let diff = |arguments: &[&str]| {
        let mut script = Command::new(root().join("scripts/flake-diff"));
        script.current_dir(project.path()).env("PATH", &path).args(arguments);
        script.env("CONFGATE_NIX", folder.join("nix")).output().unwrap()
    };
    let text = printed(diff(&["HEAD"]));
    assert!(text.starts_with("### Config: "), "{text}");
    assert!(text.contains("| `network.max_connections` |"), "{text}");
    let page = printed(diff(&["--format", "html", "--links", "https://git.test/{file}#L{line}", "HEAD"]));
    assert!(
        page.contains("<code>old</code>") && page.contains("href=\"https://git.test/config/production.nix#L"),
        "{page}"
    );
    let help = printed(diff(&["--help"]));
    assert!(help.starts_with("usage: flake-diff ") && help.contains("--format html OLD [NEW]"), "{help}");
    let same = printed(diff(&["HEAD", "HEAD"]));
    assert!(same.starts_with("### Config: 0 of "), "{same}");
    for (arguments, expected) in [
        (&["nowhere"][..], "nowhere not found: write a git revision, a flake with its output (.#fleet) or a folder"),
        (&[][..], "usage: flake-diff [--output NAME] [--format FORMAT] [--links ADDRESS] OLD [NEW]"),
        (&["--color", "never", "HEAD"][..], "usage: flake-diff "),
        (&["--output=nothing", "HEAD"][..], "cannot build HEAD"),
        (&["--format", "yaml", "HEAD"][..], "unknown format yaml: write one of markdown, html, json and human"),
    ] {
        let refused = diff(arguments);
        let message = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{message}");
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn the_expression_of_the_docs_builds_without_flakes() {
    let page = fs::read_to_string(root().join("docs/flake.md")).unwrap();
    let (_, rest) = page.split_once("<!-- without flakes -->").unwrap();
    let (_, rest) = rest.split_once("```nix\n").unwrap();
    let (expression, _) = rest.split_once("```").unwrap();
    let project = TempDir::new().unwrap();
    let at = |name: &str| project.path().join(name);
    fs::create_dir(at("npins")).unwrap();
    fs::create_dir(at("nixpkgs")).unwrap();
    // nixpkgs with the binary of this test, in place of what the overlay builds from source.
    let nixpkgs = format!(
        "{{ overlays }}:\nlet\n  stub = builtins.getFlake \"path:{}\";\nin\nassert builtins.length overlays == 1;\n\
         assert (builtins.head overlays) {{ }} {{ }} ? bitcraps;\nstub.legacyPackages.x86_64-linux\n",
        root().join("target/nixpkgs").display()
    );
    fs::write(at("nixpkgs/default.nix"), nixpkgs).unwrap();
    // The tracked files alone, as npins fetches them: Nix copies the whole folder into its store.
    let prefix = format!("--prefix={}/", at("confgate").display());
    let copied = Command::new("git").args(["checkout-index", "--all", &prefix]).current_dir(root()).status().unwrap();
    assert!(copied.success());
    fs::write(at("npins/default.nix"), "{ nixpkgs = ../nixpkgs; confgate = ../confgate; }\n").unwrap();
    fs::write(at("default.nix"), expression).unwrap();
    fs::write(at("production.nix"), "{ network.listen_port = 8400; }\n").unwrap();
    let file = at("default.nix");
    let link = at("result");
    let build = ["build", "--impure", "-f", file.to_str().unwrap(), "-o", link.to_str().unwrap()];
    printed(Command::new(root().join("scripts/nix")).env("CONFGATE_BARE", "1").args(build).output().unwrap());
    let config = fs::read_to_string(in_store(&link).join("config.toml")).unwrap();
    assert!(config.contains("listen_port = 8400\n"), "{config}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_package_stands_for_the_schema_that_it_builds() {
    // A path, as in `passthru.jsonschema`, and a package whose output is the schema.
    let schema = root().join("tests/nix/nixos/lamp/schema.json");
    for file in
        [schema.display().to_string(), format!("{{ type = \"derivation\"; outPath = \"{}\"; }}", schema.display())]
    {
        let expression = format!(
            "(((import {}/modules {{ }}).forSchema {file}).evaluate {{ environment = \"Production\"; modules = \
             [ {{ room = \"hall\"; }} ]; }}).config.listen.port",
            root().display()
        );
        let port = printed(nix(&root(), &["eval", "--impure", "--expr", &expression]));
        assert_eq!(port.trim(), "7000", "{file}");
    }
}
