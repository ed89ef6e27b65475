//! Each feature, as golden transcripts.

use std::fs;

use confgate_test_support::files;
use serde_json::{Value as Json, json};

use super::client::Client;

pub const SCHEMA: &str = r##"{
  "title": "relay",
  "type": "object",
  "additionalProperties": false,
  "required": ["name"],
  "properties": {
    "name": { "type": "string", "description": "Name in logs.", "examples": ["relay-1"] },
    "level": { "enum": ["debug", "info", "error"], "default": "info", "description": "Least severe messages that are logged." },
    "debug": { "type": "boolean", "default": false, "deprecated": true },
    "token": { "type": "string", "x-secret": true, "description": "Token of the API." },
    "listen": {
      "type": "object",
      "additionalProperties": false,
      "description": "Where the relay listens.",
      "properties": {
        "host": { "type": "string", "default": "::1", "x-reload": "restart" },
        "port": { "type": "integer", "minimum": 1, "maximum": 65535, "default": 8080, "x-unit": "TCP port" }
      }
    },
    "peers": {
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["url"],
        "properties": { "url": { "type": "string" }, "weight": { "type": "number", "default": 1.0 } }
      }
    }
  }
}
"##;

const TOML: &str = "#:schema ./relay.schema.json\nnamme = \"a\"\nlevel = \"inof\"\n\n[listen]\nport = 70000\n\n[[peers]]\nurl = \"https://é.example\"\nwieght = 2\n";

fn position(client: &Client, file: &str, line: u32, character: u32) -> Json {
    client.at(file, line, character)
}

#[test]
fn a_toml_file_is_edited_with_help() {
    let folder = files(&[("relay.schema.json", SCHEMA), ("a.toml", TOML)]);
    let mut client = Client::start(folder.path());
    client.open("a.toml", TOML);
    let diagnostics = client.diagnostics("a.toml");
    assert_eq!(diagnostics.as_array().unwrap().len(), 4, "{diagnostics}");
    for (line, character) in [(5, 1), (2, 2), (4, 2), (9, 3), (1, 2)] {
        let params = position(&client, "a.toml", line, character);
        client.request("textDocument/hover", params);
    }
    // The key of the table of the list, a value, the schema.
    for (line, character) in [(5, 2), (8, 2), (0, 15)] {
        let params = position(&client, "a.toml", line, character);
        client.request("textDocument/definition", params);
    }
    let document = json!({ "uri": client.uri("a.toml") });
    client.request("textDocument/documentSymbol", json!({ "textDocument": document }));
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let actions = client.request(
        "textDocument/codeAction",
        json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } }),
    );
    let fix_all = actions.as_array().unwrap().iter().find(|action| action["kind"] == "source.fixAll").unwrap();
    let mut edits = fix_all["edit"]["changes"][client.uri("a.toml")].as_array().unwrap().clone();
    // An editor applies edits from the end.
    edits.reverse();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit["range"]["start"]["line"].as_u64()));
    let changes: Vec<Json> =
        edits.iter().map(|edit| json!({ "range": edit["range"], "text": edit["newText"] })).collect();
    client.change("a.toml", &json!(changes));
    let left = client.diagnostics("a.toml");
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    let port = json!({ "start": { "line": 5, "character": 7 }, "end": { "line": 5, "character": 12 } });
    client.change("a.toml", &json!([{ "range": port, "text": "80" }]));
    assert_eq!(client.diagnostics("a.toml"), json!([]));
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    client.request("textDocument/formatting", json!({ "textDocument": document, "options": options }));
    client.compare("toml");
}

#[test]
fn keys_and_values_are_completed_in_toml() {
    let folder = files(&[("relay.schema.json", SCHEMA)]);
    let mut client = Client::start(folder.path());
    let text = "#:schema ./re\n\nlevel = \nnam\ntoken = \"\"\n\n[listen]\npo\n\n[[peers]]\nurl = 'x'\nw\n\n[\n";
    client.open("a.toml", &text.replace("./re", "./relay.schema.json"));
    client.diagnostics("a.toml");
    for (line, character) in [(2, 8), (3, 3), (4, 9), (7, 2), (11, 1), (13, 1), (1, 0), (0, 11)] {
        let params = position(&client, "a.toml", line, character);
        client.request("textDocument/completion", params);
    }
    client.compare("toml-completion");
}

