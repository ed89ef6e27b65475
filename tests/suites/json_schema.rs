//! JSON-Schema-Test-Suite: `tests/suites/json-schema/README.md` describes it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use confgate_builder::{SchemaFiles, SchemaMap};
use confgate_core::gate::Gate;
use confgate_core::value::Source;
use confgate_test_support::root;
use libtest_mimic::{Failed, Trial};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// The drafts, and their meta-schemas.
const DRAFTS: [(&str, &str); 2] = [
    ("draft7", "http://json-schema.org/draft-07/schema#"),
    ("draft2020-12", "https://json-schema.org/draft/2020-12/schema"),
];

/// A schema of the suite and its cases.
#[derive(Deserialize)]
struct Group {
    description: String,
    schema: Json,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    description: String,
    data: Json,
    valid: bool,
}

/// The cases in which Confgate decides otherwise.
#[derive(Deserialize)]
struct Disagreements {
    disagreement: Vec<Disagreement>,
}

#[derive(Deserialize)]
struct Disagreement {
    reason: String,
    cases: Vec<String>,
}

/// Returns the tests of all files.
pub fn trials() -> Vec<Trial> {
    let folder = folder();
    let text = fs::read_to_string(folder.join("disagreements.toml")).unwrap();
    let listed: Disagreements = toml::from_str(&text).unwrap();
    let listed = Arc::new(listed);
    let mut names = BTreeSet::new();
    let mut trials = Vec::new();
    for (draft, meta_schema) in DRAFTS {
        for file in files(&folder.join(draft)) {
            let name = file.strip_prefix(&folder).unwrap().display().to_string();
            names.insert(name.clone());
            let listed = listed.clone();
            trials.push(Trial::test(format!("json-schema/{name}"), move || run(&file, &name, meta_schema, &listed)));
        }
    }
    trials.push(Trial::test("json-schema/disagreements_are_of_files_and_have_reasons", move || {
        for Disagreement { reason, cases } in &listed.disagreement {
            assert!(!reason.is_empty());
            for case in cases {
                assert!(names.iter().any(|name| case.starts_with(&format!("{name}: "))), "{case}");
            }
        }
        Ok(())
    }));
    trials
}

fn folder() -> PathBuf {
    root().join("tests/suites/json-schema")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Runs the cases of a file, and compares those that disagree with the list.
fn run(file: &Path, name: &str, meta_schema: &str, listed: &Disagreements) -> Result<(), Failed> {
    let groups: Vec<Group> = serde_json::from_str(&fs::read_to_string(file)?)?;
    let (mut decided, mut disagreeing) = (BTreeSet::new(), Vec::new());
    for group in &groups {
        for case in &group.tests {
            let Some(text) = toml_of(&case.data) else { continue };
            let id = format!("{name}: {}: {}", group.description, case.description);
            let admits = admits(&group.schema, meta_schema, &text, case.data.is_object());
            if admits != Ok(case.valid) {
                let is = admits.map_or_else(|error| error, |admits| format!("admits: {admits}\n{text}"));
                disagreeing.push((id.clone(), is));
            }
            decided.insert(id);
        }
    }
    let of_file = |case: &&String| case.strip_prefix(name).is_some_and(|rest| rest.starts_with(": "));
    let expected: BTreeSet<&String> = listed.disagreement.iter().flat_map(|it| &it.cases).filter(of_file).collect();
    let found: BTreeSet<&String> = disagreeing.iter().map(|(id, _)| id).collect();
    let mut words = String::new();
    for (id, is) in disagreeing.iter().filter(|(id, _)| !expected.contains(id)) {
        words.push_str(&format!("{id:?},\n{is}\n"));
    }
    for id in expected.difference(&found) {
        let problem =
            if decided.contains(*id) { "agrees, and is in the list" } else { "is not a case that TOML can hold" };
        words.push_str(&format!("{id:?} {problem}\n"));
    }
    if words.is_empty() { Ok(()) } else { Err(words.into()) }
}

/// Decides on a file with the value; the error is that of the schema.
fn admits(schema: &Json, meta_schema: &str, text: &str, is_table: bool) -> Result<bool, String> {
    let folder = TempDir::new().unwrap();
    let maps = [SchemaMap::new("http://localhost:1234/", self::folder().join("remotes"))];
    let mut schema = schema.clone();
    if let Json::Object(keywords) = &mut schema {
        keywords.entry("$schema").or_insert_with(|| json!(meta_schema));
    }
    if !is_table || !schema.is_object() {
        fs::write(folder.path().join("value.json"), schema.to_string()).unwrap();
        let reference = json!({ "$ref": "value.json" });
        schema = if is_table {
            json!({ "$schema": meta_schema, "allOf": [reference] })
        } else {
            json!({ "$schema": meta_schema, "properties": { "value": reference } })
        };
    }
    let path = folder.path().join("schema.json");
    let loaded = SchemaFiles::load(schema, &path, &maps, |source| Gate::of_schema(source));
    let gate = loaded.map_err(|error| error.to_string())?.gate;
    Ok(gate.check(&Source::new("case.toml", text), None).report.admits())
}

/// Writes the value as a file; `None` if TOML cannot hold it.
fn toml_of(data: &Json) -> Option<String> {
    let table = if data.is_object() { data.clone() } else { json!({ "value": data }) };
    is_in_toml(&table).then(|| toml::to_string(&toml::Value::try_from(table).unwrap()).unwrap())
}

fn is_in_toml(data: &Json) -> bool {
    match data {
        Json::Null => false,
        Json::Number(number) => {
            number.is_i64()
                || number.is_f64() && number.as_f64().is_some_and(|float| !is_integer_of_json(number, float))
        }
        Json::Array(list) => list.iter().all(is_in_toml),
        Json::Object(object) => object.values().all(is_in_toml),
        _ => true,
    }
}

/// Tells whether a number is written as an integer in the suite, and is a float because it is beyond 64 bits.
fn is_integer_of_json(number: &serde_json::Number, float: f64) -> bool {
    float.abs() >= 9.0e18 && !number.to_string().contains('.') || float.abs() > 1.0e300
}
