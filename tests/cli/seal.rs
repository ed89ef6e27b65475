//! `confgate keygen`, `seal`, `unseal` and `rekey`: output, files, and failures that change nothing.

mod page;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use assert_cmd::assert::Assert;
use confgate_test_support::{Printed, confgate, program, root};
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use tempfile::TempDir;

const CANARY: &str = "canary-3f9a";

const CONFIG: &str = "# the node\n[network]\nlisten_port = 4000 # ours\n\n[[network.turn_servers]]\n\
                      url = \"turn:a.example\"\nusername = 'u'\npassword = 'canary-3f9a' # ask ops\n\n\
                      [database]\nurl = \"postgresql://u:canary-3f9a@db/x\"\n";

/// Creates a folder with the keys of these tests, a key `id` with its public key in `to`, and a config.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for key in fs::read_dir(root().join("tests/seal/keys")).unwrap() {
        let key = key.unwrap().path();
        fs::copy(&key, folder.path().join(key.file_name().unwrap())).unwrap();
    }
    let public = run(folder.path(), &["keygen", "-o", "id"]).err();
    fs::write(folder.path().join("to"), public.trim_start_matches("Public key: ")).unwrap();
    fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
    fs::write(folder.path().join("words"), "correct horse\n").unwrap();
    folder
}

/// Runs a command with `input` as its standard input.
fn pipe(folder: &Path, arguments: &[&str], input: impl Into<Vec<u8>>) -> Assert {
    let mut command = confgate!();
    command.current_dir(folder).env_remove("CONFGATE_IDENTITY").args(arguments);
    confgate_test_support::pipe(command, input)
}

/// Runs a command without input.
fn run(folder: &Path, arguments: &[&str]) -> Assert {
    pipe(folder, arguments, "")
}

/// Runs a command that must succeed without a message, and returns its output.
fn done(folder: &Path, arguments: &[&str]) -> String {
    run(folder, arguments).success().stderr("").out()
}

/// Asserts that a command fails with this message, shows no secret, and changes nothing in the folder.
fn refused(folder: &Path, arguments: &[&str], input: impl Into<Vec<u8>>, message: &str) {
    let before = snapshot(folder);
    pipe(folder, arguments, input)
        .code(2)
        .stdout("")
        .stderr(format!("error: {message}\n"))
        .stderr(contains(CANARY).not())
        .stderr(contains("AGE-SECRET-KEY-1G").not());
    assert_eq!(snapshot(folder), before, "{arguments:?}");
}

fn snapshot(folder: &Path) -> Vec<(String, Vec<u8>, u32)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries
        .map(|entry| {
            let mode = entry.metadata().unwrap().mode();
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap_or_default(), mode)
        })
        .collect();
    files.sort();
    files
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[test]
fn keygen_writes_an_identity_for_its_owner_alone_and_overwrites_none() {
    let folder = folder();
    let file = fs::read_to_string(folder.path().join("id")).unwrap();
    let public = fs::read_to_string(folder.path().join("to")).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert!(lines[0].starts_with("# created: 20") && lines[2].starts_with("AGE-SECRET-KEY-1"), "{lines:?}");
    assert_eq!(lines[1], format!("# public key: {}", public.trim()));
    assert_eq!(mode(&folder.path().join("id")), 0o600);
    let there = "id: the file exists already; choose another name or remove it";
    refused(folder.path(), &["keygen", "-o", "id"], b"", there);
    refused(folder.path(), &["keygen", "-o", "no/id"], b"", "no/id: No such file or directory (os error 2)");
    refused(folder.path(), &["keygen", "-o", "words/id"], b"", "words/id: Not a directory (os error 20)");
    let printed = run(folder.path(), &["keygen"]);
    let public = printed.err().trim_start_matches("Public key: ").trim().to_owned();
    assert!(public.starts_with("age1"), "{public}");
    printed.stdout(contains(format!("# public key: {public}\nAGE-SECRET-KEY-1")));
}