#[test]
fn json_and_yaml_files_are_edited_with_help() {
    let folder = files(&[("relay.schema.json", SCHEMA)]);
    let mut client = Client::start(folder.path());
    let yaml = "# yaml-language-server: $schema=relay.schema.json\nname: a # of the relay\nlisten:\n  prot: 80\npeers:\n  - url: x\n    \n";
    client.open("a.yaml", yaml);
    client.diagnostics("a.yaml");
    for (line, character) in [(3, 4), (6, 4)] {
        let params = position(&client, "a.yaml", line, character);
        client.request("textDocument/completion", params);
    }
    let params = position(&client, "a.yaml", 3, 4);
    client.request("textDocument/hover", params);
    let json_text = "{\n  \"$schema\": \"relay.schema.json\",\n  \"name\": \"a\",\n  \"level\": \"inof\",\n  \"listen\": { \"\" }\n}\n";
    client.open("a.json", &json_text.replace("{ \"\" }", "{}"));
    client.diagnostics("a.json");
    // The text is broken while it is typed, and the schema is still that of the file.
    client.change("a.json", &json!([{ "text": json_text }]));
    client.diagnostics("a.json");
    for (line, character) in [(4, 15), (3, 13)] {
        let params = position(&client, "a.json", line, character);
        client.request("textDocument/completion", params);
    }
    client.compare("json-yaml");
}

#[test]
fn the_bundled_model_has_rules_environments_and_variables() {
    let folder = files(&[]);
    let mut client = Client::start(folder.path());
    let text = "environment = \"Production\"\n\n[network]\nmax_conections = 5\nlisten_port = 0\n\n[game]\nauto_resolve_timeout = \"10m\"\n";
    client.open("production.toml", text);
    client.diagnostics("production.toml");
    for (line, character) in [(3, 3), (4, 3), (7, 5)] {
        let params = position(&client, "production.toml", line, character);
        client.request("textDocument/hover", params);
    }
    client.compare("model");
}

#[test]
fn comments_are_kept_by_formatting_or_it_is_refused() {
    let folder = files(&[("relay.schema.json", SCHEMA)]);
    let mut client = Client::start(folder.path());
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let text = "#:schema relay.schema.json\n# Head.\n\nlevel='info' # why\n# of the name\nname='a'\n# end\n";
    client.open("a.toml", text);
    client.diagnostics("a.toml");
    let document = json!({ "uri": client.uri("a.toml") });
    let edits = client.request("textDocument/formatting", json!({ "textDocument": document, "options": options }));
    let changes: Vec<Json> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| json!({ "range": edit["range"], "text": edit["newText"] }))
        .collect();
    client.change("a.toml", &json!(changes));
    client.diagnostics("a.toml");
    let again = client.request("textDocument/formatting", json!({ "textDocument": document, "options": options }));
    assert_eq!(again, json!([]));
    client.open("b.yaml", "# yaml-language-server: $schema=relay.schema.json\nname: &n a\nlisten:\n  host: *n\n");
    let document = json!({ "uri": client.uri("b.yaml") });
    let error =
        client.request_error("textDocument/formatting", json!({ "textDocument": document, "options": options }));
    assert!(error["message"].as_str().unwrap().contains("an anchor or an alias in line 2"), "{error}");
    client.compare("formatting");
}

#[test]
fn a_value_of_a_bundle_leads_to_its_nix_line() {
    let origins = r#"{ "/network/max_connections": { "set": [{ "file": "config/production.nix", "line": 3, "column": 5 }],
        "overridden": [{ "file": "config/base.nix", "line": 1, "column": 1, "priority": 1000 }] } }"#;
    let folder = files(&[
        ("config/production.nix", "{\n  network = {\n    max_connections = 5;\n  };\n}\n"),
        ("config/base.nix", "{ network.max_connections = 4; }\n"),
        ("result/origins.json", origins),
        ("result/config.toml", "[network]\nmax_connections = 5\n"),
    ]);
    let mut client = Client::start(folder.path());
    let text = fs::read_to_string(folder.path().join("result/config.toml")).unwrap();
    client.open("result/config.toml", &text);
    client.diagnostics("result/config.toml");
    let params = position(&client, "result/config.toml", 1, 3);
    client.request("textDocument/definition", params.clone());
    client.request("textDocument/hover", params);
    client.compare("bundle");
}
