//! `confgate migrate` and `confgate schema --against`: output, files, and failures that change nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value as Json;
use tempfile::TempDir;

use super::{pipe, run, run_in};
use confgate_test_support::{Printed, files};
use predicates::str::{contains, starts_with};

const OLD: &str = "# the node\nversion = 0\n\n[network]\n# generous\nconnection_timeout = { secs = 30, nanos = 0 } # for now\n\n\
                   [treasury]\ntreasury_address = \"0xABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB\"\n";
const NEW: &str = "# the node\nversion = 1\n\n[network]\n# generous\nconnection_timeout = \"30s\" # for now\n\n\
                   [treasury]\ntreasury_address = \"ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB\"\n";

/// Returns the report of the migration of `OLD`, with the name of the file.
fn report(name: &str) -> String {
    let (old, new) = ("AB".repeat(28), "AB".repeat(29));
    format!(
        "2: version = 0 → 1  (version)\n\
         6: network.connection_timeout = {{ secs = 30, nanos = 0 }} → \"30s\"  (converted to a string)\n\
         9: treasury.treasury_address = \"0x{old}… → \"{new}…  (prefix removed)\n\
         {name}: from version 0 to version 1, 3 changes\n"
    )
}

fn folder(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("old.toml"), text).unwrap();
    folder
}

