//! Tests of signing the head of a trail.

use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::audit::*;

const SMALL: Limits = Limits { max_bytes: 900, keep: 20 };

fn entry(number: usize) -> AuditEntry {
    let (new, config) = (number.to_string(), Digest::of(&number.to_le_bytes()));
    AuditEntry::changed("network.max_connections", Some("50"), Some(&new), ChangeSource::HotReload, config)
}

/// A signature that needs a key which the attacker of these tests does not have.
fn signature(message: &str) -> String {
    format!("key:{}", Digest::of(format!("the key {message}").as_bytes()))
}

fn signer(path: &Path, every: u64) -> HeadSigner {
    HeadSigner::new(HeadSigner::default_path(path), NonZeroU64::new(every).unwrap(), signature)
}

fn setup() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("audit.jsonl");
    (directory, path)
}

fn write(path: &Path, limits: Limits, every: u64, numbers: std::ops::Range<usize>) {
    let mut trail = AuditTrail::open(path, limits).unwrap().signed_by(signer(path, every)).unwrap();
    for number in numbers {
        trail.append(&[entry(number)]).unwrap();
    }
}

/// Writes lines as someone does who cannot sign.
fn forge(path: &Path, numbers: std::ops::Range<usize>) {
    let mut trail = AuditTrail::open(path, Limits::default()).unwrap();
    for number in numbers {
        trail.append(&[entry(number)]).unwrap();
    }
}

fn heads(path: &Path) -> Vec<Head> {
    let lines = SignedHeads::open(&HeadSigner::default_path(path)).unwrap().map(|line| line.unwrap().1);
    let signed = lines.filter_map(|line| {
        let SignedHead { head, signature: found } = line.ok()?;
        (found == signature(&SignedHead::message(head))).then_some(head)
    });
    signed.collect()
}

fn sequences(path: &Path) -> Vec<u64> {
    heads(path).into_iter().map(|head| head.sequence).collect()
}

fn verify_signed(path: &Path) -> Verification {
    Verification::run_signed(TrailReader::open(path).unwrap(), None, heads(path).into_iter()).unwrap()
}

#[test]
fn heads_are_signed_every_so_many_lines_and_at_the_end() {
    let (_directory, path) = setup();
    write(&path, Limits::default(), 1, 0..3);
    assert_eq!(sequences(&path), [1, 2, 3]);
    write(&path, Limits::default(), 4, 3..10);
    assert_eq!(sequences(&path), [1, 2, 3, 7, 10]);
    let result = verify_signed(&path);
    let signed = result.signed.clone().unwrap();
    assert!(result.is_intact(), "{result:?}");
    assert_eq!((signed.heads, signed.newest.unwrap().sequence, signed.unsigned), (5, 10, 0));
}

#[test]
fn the_head_is_signed_before_a_rotation() {
    let (_directory, path) = setup();
    write(&path, SMALL, 100, 0..9);
    let result = verify_signed(&path);
    assert!(result.is_intact() && result.files > 2, "{result:?}");
    let per_file = result.lines.div_ceil(result.files as u64);
    assert_eq!(result.signed.unwrap().heads, result.files as u64, "{per_file} lines a file");
}

#[test]
fn lines_after_the_newest_head_are_counted() {
    let (_directory, path) = setup();
    write(&path, Limits::default(), 1, 0..3);
    forge(&path, 3..5);
    let result = verify_signed(&path);
    assert!(result.is_intact(), "{result:?}");
    assert_eq!(result.signed.unwrap().unsigned, 2);
    // The next start signs what it finds.
    write(&path, Limits::default(), 10, 5..5);
    assert_eq!(verify_signed(&path).signed.unwrap().unsigned, 0);
}

#[test]
fn a_chain_that_was_written_anew_is_found() {
    let (_directory, path) = setup();
    write(&path, Limits::default(), 1, 0..5);
    fs::remove_file(&path).unwrap();
    forge(&path, 10..15);
    assert!(verify(&path).unwrap().is_intact(), "the chain alone is valid");
    let result = verify_signed(&path);
    assert!(!result.is_intact());
    let defects: Vec<Defect> = result.breaks.iter().map(|found| found.defect).collect();
    assert_eq!(defects, [Defect::Rewritten; 5]);
    assert_eq!(result.breaks[0].to_string(), format!("{}:1: {}", path.display(), Defect::Rewritten));
    assert_eq!(Defect::Rewritten.to_string(), "rewritten: another line of this number was signed");
}