#[test]
fn a_value_from_standard_input_is_printed_sealed_and_opened_again() {
    let folder = folder();
    for (input, value) in
        [("canary-3f9a\n", "canary-3f9a"), ("canary-3f9a\r\n", "canary-3f9a"), (" a\nb\n\n", " a\nb\n")]
    {
        let sealed = pipe(folder.path(), &["seal", "-R", "to"], input.as_bytes());
        let sealed = sealed.code(0).stderr("").stdout(starts_with("encrypted:YWdl")).out();
        assert_eq!(sealed.lines().count(), 1);
        let opened = pipe(folder.path(), &["unseal", "--identity", "id"], sealed.as_bytes());
        opened.code(0).stdout(format!("{value}\n")).stderr("");
        fs::write(folder.path().join("value"), sealed).unwrap();
        done(folder.path(), &["unseal", "-i", "id", "value", "-o", "plain"]);
        assert_eq!(fs::read_to_string(folder.path().join("plain")).unwrap(), value);
    }
}

#[test]
fn a_value_that_cannot_be_sealed_or_opened_says_why() {
    let folder = folder();
    let path = folder.path();
    refused(path, &["seal", "-R", "to"], b"\n", "<stdin>: the value is empty");
    refused(path, &["seal", "-R", "to"], b"encrypted:YQ==", "<stdin>: already sealed");
    refused(path, &["seal", "-R", "to"], b"\xff", "<stdin>: the value is not UTF-8 text; `seal -` seals any bytes");
    let neither = "<stdin>: neither an age file nor a sealed value; use --in-place to open values in a TOML file";
    refused(path, &["unseal", "-i", "id"], CANARY.as_bytes(), neither);
    let broken = "<stdin>: the text after `encrypted:` is not base64: it was changed or truncated";
    refused(path, &["unseal", "-i", "id"], b"encrypted:canary-3f9a", broken);
    let sealed = pipe(path, &["seal", "-R", "to"], CANARY.as_bytes()).out();
    let others = "<stdin>: none of the identities opens it: it was sealed for other recipients, or changed afterwards";
    refused(path, &["unseal", "-i", "ed25519"], sealed.as_bytes(), others);
    let none = "no identity to open it with; name an identity file with --identity or in CONFGATE_IDENTITY";
    refused(path, &["unseal"], sealed.as_bytes(), none);
    let absent = "absent: No such file or directory (os error 2)";
    refused(path, &["unseal", "-i", "absent"], sealed.as_bytes(), absent);
    let public = "to: line 1: this is a recipient; its identity begins with AGE-SECRET-KEY-1";
    refused(path, &["unseal", "-i", "to"], sealed.as_bytes(), public);
}

#[test]
fn recipients_that_cannot_be_used_say_why() {
    let folder = folder();
    let path = folder.path();
    let key = fs::read_to_string(root().join("tests/seal/keys/age")).unwrap();
    let identity = "this is an identity, which must stay secret: use its public key";
    let secret_key = key.lines().last().unwrap();
    refused(path, &["seal", "-r", secret_key], b"x", &format!("--recipient: {identity}"));
    refused(path, &["seal", "-R", "ed25519"], b"x", &format!("ed25519: line 1: {identity}"));
    fs::write(path.join("empty"), "# empty\n").unwrap();
    refused(path, &["seal", "-R", "empty"], b"x", "empty: no recipient found");
    let mixed = "a passphrase must be the only recipient";
    refused(path, &["seal", "-R", "to", "--passphrase-file", "words"], b"x", mixed);
    refused(path, &["seal", "--passphrase-file", "absent"], b"x", "absent: No such file or directory (os error 2)");
    fs::write(path.join("nothing"), "\n").unwrap();
    refused(path, &["seal", "--passphrase-file", "nothing"], b"x", "nothing: the passphrase is empty");
    fs::write(path.join("bytes"), b"\xff\n").unwrap();
    refused(path, &["seal", "--passphrase-file", "bytes"], b"x", "bytes: the passphrase is not UTF-8 text");
    let without = run(path, &["seal"]);
    without.code(2).stderr(contains("the following required arguments were not provided"));
}

