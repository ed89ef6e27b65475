//! `confgate migrate` and `confgate schema --against`: what they print, what they write, and what stays when they fail.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

use super::support::{confgate, root};

const OLD: &str = "# the node\nversion = 0\n\n[network]\n# generous\nconnection_timeout = { secs = 30, nanos = 0 } # for now\n\n\
                   [treasury]\ntreasury_address = \"0xABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB\"\n";
const NEW: &str = "# the node\nversion = 1\n\n[network]\n# generous\nconnection_timeout = \"30s\" # for now\n\n\
                   [treasury]\ntreasury_address = \"ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB\"\n";

/// What is said of it, under the name of the file.
fn said(name: &str) -> String {
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

fn run(folder: &Path, arguments: &[&str]) -> Output {
    confgate().current_dir(folder).args(arguments).output().unwrap()
}

fn texts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// What is said on standard error where nothing can be done, and the file stays.
fn refused(text: &str, arguments: &[&str]) -> (i32, String) {
    let folder = folder(text);
    let (code, out, err) = texts(&run(folder.path(), &[&["migrate", "old.toml", "--in-place"], arguments].concat()));
    assert_eq!(out, "");
    assert_eq!(fs::read_to_string(folder.path().join("old.toml")).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    (code.unwrap(), err)
}

#[test]
fn the_new_text_goes_to_standard_output_and_each_change_to_standard_error() {
    let folder = folder(OLD);
    let done = run(folder.path(), &["migrate", "old.toml"]);
    assert_eq!(texts(&done), (Some(0), NEW.to_owned(), said("old.toml")));
    assert_eq!(fs::read_to_string(folder.path().join("old.toml")).unwrap(), OLD);
}

#[test]
fn in_place_the_file_is_replaced_and_keeps_its_mode_and_links_to_it() {
    let folder = folder(OLD);
    let file = folder.path().join("old.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("old.toml", folder.path().join("link.toml")).unwrap();
    let (code, out, err) = texts(&run(folder.path(), &["migrate", "--in-place", "link.toml"]));
    assert_eq!((code, out, err.as_str()), (Some(0), said("link.toml"), ""));
    assert_eq!(fs::read_to_string(&file).unwrap(), NEW);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(folder.path().join("link.toml")).unwrap().is_symlink());
    let again = texts(&run(folder.path(), &["migrate", "--in-place", "old.toml"]));
    assert_eq!(again, (Some(0), "old.toml is at version 1 already\n".to_owned(), String::new()));
}

#[test]
fn for_programs_the_changes_are_json() {
    let folder = folder(OLD);
    let (_, _, err) = texts(&run(folder.path(), &["migrate", "old.toml", "--format", "json"]));
    let said: Json = serde_json::from_str(&err).unwrap();
    assert_eq!((&said["from"], &said["to"], &said["migrated"]), (&0.into(), &1.into(), &true.into()));
    let change = &said["changes"][0];
    assert_eq!(change["from"][0]["path"], "/network/connection_timeout");
    assert_eq!((&change["line"], &change["column"]), (&6.into(), &1.into()));
    assert_eq!(change["to"][0]["value"], "\"30s\"");
    assert_eq!(change["why"], "converted to a string");
    let (_, _, err) = texts(&run(folder.path(), &["migrate", "absent.toml", "--format", "json"]));
    assert_eq!(err, "error: absent.toml: No such file or directory (os error 2)\n");
}

#[test]
fn standard_input_is_migrated_and_has_no_place() {
    let mut command = confgate();
    command.args(["migrate", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(OLD.as_bytes()).unwrap();
    assert_eq!(child.wait_with_output().unwrap().stdout, NEW.as_bytes());
    let (code, _, err) = texts(&run(&root(), &["migrate", "-", "--in-place"]));
    assert_eq!((code, err.as_str()), (Some(2), "error: standard input has no place: leave out --in-place\n"));
}

#[test]
fn what_cannot_be_migrated_is_refused_and_stays_as_it_is() {
    let (code, said) = refused("version = 3\nunheard = 1\n", &[]);
    assert_eq!(code, 1);
    assert!(
        said.starts_with("error: the config is written for version 3, and this program reads versions up to 1"),
        "{said}"
    );
    assert!(!said.contains("unheard"), "{said}");
    let (code, said) = refused("version = 0\nx = \n", &[]);
    assert!(code == 1 && said.contains("toml/syntax"), "{said}");
    let (code, said) = refused("version = 'x'\n", &[]);
    assert!(code == 1 && said.contains("version must be an integer, and is \"x\""), "{said}");
    let (code, said) = refused("version = 1\n", &["--to", "2"]);
    assert_eq!((code, said.as_str()), (2, "error: this program knows versions up to 1, and no version 2\n"));
    let (code, said) = refused("version = 1\n", &["--to", "0"]);
    assert_eq!(code, 2);
    let steps = "error: old.toml: version 1 cannot be migrated back: these steps are not reversible\n  last_reload is removed: the running node \
                 knows when it last reloaded\n  network.connection_timeout is converted from a table to a duration\n";
    assert!(said.starts_with(steps), "{said}");
    let (_, said) = refused("version = 3\n", &["--format", "json"]);
    let said: Json = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["migrated"], &said["findings"][0]["rule"]), (&false.into(), &"version/newer".into()));
}

#[test]
fn a_file_that_cannot_be_replaced_is_said() {
    let folder = folder(OLD);
    let fifo = folder.path().join("pipe.toml");
    fs::create_dir(&fifo).unwrap();
    let (code, _, err) = texts(&run(folder.path(), &["migrate", "--in-place", "pipe.toml"]));
    assert_eq!((code, err.as_str()), (Some(2), "error: pipe.toml: Is a directory (os error 21)\n"));
}

#[test]
fn an_older_config_is_loaded_and_its_values_still_know_their_lines() {
    let folder = folder(OLD);
    let (code, out, _) = texts(&run(folder.path(), &["explain", "--config", "old.toml", "network.connection_timeout"]));
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("30s") && out.contains("old.toml:6:1"), "{out}");
}

#[test]
fn a_schema_is_held_against_an_older_one() {
    let folder = folder("");
    let mut schema: Json = serde_json::from_slice(&run(folder.path(), &["schema"]).stdout).unwrap();
    let write = |name: &str, schema: &Json| fs::write(folder.path().join(name), schema.to_string()).unwrap();
    write("same.json", &schema);
    let same = texts(&run(folder.path(), &["schema", "--against", "same.json"]));
    assert_eq!(same, (Some(0), "admitted: 0 errors, 0 warnings\n".to_owned(), String::new()));
    schema["properties"]["network"]["properties"]["retired"] = serde_json::json!({ "type": "string" });
    write("old.json", &schema);
    let (code, out, _) = texts(&run(folder.path(), &["schema", "--against", "old.json"]));
    assert_eq!(code, Some(1));
    assert!(out.starts_with("error: network.retired was removed"), "{out}");
    assert!(out.contains("help: increment the version to 2 and add a migration from 1 to 2 for it"), "{out}");
    let (_, out, _) = texts(&run(folder.path(), &["schema", "--against", "old.json", "--format", "json"]));
    let report: Json = serde_json::from_str(&out).unwrap();
    assert_eq!(report["configs"][0]["findings"][0]["path"], "/network/retired");
    let other = texts(&run(folder.path(), &["schema", "--schema", "old.json", "--against", "same.json"]));
    assert_eq!(other.0, Some(0), "a new optional field breaks nothing: {}", other.1);
}

#[test]
fn the_history_takes_what_breaks_nothing_and_refuses_the_rest() {
    let folder = folder("");
    let keep = || texts(&run(folder.path(), &["schema", "--history", "."]));
    let (code, out, _) = keep();
    assert_eq!((code, out), (Some(0), fs::read_to_string(folder.path().join("1.json")).unwrap()));
    let mut older: Json = serde_json::from_slice(&fs::read(folder.path().join("1.json")).unwrap()).unwrap();
    older["properties"]["game"]["properties"]["dice"] = serde_json::json!({ "type": "integer" });
    let older = older.to_string();
    fs::write(folder.path().join("1.json"), &older).unwrap();
    let (code, out, err) = keep();
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.starts_with("error: game.dice was removed"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("1.json")).unwrap(), older);
    fs::write(folder.path().join("plain.json"), "{}").unwrap();
    let (code, _, err) = texts(&run(folder.path(), &["schema", "--schema", "plain.json", "--history", "."]));
    assert_eq!(
        (code, err.as_str()),
        (Some(2), "error: the schema says no version: no field of it is marked x-version\n")
    );
}