#[test]
fn a_cut_end_is_found_also_after_the_service_continued() {
    let (_directory, path) = setup();
    write(&path, Limits::default(), 1, 0..5);
    let text = fs::read_to_string(&path).unwrap();
    let cut: String = text.split_inclusive('\n').take(2).collect();
    fs::write(&path, &cut).unwrap();
    assert!(verify(&path).unwrap().is_intact(), "the chain alone is valid");
    let result = verify_signed(&path);
    assert!(!result.is_intact());
    let signed = result.signed.unwrap();
    assert_eq!((signed.newest.unwrap().sequence, signed.beyond.unwrap().sequence), (2, 5));
    // A service that starts on it signs other lines of the same numbers.
    write(&path, Limits::default(), 1, 7..10);
    let result = verify_signed(&path);
    assert!(!result.is_intact());
    assert_eq!(result.breaks.len(), 3, "{result:?}");
    assert_eq!(result.signed.unwrap().disordered, 3);
}

#[test]
fn rotated_lines_need_no_heads() {
    let (_directory, path) = setup();
    write(&path, Limits { max_bytes: 900, keep: 1 }, 1, 0..12);
    let result = verify_signed(&path);
    assert!(result.is_intact() && result.first_sequence > 1, "{result:?}");
    let signed = result.signed.unwrap();
    assert_eq!((signed.heads, signed.unsigned), (result.lines, 0));
}

#[test]
fn a_trail_without_a_signed_head_is_not_intact() {
    let (_directory, path) = setup();
    forge(&path, 0..2);
    let result = Verification::run_signed(TrailReader::open(&path).unwrap(), None, std::iter::empty()).unwrap();
    assert!(!result.is_intact() && result.breaks.is_empty());
}

#[test]
fn an_incomplete_head_is_removed_and_signed_again() {
    let (_directory, path) = setup();
    write(&path, Limits::default(), 1, 0..3);
    let heads = HeadSigner::default_path(&path);
    let text = fs::read_to_string(&heads).unwrap();
    for length in [text.len() - 1, text.len() - 40, 5] {
        fs::write(&heads, &text[..length]).unwrap();
        write(&path, Limits::default(), 1, 3..3);
        let result = verify_signed(&path);
        assert!(result.is_intact(), "{length}: {result:?}");
        assert_eq!(result.signed.unwrap().newest.unwrap().sequence, 3, "{length}");
        assert!(SignedHeads::open(&heads).unwrap().all(|line| line.unwrap().1.is_ok()), "{length}");
    }
}

#[test]
fn an_entry_is_written_also_if_it_cannot_be_signed_and_the_next_signature_covers_it() {
    let (_directory, path) = setup();
    let heads = HeadSigner::default_path(&path);
    let mut trail = AuditTrail::open(&path, Limits::default()).unwrap().signed_by(signer(&path, 1)).unwrap();
    fs::remove_file(&heads).unwrap();
    fs::create_dir(&heads).unwrap();
    trail.append(&[entry(1)]).unwrap();
    fs::remove_dir(&heads).unwrap();
    trail.append(&[entry(2)]).unwrap();
    drop(trail);
    assert_eq!(sequences(&path), [2]);
    assert!(verify_signed(&path).is_intact());
}

#[test]
fn what_is_not_a_file_of_heads_is_named() {
    let (_directory, path) = setup();
    let heads = HeadSigner::default_path(&path);
    fs::create_dir(&heads).unwrap();
    let error = AuditTrail::open(&path, Limits::default()).unwrap().signed_by(signer(&path, 1)).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: not a regular file", heads.display()));
    assert!(SignedHeads::open(&heads).unwrap_err().to_string().ends_with("not a regular file: a directory"));
}
