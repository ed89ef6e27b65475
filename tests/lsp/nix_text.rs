//! Hover, completion and definition in Nix settings files, as golden transcripts.

use std::fs;

use confgate_test_support::{files, root};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::client::Client;
use super::features::SCHEMA;

/// Returns a project with the settings of this repository.
fn settings() -> TempDir {
    let folder = files(&[("confgate.toml", "[nix]\nbundles = [\".#production\"]\n")]);
    let config = folder.path().join("config");
    fs::create_dir(&config).unwrap();
    for entry in fs::read_dir(root().join("config")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, config.join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

/// Opens a file of the folder, and returns its text.
fn open(client: &mut Client, folder: &TempDir, file: &str) -> String {
    let text = fs::read_to_string(folder.path().join(file)).unwrap();
    client.open(file, &text);
    text
}

/// Returns the parameters of a request about the place behind a part of a text.
fn behind(client: &Client, file: &str, text: &str, part: &str) -> Json {
    let at = text.find(part).unwrap_or_else(|| panic!("{part} is not in {file}")) + part.len();
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    client.at(file, u32::try_from(line).unwrap(), u32::try_from(at - start).unwrap())
}

#[test]
fn options_are_described_in_the_settings_of_this_repository() {
    let folder = settings();
    let mut client = Client::start(folder.path());
    for (file, parts) in [
        (
            "config/base.nix",
            &[
                "stun_serv",
                "\"stun.example",
                "enable_upn",
                "mkDefault fal",
                "config.database.log_ret",
                "\"15",
                "inherit (lib) mkDef",
                "moni",
            ][..],
        ),
        ("config/production.nix", &["max_conn", "500", "db.example", "alert_web", "performan"]),
        ("config/staging.nix", &["mkBefore [ \"stun", "key_rotation_in"]),
        ("config/fleet.nix", &["app.na", "\"ams", "network.enable_ipv6 = fal", "environ"]),
        ("config/relay.nix", &["mkForce 100", "{ li"]),
        ("config/default.nix", &["environm"]),
    ] {
        let text = open(&mut client, &folder, file);
        for part in parts {
            let params = behind(&client, file, &text, part);
            client.request("textDocument/hover", params);
        }
    }
    client.compare("nix-hover");
}

/// Returns the labels of completions and what they write.
fn proposed(client: &mut Client, file: &str, marked: &str) -> Vec<(String, String)> {
    let at = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    client.change(file, &json!([{ "text": text }]));
    let params = behind(client, file, &text, &text[..at]);
    let answer = client.request("textDocument/completion", params);
    let text = |item: &Json, pointer: &str| item.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| (text(item, "/label"), text(item, "/textEdit/newText"))).collect()
}

#[test]
fn options_and_values_are_completed_while_they_are_typed() {
    let folder = files(&[
        ("relay.schema.json", SCHEMA),
        ("confgate.toml", "[[schemas]]\nfiles = [\"*.nix\"]\nschema = \"relay.schema.json\"\n"),
        ("relay.nix", "{ }\n"),
    ]);
    let mut client = Client::start(folder.path());
    open(&mut client, &folder, "relay.nix");
    let pair = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    let all = proposed(&mut client, "relay.nix", "{ lib, ... }:\n{\n  na|\n}\n");
    assert_eq!(all[0], pair("name", "name = \"$1\";"));
    assert!(all.contains(&pair("listen", "listen = {\n  $0\n};")), "{all:?}");
    // In a text that is broken, without the options that are there.
    let listen = proposed(
        &mut client,
        "relay.nix",
        "{ lib, ... }:\n{\n  level = ;\n  listen = lib.mkIf true {\n    host = \"::\";\n    |\n",
    );
    assert_eq!(listen, [pair("port", "port = ${1:8080};")]);
    assert_eq!(proposed(&mut client, "relay.nix", "{ listen.po| = 1; }")[1], pair("port", "port"));
    let peers = proposed(&mut client, "relay.nix", "{ peers = [ { url = \"a\"; we| } ]; }");
    assert_eq!(peers, [pair("weight", "weight = ${1:1.0};")]);
    let levels = proposed(&mut client, "relay.nix", "{\n  level = |\n}\n");
    assert_eq!(levels[0], pair("\"debug\"", "\"debug\";"));
    assert_eq!(proposed(&mut client, "relay.nix", "{ level = \"in|\"; }")[1], pair("\"info\"", "\"info\""));
    assert_eq!(proposed(&mut client, "relay.nix", "{ token = |; }"), [pair("secret \"TOKEN\"", "secret \"TOKEN\"")]);
    let names = proposed(&mut client, "relay.nix", "{ config, ... }: { name = config.listen.|; }");
    assert_eq!(names, [pair("host", "host"), pair("port", "port")]);
    let machine =
        proposed(&mut client, "relay.nix", "{ services.relay.settings.listen.|\n services.nginx.enable = true; }");
    assert_eq!(machine.len(), 2, "{machine:?}");
    assert_eq!(proposed(&mut client, "relay.nix", "{ services.nginx.enable = true;\n | }"), []);
    let schemas = proposed(&mut client, "relay.nix", "#:schema ./re|\n{ }\n");
    assert_eq!(schemas, [pair("./relay.schema.json", "./relay.schema.json")]);
    let text = "{ listen.port = 1; }";
    client.change("relay.nix", &json!([{ "text": text }]));
    let params = behind(&client, "relay.nix", text, "listen.po");
    client.request("textDocument/definition", params);
    client.compare("nix-completion");
}

#[test]
fn a_comment_names_the_schema_of_a_nix_file() {
    let folder = files(&[("relay.schema.json", SCHEMA)]);
    let mut client = Client::start(folder.path());
    let text = "# The relay.\n#:schema ./relay.schema.json\n{ level = \"info\"; }\n";
    client.open("a.nix", text);
    let params = behind(&client, "a.nix", text, "level");
    let hover = client.request("textDocument/hover", params);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("Least severe messages"), "{hover}");
    // Without a project, a Nix file may be anything.
    let text = "{ network.listen_port = 1; }\n";
    client.open("b.nix", text);
    let params = behind(&client, "b.nix", text, "listen_po");
    assert_eq!(client.request("textDocument/hover", params), Json::Null);
    client.end();
}

#[test]
fn an_entry_for_nix_files_gives_check_no_files() {
    let folder = files(&[
        ("relay.schema.json", SCHEMA),
        ("confgate.toml", "[[schemas]]\nfiles = [\"**/*.nix\", \"**/a.toml\"]\nschema = \"relay.schema.json\"\n"),
        ("config/relay.nix", "{ name = 1; }\n"),
        ("config/a.toml", "name = 'x'\n"),
    ]);
    let output =
        confgate_test_support::confgate!().current_dir(folder.path()).args(["check", "config"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !text.contains("relay.nix"), "{text}");
}