#[test]
fn the_identity_file_may_be_named_by_a_variable() {
    let folder = folder();
    let sealed = pipe(folder.path(), &["seal", "-R", "to"], CANARY.as_bytes()).out();
    let mut command = confgate!();
    command.current_dir(folder.path()).env("CONFGATE_IDENTITY", "id").arg("unseal");
    confgate_test_support::pipe(command, sealed).stdout("canary-3f9a\n");
}

#[test]
fn ssh_keys_are_recipients_and_identities() {
    let folder = folder();
    for key in ["ed25519", "rsa"] {
        let sealed = pipe(folder.path(), &["seal", "-R", &format!("{key}.pub")], CANARY.as_bytes()).out();
        pipe(folder.path(), &["unseal", "-i", key], sealed.as_bytes()).stdout("canary-3f9a\n");
    }
    let sealed = pipe(folder.path(), &["seal", "-R", "protected.pub"], CANARY.as_bytes()).out();
    let opened = pipe(folder.path(), &["unseal", "-i", "protected", "--passphrase-file", "words"], sealed.as_bytes());
    opened.stdout("canary-3f9a\n");
}

#[test]
fn without_a_terminal_a_passphrase_comes_from_a_file_or_not_at_all() {
    let folder = folder();
    let detached = |arguments: &[&str], input: &str| {
        let mut command = Command::new("setsid");
        command.args(["--wait"]).arg(program!()).current_dir(folder.path()).args(arguments);
        confgate_test_support::pipe(command, input)
    };
    let sealed = detached(&["seal", "--passphrase-file", "words"], CANARY).out();
    detached(&["unseal", "--passphrase-file", "words"], &sealed).stdout("canary-3f9a\n");
    let asked = detached(&["unseal"], &sealed);
    asked.stderr("error: cannot ask for the passphrase without a terminal; use --passphrase-file\n");
    let asked = detached(&["seal", "--passphrase"], CANARY);
    asked.stderr("error: cannot ask for a passphrase without a terminal; use --passphrase-file\n");
    let sealed = pipe(folder.path(), &["seal", "-R", "protected.pub"], CANARY.as_bytes()).out();
    let asked = detached(&["unseal", "-i", "protected"], &sealed);
    asked.code(2).stdout("").stderr("error: cannot ask for the passphrase without a terminal; use --passphrase-file\n");
}

