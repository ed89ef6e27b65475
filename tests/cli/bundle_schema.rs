//! The schema in a bundle: its config names it for editors, and no check is fooled by it.

use std::fs;
use std::path::Path;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::{confgate, files};
use predicates::str::{contains, starts_with};
use serde_json::{Value as Json, json};

use super::run_in;

const PORT: &str = r#"{ "type": "object", "properties": { "port": { "type": "integer", "maximum": 9000, "default": 80 } }, "additionalProperties": false }"#;

/// Builds a bundle, as Nix does.
fn build(folder: &Path, name: &str, of: &Json) {
    let bundle = json!({ "name": name, "environment": "Development", "origins": {}, "problems": [], "settings": {} });
    let mut request = json!({ "sources": {}, "withSchema": true });
    request.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
    let settings = request.as_object_mut().unwrap().remove("settings").unwrap_or(json!({}));
    let format = request.as_object_mut().unwrap().remove("format").unwrap_or(json!("toml"));
    request["orders"] = json!([bundle]);
    request["orders"][0]["settings"] = settings;
    request["orders"][0]["format"] = format;
    fs::write(folder.join("request.json"), request.to_string()).unwrap();
    let mut builder = confgate!();
    builder.current_dir(folder).arg("bundle").env("out", name).env("requestPath", "request.json");
    builder.assert().success();
}

#[test]
fn a_config_names_the_schema_that_its_bundle_holds() {
    let files = files(&[("port.json", PORT)]);
    let schema = files.path().join("port.json");
    for (format, line) in [
        ("toml", "#:schema ./config.schema.json\nport = 81\n"),
        ("yaml", "# yaml-language-server: $schema=./config.schema.json\nport: 81\n"),
        // JSON has no comments, and a key would be one of the service.
        ("json", "{\n  \"port\": 81\n}\n"),
    ] {
        build(files.path(), format, &json!({ "schema": schema, "settings": { "port": 81 }, "format": format }));
        let bundle = files.path().join(format);
        assert_eq!(fs::read_to_string(bundle.join(format!("config.{format}"))).unwrap(), line);
        assert_eq!(fs::read_to_string(bundle.join("config.schema.json")).unwrap(), PORT);
        // The bundle is whole: it has the digest of the text with the line.
        let config = format!("{format}/config.{format}");
        run_in(files.path(), &["check", &config]).code(0);
        let show = ["show", "--config", format, "--schema", "port.json", "--service", "relay"];
        run_in(files.path(), &show).code(0).stdout(contains("port = 81"));
    }
    // Without the request, the bytes are those of a bundle that holds none.
    build(files.path(), "plain", &json!({ "schema": schema, "withSchema": false }));
    assert!(!files.path().join("plain/config.schema.json").exists());
    assert_eq!(fs::read_to_string(files.path().join("plain/config.toml")).unwrap(), "port = 80\n");
    // A schema of several documents would leave some of them behind.
    let parts = r#"{ "type": "object", "properties": { "at": { "$ref": "port.json" } } }"#;
    fs::write(files.path().join("parts.json"), parts).unwrap();
    build(
        files.path(),
        "parts",
        &json!({ "schema": files.path().join("parts.json"), "settings": { "at": { "port": 81 } } }),
    );
    assert!(!files.path().join("parts/config.schema.json").exists());
    assert!(!fs::read_to_string(files.path().join("parts/config.toml")).unwrap().contains("schema"));
}

#[test]
fn the_schema_in_a_bundle_decides_only_where_the_program_says_nothing() {
    let files = files(&[("port.json", PORT), ("strict.json", &PORT.replace("9000", "80"))]);
    build(files.path(), "own", &json!({ "schema": files.path().join("port.json"), "settings": { "port": 81 } }));
    build(files.path(), "model", &json!({}));
    // The bundle of the model has the rules of the program, whatever the schema beside it says.
    fs::write(files.path().join("model/config.schema.json"), "{}").unwrap();
    let altered = fs::read_to_string(files.path().join("model/config.toml"))
        .unwrap()
        .replace("max_players_per_game = ", "max_players_per_game = -");
    fs::write(files.path().join("model/config.toml"), altered).unwrap();
    run_in(files.path(), &["check", "model/config.toml"]).code(1).stdout(contains("game.max_players_per_game"));
    run_in(files.path(), &["check", "own/config.toml"]).code(0).stdout("admitted: 0 errors, 0 warnings\n");
    run_in(files.path(), &["check", "own/config.toml", "--schema", "strict.json"])
        .code(1)
        .stdout(starts_with("error: port must be at most 80, and is 81"));
    fs::write(files.path().join("confgate.toml"), "[[schemas]]\nfiles = [\"own/*\"]\nschema = \"strict.json\"\n")
        .unwrap();
    run_in(files.path(), &["check", "own/config.toml"])
        .code(1)
        .stdout(starts_with("error: port must be at most 80, and is 81"));
}

#[cfg(feature = "deploy")]
#[test]
fn a_bundle_with_a_schema_is_deployed_and_rolled_back() {
    let files = files(&[]);
    let run = |arguments: &[&str]| run_in(files.path(), arguments);
    build(files.path(), "one", &json!({ "settings": { "game": { "min_bet": 5 } } }));
    build(files.path(), "two", &json!({ "settings": { "game": { "min_bet": 6 } }, "withSchema": false }));
    let options = ["--state", "state"];
    run(&[&["deploy", "one"][..], &options].concat()).code(0);
    let installed = files.path().join("state/bitcraps/current/config.schema.json");
    assert_eq!(fs::read(&installed).unwrap(), fs::read(files.path().join("one/config.schema.json")).unwrap());
    // A file that is not of a bundle is still rejected.
    fs::write(files.path().join("one/other.schema.json"), "{}").unwrap();
    run(&[&["deploy", "one"][..], &options].concat())
        .code(1)
        .stdout(contains("one: not a bundle: unexpected file other.schema.json"));
    run(&[&["deploy", "two"][..], &options].concat()).code(0);
    assert!(!installed.exists());
    run(&["rollback", "--state", "state"]).code(0);
    assert!(installed.exists());
    run(&["show", "--config", "state/bitcraps/current"]).code(0).stdout(contains("min_bet = 5"));
}
