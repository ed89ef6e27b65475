//! `confgate.toml`, schemas and folders that change while the server runs.

use std::fs;

use confgate_test_support::files;
use serde_json::json;

use super::client::{Client, full_capabilities};

const PORT: &str = r#"{ "additionalProperties": false, "properties": { "port": { "type": "integer" } } }"#;
const NAME: &str = r#"{ "additionalProperties": false, "properties": { "name": { "type": "string" } } }"#;

fn project(schema: &str) -> String {
    format!("[[schemas]]\nfiles = [\"*.toml\"]\nschema = \"{schema}\"\n")
}

#[test]
fn a_change_of_confgate_toml_applies_at_once() {
    let folder = files(&[("port.json", PORT), ("name.json", NAME), ("confgate.toml", &project("port.json"))]);
    let mut client = Client::start(folder.path());
    client.open("a.toml", "port = 1\n");
    assert_eq!(client.diagnostics("a.toml"), json!([]));
    fs::write(folder.path().join("confgate.toml"), project("name.json")).unwrap();
    client.expect_new_diagnostics("a.toml");
    let changed = json!({ "uri": client.uri("confgate.toml"), "type": 2 });
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [changed] }));
    let diagnostics = client.diagnostics("a.toml");
    assert!(diagnostics[0]["message"].as_str().unwrap().starts_with("unknown key port"), "{diagnostics}");
    client.end();
}

#[test]
fn a_client_that_watches_no_files_gets_new_diagnostics_as_well() {
    let folder = files(&[("port.json", PORT), ("confgate.toml", &project("port.json"))]);
    let mut capabilities = full_capabilities();
    capabilities["workspace"] = json!({});
    let mut client = Client::start_with(folder.path(), &[], capabilities);
    client.open("a.toml", "port = 1\n");
    assert_eq!(client.diagnostics("a.toml"), json!([]));
    // The server compares the files with the states that it read first.
    std::thread::sleep(std::time::Duration::from_millis(2500));
    client.expect_new_diagnostics("a.toml");
    fs::write(folder.path().join("port.json"), NAME).unwrap();
    let diagnostics = client.diagnostics("a.toml");
    assert!(diagnostics[0]["message"].as_str().unwrap().starts_with("unknown key port"), "{diagnostics}");
    client.end();
}

#[test]
fn a_mistake_in_confgate_toml_is_shown_there() {
    let folder = files(&[("port.json", PORT), ("confgate.toml", "[[schemas]]\nfile = [\"*.toml\"]\n")]);
    let mut client = Client::start(folder.path());
    client.open("a.toml", "port = 'x'\n");
    assert_eq!(client.diagnostics("a.toml"), json!([]));
    let of_project = client.diagnostics("confgate.toml");
    assert!(of_project[0]["message"].as_str().unwrap().contains("file"), "{of_project}");
    // The text in the editor counts, also before it is saved.
    client.open("confgate.toml", &project("port.json"));
    assert_eq!(client.diagnostics("confgate.toml"), json!([]));
    client.change("confgate.toml", &json!([{ "text": project("port.json").replace("*.toml", "[") }]));
    let invalid = client.diagnostics("confgate.toml");
    assert!(invalid[0]["message"].as_str().unwrap().contains("is not a pattern"), "{invalid}");
    fs::write(folder.path().join("confgate.toml"), project("port.json")).unwrap();
    client.expect_new_diagnostics("a.toml");
    let saved = json!({ "textDocument": { "uri": client.uri("confgate.toml") } });
    client.notify("textDocument/didSave", saved);
    let diagnostics = client.diagnostics("a.toml");
    assert!(diagnostics[0]["message"].as_str().unwrap().contains("port must be an integer"), "{diagnostics}");
    client.end();
}

#[test]
fn a_schema_that_cannot_be_used_is_a_diagnostic() {
    let folder = files(&[]);
    let mut client = Client::start(folder.path());
    client.open("a.toml", "#:schema ./missing.json\nport = 1\n");
    let diagnostics = client.diagnostics("a.toml");
    assert_eq!(diagnostics[0]["code"], "schema/not-found");
    let range = json!({ "start": { "line": 0, "character": 9 }, "end": { "line": 0, "character": 23 } });
    assert_eq!(diagnostics[0]["range"], range);
    // Requests about a file without a schema have answers without content.
    let params = client.at("a.toml", 1, 1);
    assert_eq!(client.request("textDocument/hover", params), json!(null));
    client.end();
}