#[test]
fn a_whole_file_is_sealed_and_opened() {
    let folder = folder();
    let path = folder.path();
    done(path, &["seal", "config.toml", "-R", "to", "-o", "config.toml.age"]);
    assert!(fs::read(path.join("config.toml.age")).unwrap().starts_with(b"age-encryption.org/v1\n"));
    assert_eq!(done(path, &["unseal", "-i", "id", "config.toml.age"]), CONFIG);
    let armored = done(path, &["seal", "config.toml", "-R", "to", "--armor"]);
    assert!(armored.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
    pipe(path, &["unseal", "-i", "id"], armored.as_bytes()).stdout(CONFIG);
    done(path, &["unseal", "-i", "id", "config.toml.age", "-o", "plain.toml"]);
    assert_eq!(mode(&path.join("plain.toml")), 0o600);
    let again = ["unseal", "-i", "id", "config.toml.age", "-o", "plain.toml"];
    assert_eq!(done(path, &again), "");
    fs::set_permissions(path.join("plain.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(
        done(path, &again),
        "plain.toml: the file was accessible to other users (mode 644); now only its owner has access\n"
    );
    assert_eq!(mode(&path.join("plain.toml")), 0o600);
    let sealed = "config.toml.age: already sealed; use `rekey` to seal it for other recipients";
    refused(path, &["seal", "config.toml.age", "-R", "to"], b"", sealed);
    refused(path, &["seal", "config.toml", "-R", "to", "-o", "."], b"", ".: not a regular file");
}

#[test]
fn values_are_sealed_in_place_and_nothing_else_changes() {
    let folder = folder();
    let path = folder.path();
    let file = path.join("config.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let arguments =
        ["seal", "-R", "to", "--in-place", "config.toml", "network.turn_servers[0].password", "database.url"];
    let printed = done(path, &arguments);
    assert_eq!(printed, "sealed network.turn_servers[0].password\nsealed database.url\n");
    let sealed = fs::read_to_string(&file).unwrap();
    assert!(!sealed.contains(CANARY) && sealed.contains("\" # ask ops\n") && mode(&file) == 0o640);
    assert_eq!(sealed.lines().count(), CONFIG.lines().count());
    run(path, &["check", "config.toml"]).code(0);
    refused(path, &arguments, b"", &already("network.turn_servers[0].password"));
    let printed = done(path, &["unseal", "-i", "id", "--in-place", "config.toml"]);
    assert_eq!(
        printed,
        "opened network.turn_servers[0].password\nopened database.url\n\
         warning: config.toml: other users can read the file (mode 640)\n"
    );
    assert_eq!(mode(&file), 0o640);
    let opened = fs::read_to_string(&file).unwrap();
    assert_eq!(opened, CONFIG.replace("'canary-3f9a'", "\"canary-3f9a\""));
}

fn already(key: &str) -> String {
    format!("config.toml: {key} is sealed already: seal it for others with `rekey`")
}

#[test]
fn one_value_that_cannot_be_sealed_or_opened_leaves_all_as_they_are() {
    let folder = folder();
    let path = folder.path();
    let seal = |key| ["seal", "-R", "to", "--in-place", "config.toml", "database.url", key];
    refused(path, &seal("database.urk"), b"", "config.toml: database.urk not found");
    let port = "config.toml: network.listen_port is an integer: only a string can be sealed";
    refused(path, &seal("network.listen_port"), b"", port);
    refused(path, &seal("database.url"), b"", "config.toml: database.url is given twice");
    let none = "no values to seal; name them or use --all-secrets";
    refused(path, &["seal", "-R", "to", "--in-place", "config.toml"], b"", none);
    let place = "standard input cannot be changed in place; name a file";
    refused(path, &["seal", "-R", "to", "--in-place", "-", "a"], b"a = 'x'", place);
    refused(path, &["unseal", "-i", "id", "--in-place", "-"], b"a = 'x'", place);
    refused(path, &["rekey", "-i", "id", "-R", "to", "-"], b"a = 'x'", place);
    refused(path, &["unseal", "-i", "id", "--in-place", "config.toml"], b"", "config.toml: contains nothing sealed");
    refused(path, &["rekey", "-i", "id", "-R", "to", "config.toml"], b"", "config.toml: contains nothing sealed");
    let open = "config.toml: database.url: not a sealed value: it does not begin with `encrypted:`";
    refused(path, &["unseal", "-i", "id", "--in-place", "config.toml", "database.url"], b"", open);
    done(path, &["seal", "-R", "to", "--in-place", "config.toml", "network.turn_servers[0].password"]);
    done(path, &["seal", "-R", "rsa.pub", "--in-place", "config.toml", "database.url"]);
    let others = "config.toml: database.url: none of the identities opens it: it was sealed for other recipients, or changed afterwards";
    refused(path, &["unseal", "-i", "id", "--in-place", "config.toml"], b"", others);
    refused(path, &["rekey", "-i", "id", "-R", "to", "config.toml"], b"", others);
    fs::write(path.join("config.toml"), "a = 'x'\nb = canary-3f9a canary-3f9a").unwrap();
    let printed = run(path, &["seal", "-R", "to", "--in-place", "config.toml", "a"]);
    printed.code(2).stderr(starts_with("error: config.toml: not TOML at 2:")).stderr(contains(CANARY).not());
    fs::write(path.join("config.toml"), b"a = '\xff'").unwrap();
    let text = "config.toml: not TOML: the text is not UTF-8";
    refused(path, &["seal", "-R", "to", "--in-place", "config.toml", "a"], b"", text);
    let key = run(path, &["seal", "-R", "to", "--in-place", "config.toml", "a[x]"]);
    key.stderr(contains("brackets contain the index of an element, from 0"));
}

#[test]
fn all_secrets_of_the_schema_are_sealed_at_once() {
    let folder = folder();
    let path = folder.path();
    let seal = ["seal", "-R", "to", "--in-place", "config.toml", "--all-secrets"];
    assert_eq!(done(path, &seal), "sealed network.turn_servers[0].password\nsealed database.url\n");
    assert!(!fs::read_to_string(path.join("config.toml")).unwrap().contains(CANARY));
    assert_eq!(done(path, &seal), "nothing to seal\n");
    run(path, &["check", "config.toml"]).code(0);
    let schema = r#"{"properties": {"pin": {"type": "integer", "x-secret": true}, "word": {"type": "string", "x-secret": true}}}"#;
    fs::write(path.join("schema.json"), schema).unwrap();
    fs::write(path.join("other.toml"), "word = 'canary-3f9a'\n").unwrap();
    let seal = ["seal", "-R", "to", "--in-place", "other.toml", "--all-secrets", "--schema", "schema.json"];
    assert_eq!(done(path, &seal), "sealed word\n");
    fs::write(path.join("other.toml"), "pin = 1234\nword = 'canary-3f9a'\n").unwrap();
    refused(path, &seal, b"", "other.toml: pin is an integer: only a string can be sealed");
}

#[test]
fn rekeying_gives_all_that_is_sealed_to_others_and_takes_it_from_the_old() {
    let folder = folder();
    let path = folder.path();
    done(path, &["seal", "-R", "to", "--in-place", "config.toml", "--all-secrets"]);
    let before = fs::read_to_string(path.join("config.toml")).unwrap();
    let printed = done(path, &["rekey", "config.toml", "-i", "id", "-R", "rsa.pub", "-R", "ed25519.pub"]);
    assert_eq!(printed, "rekeyed network.turn_servers[0].password\nrekeyed database.url\n");
    let old = run(path, &["unseal", "-i", "id", "--in-place", "config.toml"]);
    old.stderr(contains("none of the identities opens it"));
    assert_ne!(fs::read_to_string(path.join("config.toml")).unwrap(), before);
    done(path, &["unseal", "-i", "ed25519", "--in-place", "config.toml"]);
    assert_eq!(
        fs::read_to_string(path.join("config.toml")).unwrap(),
        CONFIG.replace("'canary-3f9a'", "\"canary-3f9a\"")
    );
}

#[test]
fn a_whole_file_is_rekeyed_in_the_form_that_it_had() {
    let folder = folder();
    let path = folder.path();
    for armor in [&[][..], &["--armor"]] {
        done(path, &[&["seal", "config.toml", "--passphrase-file", "words", "-o", "f.age"], armor].concat());
        let first = fs::read(path.join("f.age")).unwrap()[..10].to_vec();
        let rekey = ["rekey", "f.age", "--old-passphrase-file", "words", "-R", "to"];
        assert_eq!(done(path, &rekey), "rekeyed f.age\n");
        assert!(fs::read(path.join("f.age")).unwrap().starts_with(&first));
        assert_eq!(done(path, &["unseal", "-i", "id", "f.age"]), CONFIG);
    }
    let wrong = "f.age: wrong passphrase";
    fs::write(path.join("wrong"), "battery staple").unwrap();
    done(path, &["seal", "config.toml", "--passphrase-file", "words", "-o", "f.age"]);
    refused(path, &["rekey", "f.age", "--old-passphrase-file", "wrong", "-R", "to"], b"", wrong);
    refused(path, &["unseal", "f.age", "--passphrase-file", "wrong"], b"", wrong);
}

#[test]
fn a_link_stays_a_link_and_what_it_leads_to_is_replaced() {
    let folder = folder();
    let path = folder.path();
    fs::create_dir(path.join("real")).unwrap();
    fs::rename(path.join("config.toml"), path.join("real/config.toml")).unwrap();
    symlink("real/config.toml", path.join("config.toml")).unwrap();
    done(path, &["seal", "-R", "to", "--in-place", "config.toml", "database.url"]);
    assert!(fs::symlink_metadata(path.join("config.toml")).unwrap().is_symlink());
    assert!(fs::read_to_string(path.join("real/config.toml")).unwrap().contains("\"encrypted:"));
    assert_eq!(fs::read_dir(path.join("real")).unwrap().count(), 1, "nothing is left beside it");
}
