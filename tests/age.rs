//! Interoperability with the age program in both directions, and prompts at a terminal.
//!
//! `scripts/tools && cargo test --features seal --test age -- --ignored`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use confgate_test_support::confgate;
use confgate_test_support::terminal::at_terminal;
use tempfile::TempDir;

const PLAIN: &str = "canary-3f9a";
const WORDS: &str = "correct horse battery staple";
/// Path of the program under test, as text for a shell.
const PROGRAM: &str = env!("CARGO_BIN_EXE_confgate");

/// Creates a folder with a text in `plain`, a key of `confgate keygen`, one of `age-keygen` and two of `ssh-keygen`, each
/// with its public key in `.pub`.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    fs::write(at.join("plain"), PLAIN).unwrap();
    fs::write(at.join("words"), WORDS).unwrap();
    done(confgate!().args(["keygen", "-o", "ours"]), at);
    done(Command::new("age-keygen").args(["-o", "theirs"]), at);
    for key in ["ours", "theirs"] {
        done(Command::new("age-keygen").args(["-y", "-o", &format!("{key}.pub"), key]), at);
    }
    for kind in ["ed25519", "rsa"] {
        done(Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-f", kind]), at);
    }
    folder
}

/// Runs a program that must succeed, and returns its output.
fn done(command: &mut Command, folder: &Path) -> Vec<u8> {
    let output = command.current_dir(folder).stdin(Stdio::null()).output().expect("it is installed");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Runs a shell line in which `confgate` is the program under test.
fn shell(line: &str, folder: &Path) -> Vec<u8> {
    let line = format!("set -o pipefail; confgate() {{ '{PROGRAM}' \"$@\"; }}; {line}");
    done(Command::new("bash").args(["-c", &line]), folder)
}

#[test]
#[ignore = "needs age and ssh-keygen: `make test` runs it"]
fn the_age_program_opens_what_is_sealed_here_for_each_kind_of_key() {
    let folder = folder();
    for key in ["ours", "theirs", "ed25519", "rsa"] {
        for form in ["", "--armor"] {
            let line = format!("confgate seal plain {form} -R {key}.pub -o sealed; age -d -i {key} sealed");
            assert_eq!(shell(&line, folder.path()), PLAIN.as_bytes(), "{key} {form}");
        }
        let line = format!("confgate seal -R {key}.pub < plain | cut -d: -f2 | base64 -d | age -d -i {key}");
        assert_eq!(shell(&line, folder.path()), PLAIN.as_bytes(), "{key}");
    }
}

#[test]
#[ignore = "needs age and ssh-keygen: `make test` runs it"]
fn what_the_age_program_seals_for_each_kind_of_key_is_opened_here() {
    let folder = folder();
    for key in ["ours", "theirs", "ed25519", "rsa"] {
        for form in ["", "--armor"] {
            let line = format!("age -R {key}.pub {form} -o sealed plain; confgate unseal -i {key} sealed");
            assert_eq!(shell(&line, folder.path()), PLAIN.as_bytes(), "{key} {form}");
        }
        let value = format!("echo \"encrypted:$(age -R {key}.pub plain | base64 -w0)\"");
        let line = format!("{value} | confgate unseal -i {key}");
        assert_eq!(shell(&line, folder.path()), format!("{PLAIN}\n").as_bytes(), "{key}");
    }
}

#[test]
#[ignore = "needs age and ssh-keygen: `make test` runs it"]
fn one_of_several_recipients_is_enough_for_both() {
    let folder = folder();
    let all = "-R ours.pub -R theirs.pub -R ed25519.pub -R rsa.pub";
    shell(&format!("confgate seal plain {all} -o here; age {all} -o there plain"), folder.path());
    for key in ["ours", "theirs", "ed25519", "rsa"] {
        let line = format!("age -d -i {key} here; confgate unseal -i {key} there");
        assert_eq!(shell(&line, folder.path()), PLAIN.repeat(2).as_bytes(), "{key}");
    }
}

#[test]
#[ignore = "needs age and ssh-keygen: `make test` runs it"]
fn a_large_file_goes_both_ways() {
    let folder = folder();
    shell("head -c 1000000 /dev/urandom > large", folder.path());
    shell("confgate seal large -R theirs.pub | age -d -i theirs | cmp - large", folder.path());
    shell("age -R ours.pub large | confgate unseal -i ours | cmp - large", folder.path());
}

#[test]
#[ignore = "needs age and script: `make test` runs it"]
fn a_passphrase_goes_both_ways() {
    let folder = folder();
    let at = folder.path();
    shell("confgate seal plain --passphrase-file words -o here", at);
    let (code, shown) = at_terminal(at, "age -d -o opened here", &[("passphrase: ", WORDS)]);
    assert_eq!((code, fs::read(at.join("opened")).unwrap().as_slice()), (0, PLAIN.as_bytes()), "{shown}");
    let twice = [("passphrase (leave empty", WORDS), ("Confirm passphrase: ", WORDS)];
    let (code, shown) = at_terminal(at, "age -p -o there plain", &twice);
    assert_eq!(code, 0, "{shown}");
    assert_eq!(shell("confgate unseal there --passphrase-file words", at), PLAIN.as_bytes());
}

#[test]
#[ignore = "needs age and script: `make test` runs it"]
fn an_identity_file_that_age_protects_with_a_passphrase_is_used() {
    let folder = folder();
    let twice = [("passphrase (leave empty", WORDS), ("Confirm passphrase: ", WORDS)];
    let (code, shown) = at_terminal(folder.path(), "age -p -a -o locked theirs", &twice);
    assert_eq!(code, 0, "{shown}");
    let line = "age -R theirs.pub plain | confgate unseal -i locked --passphrase-file words";
    assert_eq!(shell(line, folder.path()), PLAIN.as_bytes());
}

#[test]
#[ignore = "needs script: `make test` runs it"]
fn what_is_typed_is_not_shown() {
    let folder = folder();
    let at = folder.path();
    let command = format!("'{PROGRAM}' seal --passphrase > value");
    let (code, shown) =
        at_terminal(at, &command, &[("Passphrase: ", WORDS), ("Passphrase again: ", WORDS), ("Value: ", PLAIN)]);
    assert_eq!((code, shown.as_str()), (0, "Passphrase: \nPassphrase again: \nValue: \n"));
    let (code, shown) = at_terminal(at, &format!("'{PROGRAM}' unseal value -o opened"), &[("Passphrase: ", WORDS)]);
    assert_eq!((code, shown.as_str()), (0, "Passphrase: \n"));
    assert_eq!(fs::read_to_string(at.join("opened")).unwrap(), PLAIN);
}

#[test]
#[ignore = "needs script and ssh-keygen: `make test` runs it"]
fn the_passphrase_of_an_ssh_key_is_asked_for_under_its_name() {
    let folder = folder();
    let at = folder.path();
    done(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", WORDS, "-f", "locked"]), at);
    shell("confgate seal plain -R locked.pub -o sealed", at);
    let command = format!("'{PROGRAM}' --color never unseal sealed -i locked");
    let (code, shown) = at_terminal(at, &command, &[("Passphrase of locked: ", WORDS)]);
    assert_eq!((code, shown), (0, format!("Passphrase of locked: \n{PLAIN}")));
    let (code, shown) = at_terminal(at, &command, &[("Passphrase of locked: ", "wrong")]);
    assert_eq!((code, shown.as_str()), (2, "Passphrase of locked: \nerror: locked: wrong passphrase\n"));
}

#[test]
#[ignore = "needs script: `make test` runs it"]
fn a_passphrase_that_is_mistyped_or_left_out_seals_nothing() {
    let folder = folder();
    let command = format!("'{PROGRAM}' --color never seal plain --passphrase -o sealed");
    let (code, shown) =
        at_terminal(folder.path(), &command, &[("Passphrase: ", WORDS), ("Passphrase again: ", "other")]);
    assert!(code == 2 && shown.ends_with("error: the two passphrases differ\n"), "{shown}");
    let (code, shown) = at_terminal(folder.path(), &command, &[("Passphrase: ", "")]);
    assert!(code == 2 && shown.ends_with("error: nothing was entered for a passphrase\n"), "{shown}");
    assert!(!folder.path().join("sealed").exists());
    let command = format!("'{PROGRAM}' --color never seal plain -R ours.pub");
    let (code, shown) = at_terminal(folder.path(), &command, &[]);
    assert_eq!(
        (code, shown.as_str()),
        (2, "error: a sealed file is binary and cannot be printed to a terminal; use --output or --armor\n")
    );
}