#[test]
fn options_of_the_command_line_apply() {
    let folder = files(&[("port.json", PORT)]);
    let arguments = ["--schema", "port.json", "--stdio"];
    let mut client = Client::start_with(folder.path(), &arguments, full_capabilities());
    client.open("a.toml", "port = 'x'\n");
    assert_eq!(client.diagnostics("a.toml")[0]["code"], "port");
    client.end();
}

#[test]
fn a_file_that_a_project_does_not_describe_has_no_diagnostics_and_no_help() {
    let entries = "[[schemas]]\nfiles = [\"config/*\"]\nschema = \"port.json\"\n";
    let folder =
        files(&[("port.json", PORT), ("confgate.toml", entries), ("config/x", ""), ("other/confgate.toml", "")]);
    let mut client = Client::start(folder.path());
    for (name, text) in
        [("Cargo.toml", "[package]\nname = 'x'\nname = 'y'\n"), ("package.json", "{ \"name\": \"x\" }\n")]
    {
        client.open(name, text);
        assert_eq!(client.diagnostics(name), json!([]), "{name}");
        let here = client.at(name, 0, 3);
        assert_eq!(client.request("textDocument/hover", here), json!(null), "{name}");
        let options = json!({ "tabSize": 2, "insertSpaces": true });
        let params = json!({ "textDocument": { "uri": client.uri(name) }, "options": options });
        assert_eq!(client.request("textDocument/formatting", params), json!(null), "{name}");
    }
    // One that has a key of the model, one that an entry matches, and one in a project without entries.
    client.open("game.toml", "network.listen_port = 0\n");
    client.open("config/x", "port = 'x'\n");
    client.open("other/a.toml", "[package]\nname = 'x'\n");
    for (name, message) in [
        ("game.toml", "network.listen_port must be at least 1"),
        ("config/x", "port must be an integer"),
        ("other/a.toml", "the config has no key in common with bitcraps"),
    ] {
        let diagnostics = client.diagnostics(name);
        assert!(diagnostics[0]["message"].as_str().unwrap().starts_with(message), "{diagnostics}");
    }
    client.end();
}

#[test]
fn a_file_whose_name_gives_no_format_has_that_of_its_language_in_the_editor() {
    let entries = "[[schemas]]\nfiles = [\"*.conf\", \".relayrc\"]\nschema = \"port.json\"\n";
    let folder = files(&[("port.json", PORT), ("confgate.toml", entries)]);
    let mut client = Client::start(folder.path());
    for (name, language, text) in [
        ("a.conf", "yaml", "port: x\n"),
        (".relayrc", "json", "{ \"port\": \"x\" }\n"),
        ("b.conf", "ini", "port = 'x'\n"),
    ] {
        client.open_as(name, language, text);
        let diagnostics = client.diagnostics(name);
        assert!(diagnostics[0]["message"].as_str().unwrap().starts_with("port must be an integer"), "{diagnostics}");
    }
    client.end();
}

#[test]
fn a_document_that_was_never_saved_is_validated_in_the_first_folder() {
    let folder = files(&[("port.json", PORT), ("confgate.toml", &project("port.json"))]);
    let mut client = Client::start(folder.path());
    let named = format!("untitled:{}", folder.path().join("new.toml").display());
    let uris = ["untitled:Untitled-1", "untitled:new.toml", &named];
    for (uri, text) in uris.into_iter().zip(["#:schema ./port.json\nport = 'x'\n", "port = 'x'\n", "port = 'x'\n"]) {
        let document = json!({ "uri": uri, "languageId": "toml", "version": 1, "text": text });
        client.notify("textDocument/didOpen", json!({ "textDocument": document }));
        let published = client.notification("textDocument/publishDiagnostics");
        assert_eq!(published["uri"], json!(uri));
        let message = published["diagnostics"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("port must be an integer"), "{published}");
    }
    // An earlier version of a file is not edited, and needs no diagnostics.
    let document = json!({ "uri": "git:/a.toml?%7B%7D", "languageId": "toml", "version": 1, "text": "port = 'x'\n" });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let params = json!({ "textDocument": { "uri": "git:/a.toml?%7B%7D" } });
    assert_eq!(client.request("textDocument/documentSymbol", params), json!(null));
    client.end();
}