/// Runs a migration that must fail and leave the file unchanged. Returns the exit code and standard error.
fn refused(text: &str, arguments: &[&str]) -> (i32, String) {
    let folder = folder(text);
    let done = run_in(folder.path(), &[&["migrate", "old.toml", "--in-place"], arguments].concat()).stdout("");
    assert_eq!(fs::read_to_string(folder.path().join("old.toml")).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    (done.exit_code(), done.err())
}

#[test]
fn the_new_text_goes_to_standard_output_and_each_change_to_standard_error() {
    let folder = folder(OLD);
    run_in(folder.path(), &["migrate", "old.toml"]).code(0).stdout(NEW).stderr(report("old.toml"));
    assert_eq!(fs::read_to_string(folder.path().join("old.toml")).unwrap(), OLD);
}

#[test]
fn in_place_the_file_is_replaced_and_keeps_its_mode_and_links_to_it() {
    let folder = folder(OLD);
    let file = folder.path().join("old.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("old.toml", folder.path().join("link.toml")).unwrap();
    run_in(folder.path(), &["migrate", "--in-place", "link.toml"]).code(0).stdout(report("link.toml")).stderr("");
    assert_eq!(fs::read_to_string(&file).unwrap(), NEW);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(folder.path().join("link.toml")).unwrap().is_symlink());
    run_in(folder.path(), &["migrate", "--in-place", "old.toml"])
        .code(0)
        .stdout("old.toml is at version 1 already\n")
        .stderr("");
}

#[test]
fn for_programs_the_changes_are_json() {
    let folder = folder(OLD);
    let done = run_in(folder.path(), &["migrate", "old.toml", "--format", "json"]);
    let message: Json = serde_json::from_str(&done.err()).unwrap();
    assert_eq!((&message["from"], &message["to"], &message["migrated"]), (&0.into(), &1.into(), &true.into()));
    let change = &message["changes"][0];
    assert_eq!(change["from"][0]["path"], "/network/connection_timeout");
    assert_eq!((&change["line"], &change["column"]), (&6.into(), &1.into()));
    assert_eq!(change["to"][0]["value"], "\"30s\"");
    assert_eq!(change["why"], "converted to a string");
    run_in(folder.path(), &["migrate", "absent.toml", "--format", "json"])
        .stderr("error: absent.toml: No such file or directory (os error 2)\n");
}

#[test]
fn standard_input_is_migrated_and_has_no_place() {
    pipe(&["migrate", "-"], OLD).stdout(NEW);
    run(&["migrate", "-", "--in-place"])
        .code(2)
        .stderr("error: standard input cannot be replaced; leave out --in-place\n");
}

#[test]
fn what_cannot_be_migrated_is_refused_and_stays_as_it_is() {
    let (code, message) = refused("version = 3\nunheard = 1\n", &[]);
    assert_eq!(code, 1);
    assert!(
        message.starts_with("error: the config is written for version 3, and this program reads versions up to 1"),
        "{message}"
    );
    assert!(!message.contains("unheard"), "{message}");
    let (code, message) = refused("version = 0\nx = \n", &[]);
    assert!(code == 1 && message.contains("toml/syntax"), "{message}");
    let (code, message) = refused("version = 'x'\n", &[]);
    assert!(code == 1 && message.contains("version must be an integer, and is \"x\""), "{message}");
    let (code, message) = refused("version = 1\n", &["--to", "2"]);
    assert_eq!((code, message.as_str()), (2, "error: unknown version 2: the newest version of this program is 1\n"));
    let (code, message) = refused("version = 1\n", &["--to", "0"]);
    assert_eq!(code, 2);
    let steps = "error: old.toml: version 1 cannot be migrated back: these steps are not reversible\n  last_reload is removed: the running node \
                 knows when it last reloaded\n  network.connection_timeout is converted from a table to a duration\n";
    assert!(message.starts_with(steps), "{message}");
    let (_, message) = refused("version = 3\n", &["--format", "json"]);
    let message: Json = serde_json::from_str(&message).unwrap();
    assert_eq!((&message["migrated"], &message["findings"][0]["rule"]), (&false.into(), &"version/newer".into()));
}

#[test]
fn a_file_that_cannot_be_replaced_is_said() {
    let folder = folder(OLD);
    fs::create_dir(folder.path().join("pipe.toml")).unwrap();
    run_in(folder.path(), &["migrate", "--in-place", "pipe.toml"])
        .code(2)
        .stderr("error: pipe.toml: not a regular file: a directory\n");
}

#[test]
fn an_older_config_is_loaded_and_its_values_still_know_their_lines() {
    let folder = folder(OLD);
    run_in(folder.path(), &["explain", "--config", "old.toml", "network.connection_timeout"])
        .code(0)
        .stdout(contains("30s"))
        .stdout(contains("old.toml:6:1"));
}

#[test]
fn a_schema_is_held_against_an_older_one() {
    let folder = folder("");
    let mut schema: Json = serde_json::from_str(&run(&["schema"]).out()).unwrap();
    let write = |name: &str, schema: &Json| fs::write(folder.path().join(name), schema.to_string()).unwrap();
    write("same.json", &schema);
    run_in(folder.path(), &["schema", "--against", "same.json"])
        .code(0)
        .stdout("admitted: 0 errors, 0 warnings\n")
        .stderr("");
    schema["properties"]["network"]["properties"]["retired"] = serde_json::json!({ "type": "string" });
    write("old.json", &schema);
    run_in(folder.path(), &["schema", "--against", "old.json"])
        .code(1)
        .stdout(starts_with("error: network.retired was removed"))
        .stdout(contains("help: increment the version to 2 and add a migration from 1 to 2 for it"));
    let json = run_in(folder.path(), &["schema", "--against", "old.json", "--format", "json"]).out();
    let report: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(report["configs"][0]["findings"][0]["path"], "/network/retired");
    // A new optional field breaks nothing.
    run_in(folder.path(), &["schema", "--schema", "old.json", "--against", "same.json"]).code(0);
}

#[test]
fn the_history_takes_what_breaks_nothing_and_refuses_the_rest() {
    let folder = folder("");
    let keep = || run_in(folder.path(), &["schema", "--history", "."]);
    let kept = keep().code(0).out();
    assert_eq!(kept, fs::read_to_string(folder.path().join("1.json")).unwrap());
    let mut older: Json = serde_json::from_slice(&fs::read(folder.path().join("1.json")).unwrap()).unwrap();
    older["properties"]["game"]["properties"]["dice"] = serde_json::json!({ "type": "integer" });
    let older = older.to_string();
    fs::write(folder.path().join("1.json"), &older).unwrap();
    keep().code(1).stdout("").stderr(starts_with("error: game.dice was removed"));
    assert_eq!(fs::read_to_string(folder.path().join("1.json")).unwrap(), older);
    fs::write(folder.path().join("plain.json"), "{}").unwrap();
    run_in(folder.path(), &["schema", "--schema", "plain.json", "--history", "."])
        .code(2)
        .stderr("error: the schema has no version: mark a field with x-version\n");
}

#[test]
fn a_file_of_another_schema_stays_as_it_is() {
    let files = files(&[
        ("s.json", r#"{ "properties": { "a": { "type": "integer" } } }"#),
        ("f.toml", "#:schema ./s.json\na = 1\n"),
        ("g.yaml", "a: 1\n"),
        ("confgate.toml", "[[schemas]]\nfiles = [\"g.yaml\"]\nschema = \"s.json\"\n"),
    ]);
    for file in ["f.toml", "g.yaml"] {
        let text = fs::read_to_string(files.path().join(file)).unwrap();
        run_in(files.path(), &["migrate", file, "--in-place"]).code(2).stdout("").stderr(format!(
            "error: {file}: its schema has no migrations: they are those of the model of this program\n"
        ));
        assert_eq!(fs::read_to_string(files.path().join(file)).unwrap(), text);
    }
}
