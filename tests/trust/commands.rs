//! `confgate key`, `sign` and `verify`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::{folder_with_bundle, set_mode};
use assert_cmd::assert::{Assert, OutputAssertExt};
use confgate_test_support::{Printed, confgate, pipe, program, root};

/// Runs a command line of words without spaces.
fn run(folder: &Path, line: &str) -> Assert {
    confgate!().current_dir(folder).args(line.split(' ')).assert()
}

/// Runs a command that must succeed without a message, and returns its output.
fn done(folder: &Path, line: &str) -> String {
    run(folder, line).code(0).stderr("").out()
}

/// Runs a command that must refuse a bundle, and returns its output.
fn refused(folder: &Path, line: &str) -> String {
    run(folder, line).code(1).stderr("").out()
}

/// Runs a command that must fail without a verdict, and returns its message.
fn failed(folder: &Path, line: &str) -> String {
    run(folder, line).code(2).stdout("").err()
}

/// Creates a folder with a bundle and a key `a-1` in `a-1.key`. Returns the public key too.
fn folder_with_key() -> (tempfile::TempDir, String) {
    let folder = folder_with_bundle();
    let public = done(folder.path(), "key generate a-1").trim_end().to_owned();
    (folder, public)
}

#[test]
fn a_signed_bundle_is_verified() {
    let (folder, public) = folder_with_key();
    let folder = folder.path();
    assert_eq!(done(folder, "sign production --key-file a-1.key"), "production.sig: signed by a-1\n");
    let verify = format!("verify production --trusted-public-key {public}");
    assert_eq!(done(folder, &verify), "production: signed by a-1\n");
    assert_eq!(fs::metadata(folder.join("production.sig")).unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn a_bundle_is_signed_from_within_and_through_a_link_as_well() {
    let (folder, public) = folder_with_key();
    let folder = folder.path();
    done(&folder.join("production"), "sign . -k ../a-1.key");
    let first = fs::read(folder.join("production.sig")).unwrap();
    done(&folder.join("production"), &format!("verify . -k {public}"));
    symlink("production", folder.join("result")).unwrap();
    assert_eq!(done(folder, "sign result/ -k a-1.key"), "result.sig: signed by a-1\n");
    assert_eq!(fs::read(folder.join("result.sig")).unwrap(), first);
    done(folder, "sign production -k a-1.key -o elsewhere");
    assert_eq!(done(folder, &format!("verify result -s elsewhere -k {public}")), "result: signed by a-1\n");
}

#[test]
fn a_secret_key_is_its_owners_alone_and_never_overwritten() {
    let (folder, public) = folder_with_key();
    let folder = folder.path();
    let file = folder.join("a-1.key");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(done(folder, "key public a-1.key"), format!("{public}\n"));
    let before = fs::read(&file).unwrap();
    assert_eq!(
        failed(folder, "key generate a-1"),
        "error: a-1.key: the file exists already; choose another name or remove it\n"
    );
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2, "nothing is left of what failed");
    done(folder, "key generate b-1 --output other.key");
    assert_eq!(
        failed(folder, "key generate b-1 -o no/b.key"),
        "error: no/b.key: No such file or directory (os error 2)\n"
    );
    assert!(failed(folder, "key generate a:b").contains("the name is empty or contains a space, a colon"));
}

#[test]
fn what_is_no_secret_key_is_refused_and_not_shown() {
    let (folder, public) = folder_with_key();
    let folder = folder.path();
    let secret = fs::read_to_string(folder.join("a-1.key")).unwrap();
    let key = |text: &[u8]| {
        fs::write(folder.join("key"), text).unwrap();
        let failure = failed(folder, "sign production -k key");
        assert!(!failure.contains(&secret[4..20]), "{failure}");
        assert!(!folder.join("production.sig").exists());
        failure
    };
    assert_eq!(
        key(public.as_bytes()),
        "error: key: not a secret key: expected 64 bytes, found 32 (this may be a public key)\n"
    );
    assert_eq!(key(&secret.as_bytes()[..50]), "error: key: not a secret key: the text after the name is not base64\n");
    assert_eq!(key(&[0xff]), "error: key: not a secret key: not UTF-8 text\n");
    assert_eq!(failed(folder, "key public gone"), "error: gone: No such file or directory (os error 2)\n");
}

#[test]
fn a_secret_key_in_the_place_of_a_public_one_is_not_shown() {
    let (folder, _) = folder_with_key();
    let secret = fs::read_to_string(folder.path().join("a-1.key")).unwrap();
    assert_eq!(
        failed(folder.path(), &format!("verify production -k {}", secret.trim_end())),
        "error: --trusted-public-key: not a public key: expected 32 bytes, found 64 (this may be a secret key)\n"
    );
}

#[test]
fn a_second_signature_of_the_same_files_is_added_and_one_of_others_is_not_kept() {
    let (folder, one) = folder_with_key();
    let folder = folder.path();
    let other = done(folder, "key generate b-1").trim_end().to_owned();
    for key in ["a-1", "b-1", "b-1"] {
        done(folder, &format!("sign production -k {key}.key"));
    }
    let signatures = || {
        let text = fs::read_to_string(folder.join("production.sig")).unwrap();
        text.lines().filter_map(|line| line.strip_prefix("Sig: ")).map(|line| line[..3].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(signatures(), ["a-1", "b-1"]);
    done(folder, &format!("verify production -k {one}"));
    done(folder, &format!("verify production -k {other}"));
    fs::write(folder.join("production/config.toml"), "port = 2\n").unwrap();
    done(folder, "sign production -k b-1.key");
    assert_eq!(signatures(), ["b-1"]);
}

#[test]
fn what_cannot_be_signed_is_said_and_nothing_is_written() {
    let (folder, _) = folder_with_key();
    let folder = folder.path();
    let sign = |more: &str| failed(folder, &format!("sign {more} -k a-1.key"));
    assert_eq!(sign("gone"), "error: gone: No such file or directory (os error 2)\n");
    assert_eq!(sign("production -o no/x"), "error: no: No such file or directory (os error 2)\n");
    assert_eq!(
        sign("production -o production/sub/x.sig"),
        "error: production/sub/x.sig: the signature of a bundle cannot be inside the bundle\n"
    );
    assert_eq!(
        sign("production --name pröd"),
        "error: \"pröd\" is not a valid name of a store path: 'ö' is not an ASCII letter, a digit or one of + - . _ ? =: \
         set another name with --name\n"
    );
    fs::write(folder.join("letter"), "Dear all\n").unwrap();
    assert_eq!(sign("production -o letter"), "error: letter: not a signature: line 1 is not `NAME: VALUE`\n");
    assert_eq!(fs::read_to_string(folder.join("letter")).unwrap(), "Dear all\n");
    let socket = folder.join("production/socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    let at = socket.canonicalize().unwrap();
    assert_eq!(sign("production"), format!("error: {} is a socket, which a NAR cannot hold\n", at.display()));
    assert!(!folder.join("production.sig").exists());
}

#[test]
fn a_bundle_that_is_not_what_was_signed_is_refused() {
    let (folder, public) = folder_with_key();
    let folder = folder.path();
    let verify = format!("verify production -k {public}");
    assert_eq!(refused(folder, &verify), "production: rejected: production.sig: the signature file does not exist\n");
    done(folder, "sign production -k a-1.key");
    set_mode(&folder.join("production/sub/run"), 0o644);
    let failure = refused(folder, &verify);
    assert!(
        failure.starts_with("production: rejected: the files differ from the signed ones: found sha256:"),
        "{failure}"
    );
    set_mode(&folder.join("production/sub/run"), 0o755);
    done(folder, &verify);
    let other = done(folder, "key generate b-1 -o b.key");
    assert_eq!(
        refused(folder, &format!("verify production -k {}", other.trim_end())),
        "production: rejected: signed by a-1, which is not trusted; trusted: b-1\n"
    );
    done(folder, &format!("{verify} -k {}", other.trim_end()));
    for (text, reason) in [
        (&b"x"[..], "not a signature: line 1 is not `NAME: VALUE`"),
        (b"", "not a signature: StorePath is missing"),
        (&[0xff], "not UTF-8 text"),
    ] {
        fs::write(folder.join("production.sig"), text).unwrap();
        assert_eq!(refused(folder, &verify), format!("production: rejected: production.sig: {reason}\n"));
    }
}

#[test]
fn what_cannot_be_verified_is_no_refusal() {
    let (folder, public) = folder_with_key();
    let folder = folder.path();
    assert_eq!(
        failed(folder, &format!("verify gone -k {public}")),
        "error: gone: No such file or directory (os error 2)\n"
    );
    assert_eq!(
        failed(folder, "verify production -k unknown"),
        "error: --trusted-public-key: not a public key: expected NAME:BASE64\n"
    );
    assert!(failed(folder, "verify production").contains("--trusted-public-key <KEY>"));
    assert_eq!(
        failed(folder, &format!("verify production -s . -k {public}")),
        "error: .: not a regular file: a directory\n"
    );
    done(folder, "sign production -k a-1.key");
    deepen(&folder.join("production"));
    let failure = failed(folder, &format!("verify production -k {public}"));
    assert!(failure.ends_with(": File name too long (os error 36)\n"), "{failure}");
}

/// Nests folders so deep that the path of the last one is too long for the system.
fn deepen(folder: &Path) {
    let deep = |top: &Path| (0..15).fold(top.to_owned(), |path, _| path.join("x".repeat(200)));
    for top in ["top", "rest"] {
        fs::create_dir_all(deep(&folder.join(top))).unwrap();
    }
    fs::rename(folder.join("rest"), deep(&folder.join("top")).join("rest")).unwrap();
}

#[test]
fn a_signature_is_read_from_standard_input() {
    let (folder, public) = folder_with_key();
    done(folder.path(), "sign production -k a-1.key");
    let verify = |signature: Vec<u8>| {
        let mut command = confgate!();
        command.current_dir(folder.path()).args(["verify", "production", "--signature", "-", "-k", &public]);
        pipe(command, signature)
    };
    let signature = fs::read(folder.path().join("production.sig")).unwrap();
    verify(signature).code(0).stdout("production: signed by a-1\n").stderr("");
    let reason = "production: rejected: <stdin>: not a signature: StorePath is missing\n";
    verify(Vec::new()).code(1).stdout(reason).stderr("");
}

#[test]
fn completions_and_manual_pages_name_the_commands() {
    let folder = tempfile::TempDir::new().unwrap();
    let script = done(folder.path(), "completions bash");
    done(folder.path(), "man .");
    for command in ["key", "key-generate", "key-public", "sign", "verify"] {
        let last = command.rsplit('-').next().unwrap();
        assert!(script.contains(&format!(",{last})")), "{command}");
        assert!(folder.path().join(format!("confgate-{command}.1")).exists(), "{command}");
    }
}

#[test]
fn every_command_of_the_page_on_trust_prints_what_the_page_says() {
    let page = fs::read_to_string(root().join("docs/trust.md")).unwrap();
    let folder = folder_with_bundle();
    let binary = program!().parent().unwrap().to_owned();
    let path =
        std::env::join_paths([binary].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())))
            .unwrap();
    let mut tried = 0;
    for block in page.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
        for shown in block.split("$ ").skip(1) {
            let (command, expected) = shown.split_once('\n').unwrap();
            let mut shell = Command::new("bash");
            let printed = shell.current_dir(folder.path()).env("PATH", &path).args(["-c", command]).assert().text();
            assert_eq!(plain(&printed), plain(expected), "{command}");
            tried += 1;
        }
    }
    assert!(tried > 4, "{tried}");
}

/// Replaces public keys, which are random.
fn plain(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    words.map(|word| if word.starts_with("config.example.org-1:") { "KEY\n" } else { word }).collect()
}
