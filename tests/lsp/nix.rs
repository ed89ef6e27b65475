//! Nix settings files beside a real Nix.

use std::fs;
use std::path::Path;

use confgate_test_support::{files, root};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::client::{Client, full_capabilities};

const PRODUCTION: &str =
    "{\n  imports = [ ./base.nix ];\n  network = {\n    max_conections = 500; # é\n    listen_port = 0;\n  };\n}\n";

/// Returns a project with a bundle of Production made of one module.
pub fn project_of(files_of_project: &[(&str, &str)], module: &str) -> TempDir {
    let gate = "{ type = \"derivation\"; name = \"confgate\"; system = \"x86_64-linux\"; outPath = \"/unbuilt\"; }";
    let modules = root().join("modules").display().to_string();
    let default = format!(
        "{{ production = (import {modules} {{ }}).mkBundle {{ environment = \"production\"; modules = [ ./{module} ]; root = ./.; confgate = {gate}; }}; }}\n"
    );
    let project =
        [("default.nix", default.as_str()), ("confgate.toml", "[nix]\nbundles = [\"default.nix#production\"]\n")];
    files(&[files_of_project, &project].concat())
}

/// Returns a project with the bundles of two environments. The package of the gate is not built by an evaluation.
fn project() -> TempDir {
    let bundle = |name: &str, library: &str| {
        format!(
            "(import {library} {{ }}).mkBundle {{ environment = \"{name}\"; modules = [ ./config/{name}.nix ]; root = ./.; inherit confgate; }}"
        )
    };
    let confgate = "confgate = { type = \"derivation\"; name = \"confgate\"; system = \"x86_64-linux\"; outPath = \"/unbuilt\"; };";
    let modules = root().join("modules").display().to_string();
    let default = format!(
        "let\n  {confgate}\nin\n{{\n  production = {};\n  staging = {};\n}}\n",
        bundle("production", &modules),
        bundle("staging", &modules)
    );
    let flake = format!(
        "{{\n  outputs = {{ self }}: let {confgate} in {{\n    production = {};\n  }};\n}}\n",
        bundle("production", "./modules")
    );
    files(&[
        ("default.nix", &default),
        ("flake.nix", &flake),
        ("config/production.nix", PRODUCTION),
        ("config/staging.nix", "{\n  imports = [ ./base.nix ];\n}\n"),
        ("config/base.nix", "{ app.name = \"x\"; }\n"),
        ("confgate.toml", "[nix]\nbundles = [\"default.nix#production\"]\n"),
    ])
}

fn open(client: &mut Client, folder: &Path, file: &str) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    client.open(file, &text);
}

/// Types a text without saving it.
fn write(client: &mut Client, file: &str, text: &str) {
    client.change(file, &json!([{ "text": text }]));
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
    open(&mut client, folder.path(), "config/base.nix");
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
    // The option is described without an evaluation.
    let hover = client.request("textDocument/hover", params);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("not in the schema"), "{hover}");
    client.end();
}

