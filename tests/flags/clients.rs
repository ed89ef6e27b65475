//! OpenFeature's own clients, unmodified, against the agent.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use confgate_test_support::root;
use serde_json::{Value as Json, json};

use crate::peers::{node, peers};
use crate::support::{FLAGS, place, start, write_flags};

/// Runs a client, and returns the JSON that it prints.
fn printed(command: &mut Command) -> Json {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

/// Returns value, variant, reason and error of a result.
fn result(json: &Json, name: &str) -> [Json; 4] {
    let result = &json[name];
    let text = |field: &str| result[field].as_str().map_or(Json::Null, |text| json!(text));
    [result["value"].clone(), text("variant"), text("reason"), text("errorCode")]
}

/// Asserts the results that all clients have in common.
fn assert_results(json: &Json) {
    let layout = json!({ "columns": 3, "dense": true });
    assert_eq!(result(json, "pro"), [json!(true), json!("on"), json!("TARGETING_MATCH"), json!(null)]);
    assert_eq!(result(json, "free"), [json!(false), json!("off"), json!("DEFAULT"), json!(null)]);
    assert_eq!(result(json, "text"), [json!("Good day"), json!("long"), json!("TARGETING_MATCH"), json!(null)]);
    assert_eq!(result(json, "number"), [json!(10), json!("low"), json!("STATIC"), json!(null)]);
    assert_eq!(result(json, "object"), [layout, json!("wide"), json!("STATIC"), json!(null)]);
    assert_eq!(result(json, "split")[2], json!("TARGETING_MATCH"));
    assert_eq!(result(json, "absent"), [json!(true), json!(null), json!("ERROR"), json!("FLAG_NOT_FOUND")]);
    assert_eq!(result(json, "wrongType"), [json!("x"), json!(null), json!("ERROR"), json!("TYPE_MISMATCH")]);
}

#[test]
#[ignore = "needs Node.js and the packages of target/peers"]
fn the_provider_for_servers_of_npm_evaluates_flags() {
    let place = place(FLAGS);
    fs::write(place.path("token"), "0123456789abcdef").unwrap();
    let agent = start(&place, &["--token-file", "token"]);
    let address = format!("http://{}", agent.address());
    let json = printed(node("client.mjs").args(["server", &address, "0123456789abcdef"]));
    assert_results(&json);
    // This version takes an answer without a value, which OFREP 0.3.0 allows, for an error, and returns the default of the program too.
    for name in ["disabled", "noDefault"] {
        assert_eq!(result(&json, name), [json!(true), json!(null), json!("ERROR"), json!("GENERAL")]);
    }
    assert_eq!(json["pro"]["flagMetadata"]["owner"], "team-lobby");
    let refused = printed(node("client.mjs").args(["server", &address, "fedcba9876543210"]));
    assert_eq!(result(&refused, "pro")[..2], [json!(false), json!(null)], "the default of the program");
    assert_eq!(result(&refused, "pro")[2], json!("ERROR"));
}

#[test]
#[ignore = "needs Node.js and the packages of target/peers"]
fn the_provider_for_browsers_of_npm_follows_changes_by_the_stream() {
    let place = place(FLAGS);
    let agent = start(&place, &[]);
    let address = format!("http://{}", agent.address());
    let mut child =
        node("client.mjs").args(["web", &address]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Json { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let ready = next();
    assert_eq!(ready["event"], "ready");
    assert_eq!(result(&ready, "pro"), [json!(true), json!("on"), json!("TARGETING_MATCH"), json!(null)]);
    assert_eq!(result(&ready, "number"), [json!(10), json!("low"), json!("STATIC"), json!(null)]);
    assert_eq!(result(&ready, "disabled"), [json!(true), json!(null), json!("DISABLED"), json!(null)]);
    assert_eq!(result(&ready, "absent")[3], json!("FLAG_NOT_FOUND"));
    let unchanged = next();
    assert_eq!((&unchanged["event"], &unchanged["requests"]), (&json!("unchanged"), &json!([200, 304])));
    write_flags(&place, &FLAGS.replace("low = 10", "low = 11"));
    let changed = next();
    assert_eq!((&changed["event"], result(&changed, "number")[0].clone()), (&json!("changed"), json!(11)));
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
#[ignore = "needs the Python packages of target/peers"]
fn the_provider_of_pypi_evaluates_flags() {
    let place = place(FLAGS);
    fs::write(place.path("token"), "0123456789abcdef").unwrap();
    let agent = start(&place, &["--token-file", "token"]);
    let address = format!("http://{}", agent.address());
    let script = root().join("tests/flags/client.py");
    let mut command = Command::new(peers().join("bin/python"));
    let json = printed(command.arg(script).args([&address, "0123456789abcdef"]));
    assert_results(&json);
    assert_eq!(json["disabled"]["value"], true, "the default of the program");
}

#[test]
#[ignore = "builds the client of the crate registry, with its own lock file"]
fn the_provider_of_the_crate_registry_evaluates_flags() {
    let place = place(FLAGS);
    let agent = start(&place, &[]);
    let address = format!("http://{}", agent.address());
    let folder = root().join("tests/flags/client");
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(&folder).args(["run", "--quiet", "--locked", "--target-dir"]);
    command.arg(root().join("target/ofrep-client")).args(["--", &address]);
    let json = printed(&mut command);
    // This provider reports `Static` for each value, whatever the answer says.
    assert_eq!(json["pro"], json!({ "value": true, "variant": "on", "reason": "Static" }));
    assert_eq!(json["text"], json!({ "value": "Good day", "variant": "long", "reason": "Static" }));
    assert_eq!(json["number"], json!({ "value": 10, "variant": "low", "reason": "Static" }));
    assert_eq!(json["absent"], json!({ "error": "FlagNotFound" }));
    assert_eq!(json["wrongType"], json!({ "error": "ParseError" }));
}
