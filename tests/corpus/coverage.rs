//! The corpus as a whole: a case for every rule, and for every keyword of the schema.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use confgate_test_support::{confgate, root};
use serde_json::Value;

use crate::case::{Case, Input};
use crate::check::check;

/// Codes of the gate itself, beside the rules of a model.
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

/// Keywords that every value satisfies.
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

pub fn the_corpus_has_every_rule_and_every_keyword_of_the_schema() {
    let mut missing = Vec::new();

    let cases = Case::all();
    let texts = cases.iter().flat_map(|case| ["admitted.txt", "refused.txt"].map(|file| case.read(file)));
    let printed: String = texts.flatten().collect();
    let rules = json(confgate!().args(["rules", "--format", "json"]).output().unwrap());
    let rules = rules.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap());
    let absent = rules.chain(OWN_RULES.iter().copied()).filter(|rule| !printed.contains(rule));
    missing.extend(absent.map(|rule| format!("no case breaks the rule {rule}")));

    let schema: Value = serde_json::from_slice(&fs::read(root().join("modules/schema.json")).unwrap()).unwrap();
    let mut wanted = BTreeSet::new();
    keywords(&schema, &mut wanted);
    let mut broken = BTreeSet::new();
    for case in cases.iter().filter(|case| matches!(case.input, Input::File(_))) {
        let schema = if case.file("schema.json").exists() { &Value::Null } else { &schema };
        let report = json(check(case, "json"));
        for diagnostic in report["configs"][0]["findings"].as_array().unwrap() {
            let Some(keyword) = diagnostic["keyword"].as_str() else { continue };
            broken.insert(keyword.to_owned());
            // The schema at the place of the diagnostic has the name of the type or format.
            let steps: Vec<&str> = diagnostic["path"].as_str().unwrap().split('/').skip(1).collect();
            broken.extend(at(schema, &steps).into_iter().filter_map(|part| with_value(keyword, part)));
        }
    }
    missing.extend(wanted.difference(&broken).map(|keyword| format!("no case breaks the keyword {keyword}")));

    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

fn json(output: Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Collects the keywords of a schema that a value can break, each type and each format as a keyword of its own.
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

/// Returns the parts of a schema that apply to the value at a path.
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