/// Returns the names in a folder for temporary files.
fn names_in(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Starts the server with a folder of its own for temporary files.
fn start_with_temporary(folder: &Path, temporary: &Path) -> Client {
    let mut client = Client::connect_with(folder, &["--nix"], &[("TMPDIR", temporary)]);
    client.initialize(full_capabilities());
    client
}

/// Waits for diagnostics of the newest version of a file that meet a condition.
fn wait_for(client: &mut Client, file: &str, is_met: impl Fn(&Json) -> bool) {
    while !is_met(&client.diagnostics(file)) {
        client.expect_new_diagnostics(file);
    }
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_nix_text_that_is_typed_has_the_diagnostics_of_each_bundle_that_imports_it() {
    let (folder, temporary) = (project(), tempfile::tempdir().unwrap());
    let both = "[nix]\nbundles = [\"default.nix#production\", \"default.nix#staging\"]\n";
    fs::write(folder.path().join("confgate.toml"), both).unwrap();
    let mut client = start_with_temporary(folder.path(), temporary.path());
    open(&mut client, folder.path(), "config/production.nix");
    assert_eq!(client.diagnostics("config/production.nix").as_array().unwrap().len(), 2);
    open(&mut client, folder.path(), "config/base.nix");
    write(&mut client, "config/base.nix", "{ app.name = \"é\"; app.nme = 1; }\n");
    let found = client.diagnostics("config/base.nix");
    assert_eq!(summary(&found), [(0, "unknown key app.nme".to_owned())], "{found}");
    assert_eq!(found[0]["range"]["start"]["character"], "{ app.name = \"é\"; ".len());
    // The other environment has the same mistake.
    let both = "\nin: default.nix#production, default.nix#staging";
    wait_for(&mut client, "config/base.nix", |found| {
        found[0]["message"].as_str().is_some_and(|text| text.ends_with(both))
    });
    // The texts of both files count, and the files are as they were.
    write(
        &mut client,
        "config/production.nix",
        &PRODUCTION.replace("max_conections = 500; # é\n", "\n").replace("= 0", "= 70000"),
    );
    let found = client.diagnostics("config/production.nix");
    assert_eq!(summary(&found), [(4, "network.listen_port must be at most 65535, and is 70000".to_owned())], "{found}");
    // A mistake of Nix, in a column behind wide characters.
    write(&mut client, "config/base.nix", "{ app.name = \"é\" + ; }\n");
    let found = client.diagnostics("config/base.nix");
    assert_eq!((&found[0]["source"], found[0]["range"]["start"]["line"].as_u64()), (&json!("nix"), Some(0)), "{found}");
    let message = found[0]["message"].as_str().unwrap();
    assert!(!message.contains("confgate-lsp-"), "{message}");
    // Without the typed texts, those of the files count again.
    write(&mut client, "config/base.nix", "{ app.name = \"x\"; }\n");
    wait_for(&mut client, "config/base.nix", |found| *found == json!([]));
    let uri = client.uri("config/production.nix");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    loop {
        let closed = client.notification("textDocument/publishDiagnostics");
        if closed["uri"].as_str() == Some(uri.as_str()) && closed["diagnostics"].as_array().unwrap().len() == 2 {
            break;
        }
    }
    assert_eq!(fs::read_to_string(folder.path().join("config/production.nix")).unwrap(), PRODUCTION);
    assert_eq!(names_in(temporary.path()).len(), 1);
    client.end();
    assert_eq!(names_in(temporary.path()), Vec::<String>::new());
    assert_eq!(names_in(folder.path()).len(), 4);
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn a_flake_in_a_repository_is_evaluated_while_it_is_typed() {
    let (folder, temporary) = (project(), tempfile::tempdir().unwrap());
    let run = |program: &str, arguments: &[&str]| {
        let output = std::process::Command::new(program).current_dir(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    fs::write(folder.path().join("confgate.toml"), "[nix]\nbundles = [\".#production\"]\n").unwrap();
    run("cp", &["-r", root().join("modules").to_str().unwrap(), "modules"]);
    run("git", &["init", "--quiet"]);
    run("git", &["add", "."]);
    run("git", &["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "a"]);
    let mut client = start_with_temporary(folder.path(), temporary.path());
    open(&mut client, folder.path(), "config/production.nix");
    assert_eq!(client.diagnostics("config/production.nix").as_array().unwrap().len(), 2);
    write(&mut client, "config/production.nix", &PRODUCTION.replace("max_conections", "max_connections"));
    assert_eq!(summary(&client.diagnostics("config/production.nix")).len(), 1);
    write(&mut client, "config/production.nix", &PRODUCTION.replace("= 0;", "= ;"));
    let found = client.diagnostics("config/production.nix");
    assert_eq!(found[0]["source"], "nix");
    assert_eq!(found[0]["range"]["start"], json!({ "line": 4, "character": 18 }), "{found}");
    // The same mistake, saved.
    save(&mut client, folder.path(), "config/production.nix", &PRODUCTION.replace("= 0;", "= ;"));
    let saved = client.diagnostics("config/production.nix");
    assert_eq!(saved[0]["range"], found[0]["range"], "{saved}");
    run("git", &["checkout", "--quiet", "config/production.nix"]);
    assert_eq!(run("git", &["status", "--porcelain"]), "");
    assert_eq!(client.signal("TERM"), Some(143));
    assert_eq!(names_in(temporary.path()), Vec::<String>::new());
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn an_evaluation_ends_with_the_server_and_with_newer_text() {
    let (folder, temporary) = (project(), tempfile::tempdir().unwrap());
    let mut client = start_with_temporary(folder.path(), temporary.path());
    open(&mut client, folder.path(), "config/production.nix");
    client.diagnostics("config/production.nix");
    // An evaluation without an end.
    let endless = "let all = builtins.genList (x: x) 50000; sum = builtins.foldl' (a: b: a + b); in { app.name = builtins.foldl' (a: _: sum a all) 0 all; }\n";
    write(&mut client, "config/production.nix", endless);
    let evaluations = || {
        let all = fs::read_dir("/proc").unwrap().flatten();
        let files = all.filter_map(|entry| fs::read(entry.path().join("environ")).ok());
        let name = temporary.path().display().to_string();
        files.filter(|file| String::from_utf8_lossy(file).contains(&name)).count()
    };
    let wait_for_processes = |count: usize| {
        for _ in 0..1000 {
            if evaluations() == count {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("{} processes", evaluations());
    };
    // The server, and Nix.
    wait_for_processes(2);
    write(&mut client, "config/production.nix", &PRODUCTION.replace("max_conections", "max_connections"));
    assert_eq!(summary(&client.diagnostics("config/production.nix")).len(), 1);
    assert_eq!(evaluations(), 1);
    write(&mut client, "config/production.nix", endless);
    wait_for_processes(2);
    // A server that is killed leaves its folder to the next one.
    assert_eq!(client.signal("KILL"), None);
    assert_eq!(names_in(temporary.path()).len(), 1);
    let mut client = start_with_temporary(folder.path(), temporary.path());
    open(&mut client, folder.path(), "config/production.nix");
    client.diagnostics("config/production.nix");
    write(&mut client, "config/production.nix", endless);
    wait_for_processes(3);
    assert_eq!(names_in(temporary.path()).len(), 1);
    client.end();
    wait_for_processes(1);
    assert_eq!(names_in(temporary.path()), Vec::<String>::new());
    // The one of the killed server.
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        if String::from_utf8_lossy(&environment).contains(&temporary.path().display().to_string()) {
            let process = entry.file_name().into_string().unwrap();
            std::process::Command::new("kill").args(["-s", "KILL", &process]).status().unwrap();
        }
    }
}
