//! A bundle with a single changed bit is refused.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use confgate::nix_signatures::{PathInfo, SecretKey, Trust, nar};

use super::{folder_with_bundle, set_mode};

/// Bundle with its signed description and a trusted key.
struct Signed {
    folder: tempfile::TempDir,
    info: PathInfo,
    trust: Trust,
    key: String,
}

impl Signed {
    fn new() -> Self {
        let folder = folder_with_bundle();
        let key = SecretKey::generate("a-1".parse().unwrap()).unwrap();
        let digest = nar::digest(&folder.path().join("production")).unwrap();
        let mut info = PathInfo::of_source("production", digest).unwrap();
        info.sign(&key);
        Self { folder, info, trust: Trust::new(vec![key.public()]), key: key.public().to_string() }
    }

    fn bundle(&self) -> PathBuf {
        self.folder.path().join("production")
    }

    fn is_trusted(&self) -> bool {
        self.trust.verify(&self.bundle(), &self.info).is_ok()
    }

    /// Asserts that a change is refused, and that undoing it restores trust.
    fn refuses(&self, what: &str, change: impl FnOnce(), back: impl FnOnce()) {
        change();
        assert!(!self.is_trusted(), "{what} went unseen");
        back();
        assert!(self.is_trusted(), "{what} was not taken back");
    }
}

/// Returns all texts that differ from `bytes` by one bit.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

/// Returns all paths in a folder, each folder before its entries.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { [vec![path.clone()], walk(&path)].concat() } else { vec![path] })
        .collect()
}

#[test]
fn a_bit_of_a_files_contents_is_refused() {
    let signed = Signed::new();
    let mut tried = 0;
    for path in walk(&signed.bundle()).iter().filter(|path| path.is_file() && !path.is_symlink()) {
        let contents = fs::read(path).unwrap();
        for flipped in flips(&contents) {
            let write = |bytes: &[u8]| fs::write(path, bytes).unwrap();
            signed.refuses(&format!("{}: {flipped:?}", path.display()), || write(&flipped), || write(&contents));
            tried += 1;
        }
    }
    assert_eq!(tried, ("port = 1\n".len() + "#!/bin/sh\n".len()) * 8);
}

#[test]
fn a_bit_of_a_name_is_refused() {
    let signed = Signed::new();
    let mut tried = 0;
    for path in walk(&signed.bundle()) {
        for name in flips(path.file_name().unwrap().as_bytes()) {
            let other = path.with_file_name(OsStr::from_bytes(&name));
            // File names cannot contain a slash or a zero byte.
            if name.contains(&b'/') || name.contains(&0) {
                continue;
            }
            assert!(!other.exists());
            let rename = |from: &Path, to: &Path| fs::rename(from, to).unwrap();
            signed.refuses(&format!("{}", other.display()), || rename(&path, &other), || rename(&other, &path));
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn a_bit_of_a_links_target_is_refused() {
    let signed = Signed::new();
    let link = signed.bundle().join("link");
    for target in flips(b"sub/run").filter(|target| !target.contains(&0)) {
        let point = |target: &[u8]| {
            fs::remove_file(&link).unwrap();
            symlink(OsStr::from_bytes(target), &link).unwrap();
        };
        signed.refuses(&format!("a link to {target:?}"), || point(&target), || point(b"sub/run"));
    }
}

#[test]
fn the_right_to_execute_is_signed() {
    let signed = Signed::new();
    let (run, config) = (signed.bundle().join("sub/run"), signed.bundle().join("config.toml"));
    signed.refuses("a program that is none", || set_mode(&run, 0o655), || set_mode(&run, 0o755));
    signed.refuses("a text that is a program", || set_mode(&config, 0o744), || set_mode(&config, 0o644));
}

#[test]
fn a_file_too_many_or_too_few_is_refused() {
    let signed = Signed::new();
    let (more, none, empty) = ("sub/empty/more", "sub/none", "sub/empty");
    let at = |name| signed.bundle().join(name);
    signed.refuses("one more", || fs::write(at(more), "").unwrap(), || fs::remove_file(at(more)).unwrap());
    signed.refuses("one less", || fs::remove_file(at(none)).unwrap(), || fs::write(at(none), "").unwrap());
    signed.refuses("no folder", || fs::remove_dir(at(empty)).unwrap(), || fs::create_dir(at(empty)).unwrap());
    let swap = |kind: fn(&Path)| {
        fs::remove_file(at(none)).unwrap();
        kind(&at(none));
    };
    signed.refuses(
        "a folder instead of a file",
        || swap(|path| fs::create_dir(path).unwrap()),
        || {
            fs::remove_dir(at(none)).unwrap();
            fs::write(at(none), "").unwrap();
        },
    );
}

#[test]
fn a_bit_of_the_signature_file_is_refused() {
    let signed = Signed::new();
    let text = signed.info.to_string();
    assert!(signed.is_trusted() && text.parse() == Ok(signed.info.clone()));
    let mut tried = 0;
    for flipped in flips(text.as_bytes()) {
        tried += 1;
        let Ok(flipped) = String::from_utf8(flipped) else { continue };
        let Ok(info) = flipped.parse::<PathInfo>() else { continue };
        assert!(signed.trust.verify(&signed.bundle(), &info).is_err(), "{flipped}");
    }
    assert_eq!(tried, text.len() * 8);
}

#[test]
fn a_bit_of_the_trusted_key_is_refused() {
    let signed = Signed::new();
    for flipped in flips(signed.key.as_bytes()) {
        let Ok(flipped) = String::from_utf8(flipped) else { continue };
        let Ok(key) = flipped.parse() else { continue };
        assert!(Trust::new(vec![key]).verify(&signed.bundle(), &signed.info).is_err(), "{flipped}");
    }
}

#[test]
fn what_was_signed_of_one_bundle_is_refused_for_another_of_its_size() {
    let signed = Signed::new();
    let mut other = signed.info.clone();
    other.nar_hash = confgate::nix_signatures::Sha256Hash::of(b"another");
    assert!(signed.trust.signer(&other).is_err());
    other = signed.info.clone();
    other.nar_size += 8;
    assert!(signed.trust.signer(&other).is_err());
    other = signed.info.clone();
    other.references.insert(other.store_path.clone());
    assert!(signed.trust.signer(&other).is_err());
}
