//! Output of Confgate checked by other programs: two validators of JSON Schema, the meta-schema, and the schema of SARIF.
//!
//! The programs are searched for in `target/peers`, where `benches/peers install` puts them, and on the PATH. A test
//! without its program is skipped with a message.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use confgate::bitcraps::Config;
use confgate::toml;
use confgate::{Environment, Gate};
use confgate_test_support::{confgate, root};
use serde_json::Value as Json;

/// Returns the path of a program, or prints that it is not installed.
fn program(name: &str) -> Option<PathBuf> {
    let own = root().join("target/peers/bin").join(name);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::iter::once(own).chain(std::env::split_paths(&path).map(|folder| folder.join(name)));
    let found = found.into_iter().find(|program| program.is_file());
    if found.is_none() {
        eprintln!("skipped: {name} is not installed");
    }
    found
}

/// Asserts that `judge` accepts the defaults of every environment, and rejects them with a value out of bounds: a validator
/// that accepts everything proves nothing.
fn hold_before(judge: impl Fn(&Path) -> Output) {
    let gate = Gate::of::<Config>();
    let folder = tempfile::tempdir().unwrap();
    for environment in Environment::ALL {
        let file = folder.path().join(format!("{environment}.toml"));
        let text = toml::write(&gate.defaults(environment)).unwrap();
        fs::write(&file, &text).unwrap();
        let output = judge(&file);
        assert!(output.status.success(), "{environment}: {}", printed(&output));
        fs::write(&file, text.replace("max_players_per_game = 8", "max_players_per_game = 0")).unwrap();
        let output = judge(&file);
        assert!(!output.status.success(), "{environment}, out of bounds: {}", printed(&output));
    }
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn schema_file() -> PathBuf {
    root().join("modules/schema.json")
}

#[test]
fn check_jsonschema_admits_the_rendered_defaults_of_every_environment() {
    let Some(program) = program("check-jsonschema") else { return };
    hold_before(|file| Command::new(&program).arg("--schemafile").arg(schema_file()).arg(file).output().unwrap());
}

#[test]
fn taplo_admits_the_rendered_defaults_of_every_environment() {
    let Some(program) = program("taplo") else { return };
    let schema = format!("file://{}", schema_file().display());
    hold_before(|file| Command::new(&program).args(["check", "--schema", &schema]).arg(file).output().unwrap());
}

#[test]
fn check_jsonschema_finds_the_schema_valid_under_its_meta_schema() {
    let Some(program) = program("check-jsonschema") else { return };
    let output = Command::new(program).arg("--check-metaschema").arg(schema_file()).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
}

#[test]
fn check_jsonschema_finds_the_compose_file_of_a_fleet_valid() {
    let Some(program) = program("check-jsonschema") else { return };
    let file = root().join("examples/compose.yaml");
    let judge = |file: &Path| {
        Command::new(&program).args(["--builtin-schema", "vendor.compose-spec"]).arg(file).output().unwrap()
    };
    let output = judge(&file);
    assert!(output.status.success(), "{}", printed(&output));
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("compose.yaml");
    fs::write(&wrong, fs::read_to_string(file).unwrap().replace("read_only: true", "read_only: [yes]")).unwrap();
    assert!(!judge(&wrong).status.success());
}

#[test]
fn the_schema_is_valid_under_the_meta_schema_that_it_names() {
    let schema: Json = serde_json::from_slice(&fs::read(schema_file()).unwrap()).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    if let Err(error) = jsonschema::meta::validate(&schema) {
        panic!("{error} at {}", error.instance_path());
    }
}

/// Returns the log of a check of the whole corpus.
fn sarif_log() -> Json {
    let output = confgate!().current_dir(root()).args(["check", "--format", "sarif", "tests/corpus"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_sarif_log_is_valid_under_the_schema_of_sarif() {
    let file = root().join("target/peers/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    let Ok(text) = fs::read_to_string(&file) else {
        eprintln!("skipped: the schema of SARIF is not installed");
        return;
    };
    // One pattern of the published schema, for the language of messages, has a superfluous bracket.
    let schema: Json = serde_json::from_str(&text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let log = sarif_log();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_result_of_the_sarif_log_names_a_rule_that_is_described_and_a_place_in_a_file() {
    let log = sarif_log();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 100, "{} results", results.len());
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()), "{result}");
        for location in result["locations"].as_array().unwrap() {
            let physical = &location["physicalLocation"];
            assert!(physical["artifactLocation"]["uri"].is_string(), "{result}");
            let region = &physical["region"];
            let place = |line: &str, column: &str| (region[line].as_u64().unwrap(), region[column].as_u64().unwrap());
            let (start, end) = (place("startLine", "startColumn"), place("endLine", "endColumn"));
            assert!(start >= (1, 1) && end >= start, "{result}");
        }
    }
}
