//! `confgate audit verify --key`: trails with signed heads.

use std::fs;
use std::num::NonZeroU64;

use assert_cmd::assert::OutputAssertExt;
use confgate::audit::{AuditEntry, AuditTrail, ChangeSource, Digest, HeadSigner, Limits};
use confgate_test_support::{Printed, confgate};
use tempfile::TempDir;

/// A folder with a key, and a trail of five lines whose heads an agent would sign.
struct SignedTrail {
    folder: TempDir,
    public: String,
}

impl SignedTrail {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let done = confgate!().current_dir(&folder).args(["key", "generate", "node-1"]).assert().success();
        let public = done.out().trim().to_owned();
        let trail = Self { folder, public };
        trail.sign("node-1.key", 0..5);
        trail
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn append(trail: &mut AuditTrail, numbers: std::ops::Range<usize>) {
        for number in numbers {
            let (new, config) = (number.to_string(), Digest::of(b"config"));
            trail.append(&[AuditEntry::changed("game.min_bet", None, Some(&new), ChangeSource::Api, config)]).unwrap();
        }
    }

    /// Writes lines as a service does that has the key.
    fn sign(&self, key: &str, numbers: std::ops::Range<usize>) {
        let key: confgate::nix_signatures::SecretKey = self.read(key).trim().parse().unwrap();
        let path = self.folder.path().join("audit.jsonl");
        let signer =
            HeadSigner::new(HeadSigner::default_path(&path), NonZeroU64::MIN, move |text| key.sign(text).to_string());
        let mut trail = AuditTrail::open(&path, Limits::default()).unwrap().signed_by(signer).unwrap();
        Self::append(&mut trail, numbers);
    }

    /// Writes lines as an attacker does.
    fn forge(&self, numbers: std::ops::Range<usize>) {
        let path = self.folder.path().join("audit.jsonl");
        Self::append(&mut AuditTrail::open(path, Limits::default()).unwrap(), numbers);
    }

    /// Verifies the trail. Returns the exit code and the text without times and hashes.
    fn verify(&self, arguments: &[&str]) -> (i32, String) {
        let arguments = [&["audit", "verify", "audit.jsonl"][..], arguments].concat();
        let done = confgate!().current_dir(&self.folder).args(arguments).assert();
        let (code, text) = (done.exit_code(), done.text());
        // A hash can begin with the digits of a year too.
        let lines = text.lines().map(|line| match line.split_once(", 20") {
            _ if line.starts_with("  head: ") => "  head",
            Some((start, _)) => start,
            None => line,
        });
        (code, lines.map(|line| format!("{line}\n")).collect())
    }
}

#[test]
fn a_signed_trail_is_verified_with_the_public_key() {
    let trail = SignedTrail::new();
    let key = ["--key", trail.public.as_str()];
    let intact = "intact: 5 lines in 1 file\n  head\n  signed up to line 5\n";
    assert_eq!(trail.verify(&key), (0, intact.to_owned()));
    assert_eq!(trail.verify(&[]), (0, "intact: 5 lines in 1 file\n  head\n".to_owned()));
    trail.forge(5..7);
    let later = "intact: 7 lines in 1 file\n  head\n  signed up to line 5; 2 lines after it\n";
    assert_eq!(trail.verify(&key), (0, later.to_owned()));
    fs::rename(trail.folder.path().join("audit.jsonl.heads"), trail.folder.path().join("copy")).unwrap();
    assert_eq!(trail.verify(&["--key", &trail.public, "--heads", "copy"]), (0, later.to_owned()));
    let missing = "error: audit.jsonl.heads: No such file or directory (os error 2)\n";
    assert_eq!(trail.verify(&key), (2, missing.to_owned()));
}

#[test]
fn a_chain_that_was_written_anew_is_altered() {
    let trail = SignedTrail::new();
    fs::remove_file(trail.folder.path().join("audit.jsonl")).unwrap();
    trail.forge(10..15);
    assert_eq!(trail.verify(&[]).0, 0, "the chain alone is valid");
    let lines: String = (1..=5)
        .map(|line| format!("error: audit.jsonl:{line}: rewritten: another line of this number was signed\n"))
        .collect();
    let expected = format!("{lines}error: no line is signed by a given key\naltered: 5 lines in 1 file\n  head\n");
    assert_eq!(trail.verify(&["--key", &trail.public]), (1, expected));
}

#[test]
fn a_cut_end_is_altered() {
    let trail = SignedTrail::new();
    let text = trail.read("audit.jsonl");
    trail.write("audit.jsonl", &text.split_inclusive('\n').take(3).collect::<String>());
    assert_eq!(trail.verify(&[]).0, 0, "the chain alone is valid");
    let expected = "error: line 5 was signed and is missing: the end was cut off\n\
                    altered: 3 lines in 1 file\n  head\n  signed up to line 3\n";
    assert_eq!(trail.verify(&["--key", &trail.public]), (1, expected.to_owned()));
    trail.sign("node-1.key", 20..22);
    let expected = "error: audit.jsonl:4: rewritten: another line of this number was signed\n\
                    error: audit.jsonl:5: rewritten: another line of this number was signed\n\
                    error: 2 signed heads out of order: the trail was cut off and continued\n\
                    altered: 5 lines in 1 file\n  head\n  signed up to line 5\n";
    assert_eq!(trail.verify(&["--key", &trail.public]), (1, expected.to_owned()));
}

#[test]
fn heads_that_the_key_did_not_sign_are_errors_with_their_lines() {
    let trail = SignedTrail::new();
    confgate!().current_dir(&trail.folder).args(["key", "generate", "other"]).assert().success();
    trail.sign("other.key", 5..6);
    let heads = trail.read("audit.jsonl.heads");
    let lines: Vec<&str> = heads.lines().collect();
    // The signature of another head, another scheme, and a line that a crash cut off.
    let signature = |line: usize| lines[line].rsplit_once(' ').unwrap();
    let swapped = format!("{} {}", signature(2).0, signature(1).1);
    let foreign = format!("{} x", signature(3).0);
    let text = [lines[0], lines[1], &swapped, &foreign, lines[4], lines[5], "7 abc"].join("\n");
    trail.write("audit.jsonl.heads", &text);
    let expected = "error: audit.jsonl.heads:3: the signature does not match line 3 of the trail\n\
                    error: audit.jsonl.heads:4: not a signature of a key of confgate or Nix\n\
                    error: audit.jsonl.heads:6: signed by other, whose key is not given\n\
                    warning: audit.jsonl.heads:7: not a signed head: a number, a hash and a signature are expected\n\
                    altered: 6 lines in 1 file\n  head\n  signed up to line 5; 1 line after it\n";
    assert_eq!(trail.verify(&["--key", &trail.public]), (1, expected.to_owned()));
}

#[test]
fn a_secret_key_in_place_of_a_public_one_is_not_printed() {
    let trail = SignedTrail::new();
    let secret = trail.read("node-1.key");
    let (code, text) = trail.verify(&["--key", secret.trim()]);
    assert_eq!(code, 2, "{text}");
    assert!(text.starts_with("error: --key: not a public key: ") && !text.contains(&secret[8..40]), "{text}");
    let (code, text) = trail.verify(&["--heads", "x"]);
    assert!(code == 2 && text.contains("--key <KEY>"), "{text}");
}
