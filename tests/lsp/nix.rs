//! Nix settings files beside a real Nix.

use std::fs;
use std::path::Path;

use confgate_test_support::{files, root};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::client::{Client, full_capabilities};

const PRODUCTION: &str =
    "{\n  imports = [ ./base.nix ];\n  network = {\n    max_conections = 500; # é\n    listen_port = 0;\n  };\n}\n";

/// Returns a project with a bundle. The package of the gate is not built by an evaluation.
fn project() -> TempDir {
    let modules = root().join("modules");
    let default = format!(
        "let\n  lib = import {} {{ }};\n  confgate = {{ type = \"derivation\"; name = \"confgate\"; system = \"x86_64-linux\"; outPath = \"/unbuilt\"; }};\nin\n{{\n  production = lib.mkBundle {{ environment = \"production\"; modules = [ ./config/production.nix ]; root = ./.; inherit confgate; }};\n}}\n",
        modules.display()
    );
    files(&[
        ("default.nix", &default),
        ("config/production.nix", PRODUCTION),
        ("config/base.nix", "{ app.name = \"x\"; }\n"),
        ("confgate.toml", "[nix]\nbundles = [\"default.nix#production\"]\n"),
    ])
}

fn open(client: &mut Client, folder: &Path, file: &str) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let document = json!({ "uri": client.uri(file), "languageId": "nix", "version": 1, "text": text });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
}

fn save(client: &mut Client, folder: &Path, file: &str, text: &str) {
    fs::write(folder.join(file), text).unwrap();
    client.expect_new_diagnostics(file);
    let saved = json!({ "textDocument": { "uri": client.uri(file) } });
    client.notify("textDocument/didSave", saved);
}

fn summary(diagnostics: &Json) -> Vec<(u64, String)> {
    let one = |it: &Json| {
        let message = it["message"].as_str().unwrap().lines().next().unwrap().to_owned();
        (it["range"]["start"]["line"].as_u64().unwrap(), message)
    };
    diagnostics.as_array().unwrap().iter().map(one).collect()
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_saved_nix_file_has_the_diagnostics_of_its_bundle() {
    let folder = project();
    let mut client = Client::start_with(folder.path(), &["--nix"], full_capabilities());
    open(&mut client, folder.path(), "config/production.nix");
    let found = client.diagnostics("config/production.nix");
    assert_eq!(
        summary(&found),
        [
            (3, "unknown key network.max_conections".to_owned()),
            (4, "network.listen_port must be at least 1, and is 0".to_owned()),
        ],
        "{found}"
    );
    assert_eq!(found[0]["range"]["start"]["character"], 4);
    // A mistake in an imported file.
    let fixed = PRODUCTION.replace("max_conections", "max_connections").replace("= 0", "= 4000");
    save(&mut client, folder.path(), "config/production.nix", &fixed);
    assert_eq!(client.diagnostics("config/production.nix"), json!([]));
    save(&mut client, folder.path(), "config/base.nix", "{ app.name = 1; }\n");
    let found = client.diagnostics("config/base.nix");
    assert!(summary(&found)[0].1.starts_with("app.name must be a string"), "{found}");
    save(&mut client, folder.path(), "config/base.nix", "{ app.name = ; }\n");
    let found = client.diagnostics("config/base.nix");
    assert_eq!(found[0]["source"], "nix");
    assert_eq!(found[0]["range"]["start"], json!({ "line": 0, "character": 13 }), "{found}");
    save(&mut client, folder.path(), "config/base.nix", "{ app.name = \"x\"; }\n");
    assert_eq!(client.diagnostics("config/base.nix"), json!([]));
    client.end();
}

#[test]
fn without_the_option_no_nix_is_run() {
    let folder = project();
    let mut client = Client::start(folder.path());
    open(&mut client, folder.path(), "config/production.nix");
    let params = client.at("config/production.nix", 3, 5);
    assert_eq!(client.request("textDocument/hover", params), Json::Null);
    client.end();
}
