//! The corpus: configs that are refused and configs that are admitted, each with all that `confgate check` says of it.
//!
//! A case is a folder with `config.toml`, `expected.txt`, and where needed `schema.json` (checked against that instead
//! of the bundled model) and `arguments` (more arguments, one a line). Cases with `config.nix` are built by Nix instead
//! (`tests/nix.rs`). `UPDATE=1` writes what is said now; the difference is then for a person to read.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use support::{cases, compare_all, confgate, root};

fn check(case: &Path) -> Output {
    check_as(case, "human")
}

fn check_as(case: &Path, format: &str) -> Output {
    let mut command = confgate();
    command.current_dir(case).args(["check", "config.toml", "--format", format]);
    if case.join("schema.json").exists() {
        command.args(["--schema", "schema.json"]);
    }
    if let Ok(arguments) = fs::read_to_string(case.join("arguments")) {
        command.args(arguments.lines());
    }
    command.output().unwrap()
}

#[test]
fn what_is_wrong_is_refused_with_the_whole_expected_message() {
    compare_all("tests/refused", "config.toml", 1, check);
}

#[test]
fn what_is_good_is_admitted_with_the_expected_warnings() {
    compare_all("tests/admitted", "config.toml", 0, check);
}

#[test]
fn a_file_of_one_endless_line_is_refused_in_a_few() {
    let long = "x".repeat(1 << 18);
    let folder = tempfile::tempdir().unwrap();
    for text in [
        format!("[app]\nname = \"{long}\"\n"),
        format!("[app]\n{long} = 1\n"),
        format!("[{long}]\na = 1\n"),
        format!("[app]\nname = {long}\n"),
        format!("x = {}", "[".repeat(1 << 18)),
        format!("{}x = 1", "a.".repeat(1 << 16)),
    ] {
        fs::write(folder.path().join("config.toml"), text).unwrap();
        let output = check(folder.path());
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.len() < 4000 && output.stderr.is_empty(), "{output:?}");
    }
}

/// What the gate says on its own account, beside the rules of a model.
const OWN_RULES: &[&str] = &[
    "environment/agrees",
    "profiles/restart",
    "schema/deprecated",
    "schema/retired-key",
    "schema/unknown-key",
    "toml/syntax",
    "version/newer",
    "version/older",
];

/// Keywords that no value can fail to keep.
const NEVER_BROKEN: &[&str] = &[
    "$schema",
    "title",
    "description",
    "deprecated",
    "default",
    "examples",
    "enumDescriptions",
    "patternErrorMessage",
    "items",
    "properties",
];

#[test]
fn the_corpus_has_every_rule_and_every_keyword_of_the_schema() {
    let mut missing = Vec::new();

    let said: String = all_cases("expected.txt").iter().map(|case| read(&case.join("expected.txt"))).collect();
    let rules = json(confgate().args(["rules", "--format", "json"]).output().unwrap());
    let rules = rules.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap());
    let unsaid = rules.chain(OWN_RULES.iter().copied()).filter(|rule| !said.contains(rule));
    missing.extend(unsaid.map(|rule| format!("no case breaks the rule {rule}")));

    let schema: Value = serde_json::from_str(&read(&root().join("modules/schema.json"))).unwrap();
    let mut wanted = BTreeSet::new();
    keywords(&schema, &mut wanted);
    let mut broken = BTreeSet::new();
    for case in all_cases("config.toml") {
        let schema = if case.join("schema.json").exists() { &Value::Null } else { &schema };
        let report = json(check_as(&case, "json"));
        for diagnostic in report["configs"][0]["findings"].as_array().unwrap() {
            let Some(keyword) = diagnostic["keyword"].as_str() else { continue };
            broken.insert(keyword.to_owned());
            // Which of the types and formats it was, the schema says at the place of the diagnostic.
            let steps: Vec<&str> = diagnostic["path"].as_str().unwrap().split('/').skip(1).collect();
            broken.extend(at(schema, &steps).into_iter().filter_map(|part| with_value(keyword, part)));
        }
    }
    missing.extend(wanted.difference(&broken).map(|keyword| format!("no case breaks the keyword {keyword}")));

    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

fn all_cases(file: &str) -> Vec<PathBuf> {
    [cases("tests/refused", file), cases("tests/admitted", file)].concat()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap()
}

fn json(output: Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every keyword in a schema that a value can fail to keep; of types and formats each one by itself.
fn keywords(schema: &Value, found: &mut BTreeSet<String>) {
    let Some(object) = schema.as_object() else { return };
    for (keyword, value) in object {
        if !NEVER_BROKEN.contains(&keyword.as_str()) && !keyword.starts_with("x-") {
            found.insert(with_value(keyword, schema).unwrap_or_else(|| keyword.clone()));
        }
        match keyword.as_str() {
            "properties" => value.as_object().unwrap().values().for_each(|property| keywords(property, found)),
            "oneOf" | "anyOf" => value.as_array().unwrap().iter().for_each(|part| keywords(part, found)),
            "items" => keywords(value, found),
            _ => {}
        }
    }
}

fn with_value(keyword: &str, schema: &Value) -> Option<String> {
    let value = schema[keyword].as_str().filter(|_| ["type", "format"].contains(&keyword))?;
    Some(format!("{keyword}: {value}"))
}

/// The parts of a schema that speak of the value at a path.
fn at<'s>(schema: &'s Value, steps: &[&str]) -> Vec<&'s Value> {
    let alternatives = ["oneOf", "anyOf"].iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    let mut found: Vec<&Value> = alternatives.flat_map(|part| at(part, steps)).collect();
    match steps.split_first() {
        None => found.push(schema),
        Some((step, rest)) => {
            let parts = [schema["properties"].get(step), schema.get("items")];
            found.extend(parts.into_iter().flatten().flat_map(|part| at(part, rest)));
        }
    }
    found
}
