//! The NixOS module, and the options made from a schema.
//!
//! These need Nix, the static binary and a copy of nixpkgs' lib, whose folder `NIXPKGS_LIB` names; without the last they are
//! skipped with a message. NixOS itself is not needed: the options that the module writes to are declared by
//! `tests/nix/nixos/machine.nix`. Run alone:
//! `scripts/nix --prepare && NIXPKGS_LIB=… cargo test --test nixos -- --ignored`.

/// Skips a test that needs nixpkgs' lib where the lib is missing.
macro_rules! needs_lib {
    ($test:literal) => {
        if !has_lib($test) {
            return;
        }
    };
}

mod evaluator;
mod flake;
mod refused;
mod resolved;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use confgate_test_support::golden::{cases, compare};
use confgate_test_support::nix::{in_store, nix, printed};
use confgate_test_support::units::unit_file;
use confgate_test_support::{confgate, root};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

const FOLDER: &str = "tests/nix/nixos";

/// Returns true if nixpkgs' lib is available, and prints a message otherwise.
fn has_lib(test: &str) -> bool {
    let has = std::env::var_os("NIXPKGS_LIB").is_some_and(|lib| !lib.is_empty());
    if !has {
        eprintln!("skipped: {test} (NIXPKGS_LIB does not name a copy of nixpkgs' lib)");
    }
    has
}

fn evaluated(file: &str, attribute: &str) -> Json {
    let file = format!("{FOLDER}/{file}");
    let actual = printed(nix(&root(), &["eval", "--impure", "--json", "-f", &file, attribute]));
    serde_json::from_str(&actual).unwrap()
}

fn build(file: &str, attribute: &str, more: &[&str]) -> Output {
    let file = format!("{FOLDER}/{file}");
    nix(&root(), &[&["build", "--impure", "--print-build-logs", "-f", &file, attribute], more].concat())
}

/// Removes the parts of a text that differ between machines: hashes of the store, and the path of the project.
fn without_places(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("/nix/store/") {
        plain.push_str(before);
        plain.push_str("/nix/store/");
        rest = match after.get(..32) {
            Some(hash) if hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                plain.push('…');
                &after[32..]
            }
            _ => after,
        };
    }
    plain.push_str(rest);
    plain.replace(&format!("{}/", root().display()), "")
}

/// Compares a text with a file of `golden/`, or writes the file when `UPDATE` is set.
fn compare_golden(name: &str, actual: &str, wrong: &mut String) {
    let file = root().join(FOLDER).join("golden").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, actual).unwrap();
    } else if fs::read_to_string(&file).unwrap_or_default() != actual {
        let _ = writeln!(wrong, "--- golden/{name} says something else than\n{actual}");
    }
}

