//! The registry of codes: each example brings its code and no other, every code that a command prints is registered, and
//! the page, `explain` and SARIF say what the registry says.
#![cfg(feature = "live")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use confgate::diagnostics::codes::{self, Example};
use confgate_test_support::{confgate, root};
use serde_json::Value as Json;

/// All source files below `folder` that name no code but in tests: the code itself uses the constants of the registry.
fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let is_registry = path.file_stem().is_some_and(|name| name == "codes");
        if path.is_dir() && !is_registry {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_registry {
            found.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// Runs the example of a code in a folder of its own, with `more` arguments.
fn run(example: &Example, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in example.files() {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let line = example.command().unwrap();
    let words = || line.split(' ');
    let variables = words().map_while(|word| word.split_once('='));
    let arguments = words().skip_while(|word| *word != "confgate").skip(1);
    let mut command = confgate!();
    command.current_dir(folder.path()).envs(variables).args(arguments).args(more).output().unwrap()
}

/// The codes of a JSON report.
fn reported(output: &Output) -> BTreeSet<String> {
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    let configs = report["configs"].as_array().unwrap().iter();
    let diagnostics = configs.flat_map(|config| config["findings"].as_array().unwrap());
    diagnostics.map(|diagnostic| diagnostic["rule"].as_str().unwrap().to_owned()).collect()
}

/// The registered codes in a text.
fn named(text: &str) -> BTreeSet<String> {
    text.split_whitespace().filter(|word| codes::is_registered(word)).map(str::to_owned).collect()
}

/// Tells whether a case of the corpus has these files and brings these codes.
fn is_case(case: &Path, files: &[(&str, &str)], only: &BTreeSet<String>) -> bool {
    let read = |name: &str| fs::read_to_string(case.join(name)).unwrap_or_default();
    files.iter().all(|(name, text)| read(name).trim() == *text)
        && named(&(read("refused.txt") + &read("admitted.txt"))) == *only
}

#[test]
fn every_example_brings_its_code_and_no_other() {
    let mut all = String::new();
    for folder in ["src", "crates", "tests"] {
        sources(&root().join(folder), &mut all);
    }
    let mut all_cases = Vec::new();
    cases(&root().join("tests"), &mut all_cases);
    for code in codes::ALL {
        let only = BTreeSet::from([code.name.to_owned()]);
        match code.example {
            Example::Check { .. } => assert_eq!(reported(&run(&code.example, &["--format", "json"])), only),
            Example::Command { .. } => {
                let output = run(&code.example, &[]);
                let said = [output.stdout, output.stderr].concat();
                assert_eq!(named(&String::from_utf8_lossy(&said)), only, "{}", String::from_utf8_lossy(&said));
            }
            // The test of the corpus builds it.
            Example::Nix { files } => {
                assert!(all_cases.iter().any(|case| is_case(case, files, &only)), "{}", code.name)
            }
            Example::Described(_) => assert!(all.contains(code.name), "no test asserts {}", code.name),
        }
    }
}

#[test]
fn the_level_of_a_code_is_that_of_its_example() {
    for code in codes::ALL.iter().chain([&codes::FIELD, &codes::RULE]) {
        let Example::Check { .. } = code.example else { continue };
        let report: Json = serde_json::from_slice(&run(&code.example, &["--format", "json"]).stdout).unwrap();
        let level = &report["configs"][0]["findings"][0]["severity"];
        // In TOML, plain text is a warning.
        let wanted = if *code == codes::SECRETS_NO_PLAIN_TEXT { "warning" } else { code.level.name() };
        assert_eq!(level, wanted, "{}", code.name);
    }
}

#[test]
fn the_families_have_examples_of_a_field_and_of_a_rule() {
    let only = |example: &Example| reported(&run(example, &["--format", "json"]));
    assert_eq!(only(&codes::FIELD.example), BTreeSet::from(["port".to_owned()]));
    assert_eq!(only(&codes::RULE.example), BTreeSet::from(["game/bets-ordered".to_owned()]));
}

/// The folders below `folder` that hold a case of the corpus.
fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if ["admitted.txt", "refused.txt"].iter().any(|name| path.join(name).exists()) {
            found.push(path);
        } else if path.is_dir() {
            cases(&path, found);
        }
    }
}

#[test]
fn every_code_and_keyword_of_the_corpus_is_registered() {
    let rules: Json =
        serde_json::from_slice(&confgate!().args(["rules", "--format", "json"]).output().unwrap().stdout).unwrap();
    let of_model: Vec<&str> = rules.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    let mut all = Vec::new();
    cases(&root().join("tests"), &mut all);
    all.retain(|case| case.join("config.toml").exists());
    assert!(all.len() > 200, "{} cases", all.len());
    let (mut fields, mut seen) = (0, BTreeSet::new());
    for case in all {
        let mut command = confgate!();
        command.current_dir(&case).args(["check", "config.toml", "--format", "json"]);
        if case.join("schema.json").exists() {
            command.args(["--schema", "schema.json"]);
        }
        let arguments = fs::read_to_string(case.join("arguments")).unwrap_or_default();
        // A case about another format has the diagnostics of one in this format.
        if arguments.lines().any(|argument| argument == "--format") {
            continue;
        }
        command.args(arguments.lines());
        let report: Json = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        for diagnostic in report["configs"][0]["findings"].as_array().unwrap() {
            let rule = diagnostic["rule"].as_str().unwrap();
            if let Some(keyword) = diagnostic["keyword"].as_str() {
                assert!(codes::KEYWORDS.iter().any(|known| known.name == keyword), "{keyword}: {}", case.display());
            }
            if codes::is_registered(rule) || of_model.contains(&rule) {
                seen.insert(rule.to_owned());
                continue;
            }
            let steps = diagnostic["path"].as_str().unwrap().split('/').skip(1);
            let keys: Vec<String> = steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
            let without_indices: Vec<&String> = keys.iter().filter(|key| key.parse::<usize>().is_err()).collect();
            let is_field = rule.split('/').eq(keys.iter().flat_map(|key| key.split('/')))
                || rule.split('/').eq(without_indices.iter().flat_map(|key| key.split('/')));
            assert!(is_field, "{rule} is neither registered nor the field of {diagnostic}");
            fields += 1;
        }
    }
    assert!(fields > 100 && seen.len() > 20, "{fields} fields, {seen:?}");
}

#[test]
fn the_keywords_are_sorted_and_stand_once() {
    assert!(codes::KEYWORDS.is_sorted_by(|a, b| a.name < b.name));
}

#[test]
fn the_committed_page_of_codes_is_what_the_registry_says() {
    let output = confgate!().args(["docs", "--codes"]).output().unwrap();
    let now = String::from_utf8(output.stdout).unwrap();
    let file = root().join("docs/codes.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &now).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == now, "docs/codes.md is not what the program prints: run `make docs`");
    for code in codes::ALL {
        assert!(now.contains(&format!("\n### `{}`\n", code.name)), "{}", code.name);
    }
}

#[test]
fn a_sarif_log_describes_its_rules_in_the_words_of_the_registry() {
    let output = run(&codes::SCHEMA_DEPRECATED.example, &["--format", "sarif"]);
    let log: Json = serde_json::from_slice(&output.stdout).unwrap();
    let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
    let code = codes::SCHEMA_DEPRECATED;
    assert_eq!(rule["id"], code.name);
    assert_eq!(rule["shortDescription"]["text"], code.what);
    assert_eq!(rule["fullDescription"]["text"], code.why);
    assert_eq!(rule["help"]["text"], code.fix);
    assert_eq!(rule["defaultConfiguration"]["level"], "warning");
    let output = run(&codes::RULE.example, &["--format", "sarif"]);
    let log: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        log["runs"][0]["tool"]["driver"]["rules"][0]["shortDescription"]["text"],
        "min_bet must not exceed max_bet"
    );
}

/// Runs `explain` and returns its exit code and the text of both streams.
fn explain(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = confgate!().current_dir(folder.path()).arg("explain").args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn explain_prints_the_entry_of_a_code_and_of_a_rule() {
    for code in codes::ALL {
        let (status, said) = explain(&[code.name]);
        assert_eq!(status, Some(0));
        assert!(said.starts_with(&format!("{} ({})\n", code.name, code.level.name())), "{said}");
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [code.what, code.why, code.fix] {
            assert!(words.contains(text), "{text}: {said}");
        }
        assert!(code.example.command().is_none_or(|command| said.contains(&format!("$ {command}\n"))), "{said}");
    }
    let (status, said) = explain(&["game/bets-ordered"]);
    assert_eq!(status, Some(0));
    assert!(said.starts_with("game/bets-ordered (error)\n\n  min_bet must not exceed max_bet\n"), "{said}");
    assert!(said.contains("\n  reads game.min_bet, game.max_bet\n"), "{said}");
    let (status, said) = explain(&["toml/syntax", "--format", "json"]);
    let entry: Json = serde_json::from_str(&said).unwrap();
    assert_eq!((status, entry["what"].as_str()), (Some(0), Some(codes::TOML_SYNTAX.what)));
    assert_eq!(entry["example"]["command"], "confgate check config.toml");
}

#[test]
fn explain_takes_the_code_of_a_field_and_suggests_a_code_for_one_that_is_unknown() {
    let (status, said) = explain(&["network/max_connections"]);
    assert_eq!(status, Some(0));
    assert!(said.starts_with("network.max_connections = 50\n"), "{said}");
    for (wrong, meant) in [
        ("schema/unkown-key", "schema/unknown-key"),
        ("game/bets-orderd", "game/bets-ordered"),
        ("network/max_conections", "network/max_connections"),
    ] {
        assert_eq!(explain(&[wrong]), (Some(2), format!("error: unknown code {wrong}: did you mean {meant}?\n")));
    }
    let (_, said) = explain(&["some/thing-else-entirely"]);
    assert_eq!(said, "error: unknown code some/thing-else-entirely; docs/codes.md lists all codes\n");
}
