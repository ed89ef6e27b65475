//! A runner of the action of GitHub: the steps of `action.yml` with their conditions, inputs and outputs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::{Printed, confgate, program, root};
use serde_json::Value as Json;

/// A finished run.
#[derive(Debug, Default)]
pub struct ActionRun {
    /// Exit code of the first step that failed, or 0.
    pub code: i32,
    /// The output of all steps.
    pub text: String,
    pub summary: String,
    /// The outputs of the action.
    pub outputs: BTreeMap<String, String>,
    /// The inputs of the steps that are actions of others, by their names without versions.
    pub used: BTreeMap<String, BTreeMap<String, String>>,
}

/// Runs the action in a folder, with the program under test on the path.
pub fn run(folder: &Path, given: &[(&str, &str)]) -> ActionRun {
    let action = action();
    let temp = folder.join("runner");
    fs::create_dir_all(&temp).unwrap();
    fs::write(temp.join("summary"), "").unwrap();
    let mut values = BTreeMap::new();
    for (name, input) in action["inputs"].as_object().unwrap() {
        values.insert(format!("inputs.{name}"), input["default"].as_str().unwrap().to_owned());
    }
    for (name, value) in given {
        assert!(values.insert(format!("inputs.{name}"), (*value).to_owned()).is_some(), "unknown input {name}");
    }
    let mut done = ActionRun::default();
    for step in action["runs"]["steps"].as_array().unwrap() {
        let condition = step["if"].as_str().unwrap_or_default();
        if !holds(condition, &values) || done.code != 0 && !condition.contains("always()") {
            continue;
        }
        if let Some(name) = step["uses"].as_str() {
            let name = name.split('@').next().unwrap().to_owned();
            done.used.insert(name, strings(&step["with"], &values));
            continue;
        }
        let output = temp.join("output");
        fs::write(&output, "").unwrap();
        let assert = command_of(step, &temp).current_dir(folder).envs(strings(&step["env"], &values)).assert();
        done.text += &assert.text();
        if done.code == 0 {
            done.code = assert.exit_code();
        }
        let id = step["id"].as_str().unwrap_or_default();
        for (name, value) in fs::read_to_string(&output).unwrap().lines().filter_map(|line| line.split_once('=')) {
            values.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
    }
    done.outputs = action["outputs"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, output)| (name.clone(), substituted(output["value"].as_str().unwrap(), &values)))
        .collect();
    done.summary = fs::read_to_string(temp.join("summary")).unwrap();
    done
}

/// Reads the file of the action.
fn action() -> Json {
    let schema = tempfile::NamedTempFile::new().unwrap();
    fs::write(schema.path(), "{}").unwrap();
    let mut command = confgate!();
    command.arg("render").arg(root().join("action.yml")).args(["--to", "json", "--schema"]).arg(schema.path());
    serde_json::from_str(&command.assert().code(0).out()).unwrap()
}

/// Returns the command of a script, as the shell `bash` of a workflow runs it.
fn command_of(step: &Json, temp: &Path) -> Command {
    assert_eq!(step["shell"], "bash");
    let script: PathBuf = temp.join("script.sh");
    fs::write(&script, step["run"].as_str().unwrap()).unwrap();
    let program = program!();
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
        .arg(script)
        .env("PATH", format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap()))
        .env("GITHUB_ACTION_PATH", root())
        .env("GITHUB_OUTPUT", temp.join("output"))
        .env("GITHUB_STEP_SUMMARY", temp.join("summary"))
        .env("RUNNER_TEMP", temp);
    command
}

/// Returns the entries of a table, with their expressions evaluated.
fn strings(table: &Json, values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let entries = table.as_object().into_iter().flatten();
    entries.map(|(name, value)| (name.clone(), substituted(value.as_str().unwrap(), values))).collect()
}

/// Replaces a text that is an expression by its value.
fn substituted(text: &str, values: &BTreeMap<String, String>) -> String {
    let expression = text.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}"));
    let Some(expression) = expression else {
        assert!(!text.contains("${{"), "{text}");
        return text.to_owned();
    };
    values.get(expression).cloned().unwrap_or_default()
}

/// Evaluates a condition: comparisons with texts, joined by `&&`.
fn holds(condition: &str, values: &BTreeMap<String, String>) -> bool {
    condition.split(" && ").filter(|part| !part.is_empty() && *part != "always()").all(|part| {
        let is_equal = part.contains(" == ");
        let (name, text) = part.split_once(if is_equal { " == " } else { " != " }).unwrap();
        let text = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap();
        (values.get(name).map_or("", String::as_str) == text) == is_equal
    })
}