fn machines() -> BTreeMap<String, Json> {
    match evaluated("machines.nix", "") {
        Json::Object(machines) => machines.into_iter().collect(),
        other => panic!("{other}"),
    }
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn machines_have_the_unit_files_and_assertions_of_their_golden_files() {
    needs_lib!("units of NixOS machines");
    let mut wrong = String::new();
    for (name, machine) in machines() {
        let text = serde_json::to_string_pretty(&machine).unwrap();
        compare_golden(&format!("machines/{name}.json"), &(without_places(&text) + "\n"), &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Puts `/bin/true` in place of the programs of a unit, which are not on this machine.
fn with_local_programs(unit: &str) -> String {
    let lines = unit.lines().map(|line| match line.split_once('=') {
        Some((key, command)) if key.starts_with("Exec") => {
            let arguments = command.split_once(' ').map_or("", |(_, arguments)| arguments);
            format!("{key}=/bin/true {arguments}")
        }
        _ => line.to_owned(),
    });
    lines.fold(String::new(), |file, line| file + &line + "\n")
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn systemd_has_nothing_to_say_on_the_unit_and_calls_it_safe() {
    needs_lib!("units before systemd-analyze");
    let Ok(version) = Command::new("systemd-analyze").arg("--version").output() else {
        eprintln!("skipped: units before systemd-analyze (systemd-analyze is not installed)");
        return;
    };
    // `systemd 252 (252.31-1~deb12u1)`
    let version = String::from_utf8(version.stdout).unwrap();
    let version: u32 = version.split_whitespace().nth(1).unwrap().parse().unwrap();
    let folder = TempDir::new().unwrap();
    let mut units = 0;
    for (machine, made) in machines() {
        for (name, unit) in made["units"].as_object().unwrap() {
            let file = folder.path().join(&machine).join(format!("{name}.service"));
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, with_local_programs(&unit_file(unit))).unwrap();
            let analyze = |arguments: &[&str]| {
                let analyzed = Command::new("systemd-analyze").args(arguments).arg(&file).output().unwrap();
                let actual = String::from_utf8([analyzed.stdout, analyzed.stderr].concat()).unwrap();
                (analyzed.status.success(), actual)
            };
            let (verified, actual) = analyze(&["verify", "--man=no"]);
            // Known from systemd 253.
            let is_newer = |line: &&str| line.ends_with("Failed to parse service type, ignoring: notify-reload");
            let own: Vec<&str> = actual
                .lines()
                .filter(|line| line.contains(&format!("{name}.service")) && !(is_newer(line) && version < 253))
                .collect();
            assert!(verified && own.is_empty(), "{machine}: {actual}");
            // Tenths: 25 is an exposure of 2.5.
            let (safe, actual) = analyze(&["security", "--offline=true", "--threshold=25"]);
            assert!(safe, "{machine}: {actual}");
            units += 1;
        }
    }
    assert!(units > 10, "{units}");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn a_field_changes_the_trigger_of_its_class_and_nothing_else() {
    needs_lib!("reload and restart triggers");
    // The kinds of sockets of a process are fixed when it starts.
    let beside: BTreeMap<&str, &[&str]> =
        BTreeMap::from([("network.enable_bluetooth", &["serviceConfig.RestrictAddressFamilies"][..])]);
    let fields = evaluated("triggers.nix", "changed");
    let fields = fields.as_object().unwrap();
    assert!(fields.len() > 130, "{}", fields.len());
    for (name, field) in fields {
        let trigger = format!("{}Triggers", if field["reload"] == "restart" { "restart" } else { "reload" });
        let mut expected = vec![trigger.as_str()];
        expected.extend_from_slice(beside.get(name.as_str()).copied().unwrap_or_default());
        assert_eq!(field["changes"], Json::from(expected), "{name}");
    }
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn a_new_confgate_or_a_moved_line_touches_no_unit() {
    needs_lib!("units and new versions of Confgate");
    assert_eq!(evaluated("triggers.nix", "untouched"), Json::Array(Vec::new()));
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn every_value_that_the_triggers_were_tried_with_is_one_that_the_gate_admits() {
    needs_lib!("values of the trigger tests");
    let built = build("triggers.nix", "admitted", &["--no-link"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn no_option_takes_a_value_of_another_type() {
    needs_lib!("types of options");
    assert_eq!(evaluated("triggers.nix", "taken"), Json::Array(Vec::new()));
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn options_mean_what_evaluate_makes_of_the_same_modules() {
    needs_lib!("parity of options");
    let result = evaluated("parity.nix", "");
    let differences: Vec<&str> = result["differences"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let (sets, refused) = (result["sets"].as_u64().unwrap(), result["refused"].as_u64().unwrap());
    assert!(sets - refused >= 200 && refused >= 20, "{sets} sets, {refused} refused");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn every_way_to_wrap_a_definition_means_the_same_as_in_nixpkgs() {
    needs_lib!("parity of composing");
    let actual = printed(nix(&root(), &["eval", "--impure", "--raw", "-f", "tests/nix/parity.nix"]));
    assert!(actual.starts_with("ok: "), "{actual}");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn options_made_from_a_schema_are_those_that_one_would_write_for_it() {
    needs_lib!("parity of options with those written by hand");
    let result = evaluated("combinations.nix", "");
    let differences: Vec<&str> = result["differences"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn integers_that_nix_cannot_hold_are_described_and_not_read() {
    needs_lib!("options with integers beyond those of Nix");
    let result = evaluated("beyond.nix", "");
    assert_eq!(result["types"], json!(["signed integer", "signed integer", "signed integer"]));
    let quota = "`2` in Testing, 18446744073709551615 in Production";
    assert_eq!(result["texts"], json!(["18446744073709551615", quota]));
    assert_eq!(result["thrown"], json!([true, true, false, false]));
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn a_service_with_another_schema_gets_a_module_and_a_checked_config() {
    needs_lib!("a NixOS module for another service");
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("result");
    printed(build("lamp.nix", "built", &["-o", link.to_str().unwrap()]));
    let config = fs::read(in_store(&in_store(&link).join("lamp")).join("config.json")).unwrap();
    let mut config: Json = serde_json::from_slice(&config).unwrap();
    // An optional field without a value is null as an option, and absent from the file.
    config["brightness"] = Json::Null;
    config["scenes"]["party"] = Json::from(1);
    assert_eq!(config, evaluated("lamp.nix", "settings"));
}

/// Shortens whole floats as some versions of Nix do: `60.0` becomes `60`.
fn with_short_floats(text: &str) -> String {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let words = text.split(' ').map(|word| match word.strip_suffix(".0") {
        Some(whole) if is_number(whole) => whole,
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn options_are_documented_without_a_word_on_the_chosen_environment() {
    needs_lib!("documentation of options");
    let mut wrong = String::new();
    let mut table = String::new();
    for option in evaluated("documentation.nix", "").as_array().unwrap() {
        let text = |key: &str| with_short_floats(&option[key].as_str().unwrap_or_default().replace('\n', " "));
        assert!(!text("description").trim().is_empty(), "{option} is not described");
        let _ = writeln!(table, "{}: {}", text("name"), text("type"));
        for key in ["default", "example"] {
            if !text(key).is_empty() {
                let _ = writeln!(table, "  {key}: {}", text(key));
            }
        }
        for line in option["description"].as_str().unwrap().trim().lines().filter(|line| !line.is_empty()) {
            let _ = writeln!(table, "  {line}");
        }
    }
    compare_golden("options.txt", &table, &mut wrong);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn the_test_of_a_virtual_machine_evaluates_as_far_as_it_can() {
    needs_lib!("the test of a virtual machine");
    let parse = Command::new("nix-instantiate").arg("--parse").arg(root().join(FOLDER).join("vm.nix")).output();
    if let Ok(parse) = parse {
        printed(parse);
    }
    let mut wrong = String::new();
    let text = serde_json::to_string_pretty(&evaluated("vm-parts.nix", "")).unwrap();
    compare_golden("vm.json", &(without_places(&text) + "\n"), &mut wrong);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
#[ignore = "needs Nix and nixpkgs' lib: `make test` runs it"]
fn the_page_on_nixos_shows_what_is_really_said() {
    needs_lib!("the page on NixOS");
    let page = fs::read_to_string(root().join("docs/nixos.md")).unwrap();
    let block = |after: &str, language: &str| -> String {
        let (_, rest) = page.split_once(after).unwrap();
        let (_, rest) = rest.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let folder = TempDir::new().unwrap();
    let file: PathBuf = folder.path().join("configuration.nix");
    fs::write(&file, block("<!-- machine: refused -->", "nix")).unwrap();
    let expression = format!(
        "let m = import {}/machine.nix; in builtins.head (m.machine [ m.bitcraps {} ]).config.system.checks",
        root().join(FOLDER).display(),
        file.display()
    );
    let built = nix(&root(), &["build", "--impure", "--no-link", "--print-build-logs", "--expr", &expression]);
    let actual = refused::refusal(&String::from_utf8(built.stderr).unwrap());
    let shown = actual.replace(&format!("{}/", folder.path().display()), "/etc/nixos/");
    let expected = block("<!-- said: refused -->", "text");
    assert_eq!(shown, without_empty_lines(&expected));
}

fn without_empty_lines(text: &str) -> String {
    text.lines().filter(|line| !line.is_empty()).fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{line}");
        all
    })
}
