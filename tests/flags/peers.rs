//! The packages of OpenFeature that tests run beside Confgate: those that `benches/peers install` puts into `target/peers`.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use confgate_test_support::root;
use serde_json::{Value as Json, json};

/// The folder of the packages.
pub fn peers() -> PathBuf {
    root().join("target/peers")
}

/// Returns a command of Node.js that runs a script of this folder with the packages.
pub fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(root().join("tests/flags").join(script)).env("PEERS", peers());
    command
}

/// Evaluates all flags of a configuration in each context with npm's flagd-core. The schema of flagd must admit the configuration.
pub fn flagd_core(configuration: &Json, contexts: &[Json]) -> Vec<Json> {
    let answer = answer(configuration, contexts);
    assert_eq!(answer["complaints"], json!([]), "the schema of flagd rejects the configuration");
    answer["results"].as_array().unwrap().clone()
}

/// Returns the complaints of flagd's schema about a configuration. Npm's flagd-core has the schema as a compiled validator.
pub fn complaints(configuration: &Json) -> Vec<Json> {
    answer(configuration, &[])["complaints"].as_array().unwrap().clone()
}

fn answer(configuration: &Json, contexts: &[Json]) -> Json {
    let mut child = node("peer.mjs").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let request = json!({ "configuration": configuration, "contexts": contexts }).to_string();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(request.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "node failed");
    serde_json::from_slice(&output.stdout).unwrap()
}
