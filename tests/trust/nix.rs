//! Interoperability with Nix: hashes, paths, keys and signatures.
//!
//! `CONFGATE_NIX` names the Nix to use. Each test has a store of its own. Run alone:
//! `cargo test --features deploy --test trust -- --ignored`.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Output;

use confgate::nix_signatures::{PathInfo, SecretKey, Sha256Hash, StorePath, Trust, nar};
use tempfile::TempDir;

use super::{folder_with_bundle, set_mode};
use confgate_test_support::nix::{nix, printed};
use confgate_test_support::root;

/// Nix on a store of its own.
struct Store(TempDir);

impl Store {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn folder(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    fn nix(&self, arguments: &[&str]) -> Output {
        nix(&root(), &[arguments, &["--store", self.folder()]].concat())
    }

    /// Adds a file or folder under a name, and prints its store path.
    fn add(&self, path: &Path, name: &str) -> Output {
        self.nix(&["store", "add-path", path.to_str().unwrap(), "--name", name])
    }

    /// Returns the place on this machine of a path of this store.
    fn place(&self, path: &StorePath) -> PathBuf {
        self.0.path().join(&path.to_string()[1..])
    }

    /// Returns the metadata of a path in the store.
    fn info(&self, path: &StorePath) -> PathInfo {
        printed(self.nix(&["path-info", "--sigs", "--json", &path.to_string()])).parse().unwrap()
    }
}

/// Pseudo-random numbers, reproducible by their seed (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn bytes(&mut self, count: u64) -> Vec<u8> {
        (0..count).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }

    /// Generates a name: mostly short, with bytes that sort before and after one another.
    fn name(&mut self) -> Vec<u8> {
        let length = self.one_of(&[1, 1, 2, 3, 8, 255]);
        let mut name = match self.below(3) {
            0 => (0..length).map(|_| self.one_of(b"ab-.A")).collect(),
            1 => self.bytes(length),
            _ => "é\n ü".bytes().cycle().take(length as usize).collect(),
        };
        for byte in name.iter_mut().filter(|byte| matches!(byte, 0 | b'/')) {
            *byte = b'_';
        }
        if matches!(name.as_slice(), b"." | b"..") { b"dots".to_vec() } else { name }
    }

    /// Creates a file, a folder or a link at a free path.
    fn tree(&mut self, path: &Path, depth: u64) {
        match self.below(if depth == 0 { 4 } else { 6 }) {
            0 => {
                let target = self.name();
                symlink(OsStr::from_bytes(&target), path).unwrap();
            }
            1..=3 => {
                let length = self.one_of(&[0, 1, 7, 8, 9, 4095, 65_536, 65_537, 70_000]);
                fs::write(path, self.bytes(length)).unwrap();
                set_mode(path, self.one_of(&[0o644, 0o755, 0o600, 0o655, 0o744]));
            }
            _ => self.folder(path, depth - 1),
        }
    }

    fn folder(&mut self, path: &Path, depth: u64) {
        fs::create_dir(path).unwrap();
        for _ in 0..self.below(6) {
            let entry = path.join(OsStr::from_bytes(&self.name()));
            if entry.symlink_metadata().is_err() {
                self.tree(&entry, depth);
            }
        }
    }
}

/// Prints the seed, which `TRUST_SEED` sets, and returns its numbers.
fn numbers() -> Numbers {
    let seed = std::env::var("TRUST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(6);
    println!("TRUST_SEED={seed}");
    Numbers(seed)
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn the_nar_of_a_hundred_random_trees_is_to_the_byte_the_one_that_nix_dumps() {
    let mut numbers = numbers();
    let folder = TempDir::new().unwrap();
    let mut kinds = [0; 3];
    for number in 0..100 {
        let path = folder.path().join(format!("tree-{number}"));
        if number % 4 == 0 {
            numbers.tree(&path, 3)
        } else {
            numbers.folder(&path, 3)
        }
        let kind = path.symlink_metadata().unwrap().file_type();
        kinds[if kind.is_dir() { 0 } else { usize::from(kind.is_file()) + 1 }] += 1;
        let dumped = nix(&root(), &["nar", "dump-path", path.to_str().unwrap()]);
        assert!(dumped.status.success(), "tree {number}: {}", String::from_utf8_lossy(&dumped.stderr));
        let digest = nar::digest(&path).unwrap();
        assert_eq!(digest.hash, Sha256Hash::of(&dumped.stdout), "tree {number}");
        assert_eq!(digest.size, dumped.stdout.len() as u64, "tree {number}");
        let mut written = Vec::new();
        nar::write(&path, &mut written).unwrap();
        assert!(written == dumped.stdout, "tree {number}");
    }
    assert!(kinds.iter().all(|count| *count > 0), "{kinds:?}");
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn content_gets_the_path_that_nix_gives_it() {
    let (store, folder) = (Store::new(), TempDir::new().unwrap());
    let mut numbers = numbers();
    let longest = "n".repeat(211);
    let names = ["production", ".hidden", "...", "a?b=c+d_e", "-", "0", &longest];
    for (number, name) in names.into_iter().enumerate() {
        let path = folder.path().join(number.to_string());
        if number % 2 == 0 {
            numbers.folder(&path, 2)
        } else {
            fs::write(&path, name).unwrap()
        }
        let expected = StorePath::of_source(name, &nar::digest(&path).unwrap().hash).unwrap();
        assert_eq!(printed(store.add(&path, name)).trim_end(), expected.to_string());
        assert_eq!(store.info(&expected).nar_size, nar::digest(&store.place(&expected)).unwrap().size);
    }
    for name in ["", "a b", "é", "a/b", "a\nb", &format!("{longest}n")] {
        assert!(StorePath::of_source(name, &Sha256Hash::of(b"")).is_err(), "{name}");
        assert!(!store.add(&folder.path().join("1"), name).status.success(), "{name}");
    }
}

/// Lets Nix create a key in a file.
fn key_of_nix(folder: &Path, name: &str) -> (String, SecretKey) {
    let text = printed(nix(&root(), &["key", "generate-secret", "--key-name", name]));
    let file = folder.join(name);
    fs::write(&file, &text).unwrap();
    (file.to_str().unwrap().to_owned(), text.parse().unwrap())
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn what_nix_signed_is_trusted_here() {
    let (store, folder) = (Store::new(), folder_with_bundle());
    let (file, key) = key_of_nix(folder.path(), "nix-1");
    let (other_file, other) = key_of_nix(folder.path(), "nix-2");
    let bundle = printed(store.add(&folder.path().join("production"), "production"));
    let expression = "let dep = builtins.toFile \"dep\" \"x\"; other = builtins.toFile \"other\" \"${dep}\"; in \
                      builtins.toFile \"refers\" \"${dep} ${other}\"";
    let refers = printed(store.nix(&["eval", "--impure", "--raw", "--expr", expression]));
    for (text, references) in [(bundle.trim_end(), 0), (refers.trim_end(), 2)] {
        let path: StorePath = text.parse().unwrap();
        for file in [&file, &other_file] {
            printed(store.nix(&["store", "sign", "--key-file", file, text]));
        }
        let info = store.info(&path);
        assert_eq!((&info.store_path, info.references.len(), info.signatures.len()), (&path, references, 2));
        for key in [&key, &other] {
            let trust = Trust::new(vec![key.public()]);
            assert_eq!(trust.verify(&store.place(&path), &info).unwrap(), key.public().name());
            assert!(info.signatures.contains(&key.sign(&info.fingerprint())));
        }
        let stranger = SecretKey::generate("nix-1".parse().unwrap()).unwrap();
        assert!(Trust::new(vec![stranger.public()]).verify(&store.place(&path), &info).is_err());
    }
}

/// Creates a binary cache with one path and Confgate's description of it.
fn cache(folder: &Path, tree: &Path, info: &PathInfo) -> String {
    let mut dumped = Vec::new();
    nar::write(tree, &mut dumped).unwrap();
    fs::create_dir_all(folder.join("nar")).unwrap();
    fs::write(folder.join("nix-cache-info"), "StoreDir: /nix/store\n").unwrap();
    fs::write(folder.join("nar/it.nar"), dumped).unwrap();
    let text = format!("{info}URL: nar/it.nar\nCompression: none\n");
    fs::write(folder.join(format!("{}.narinfo", info.store_path.hash_part())), text).unwrap();
    format!("file://{}", folder.display())
}

#[test]
#[ignore = "needs Nix: `make test` runs it"]
fn what_is_signed_here_is_trusted_by_nix() {
    let (store, folder) = (Store::new(), folder_with_bundle());
    let tree = folder.path().join("production");
    let key = SecretKey::generate("own-1".parse().unwrap()).unwrap();
    let stranger = SecretKey::generate("own-1".parse().unwrap()).unwrap();
    let mut info = PathInfo::of_source("production", nar::digest(&tree).unwrap()).unwrap();
    info.sign(&key);
    let (from, path) = (cache(&folder.path().join("cache"), &tree, &info), info.store_path.to_string());
    let copy = |key: &SecretKey| {
        let trusted = ["--option", "trusted-public-keys", &key.public().to_string()].map(str::to_owned);
        let trusted: Vec<&str> = trusted.iter().map(String::as_str).collect();
        nix(&root(), &[&["copy", "--from", &from, "--to", store.folder(), &path][..], &trusted].concat())
    };
    let refused = copy(&stranger);
    let output = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && output.contains("signature"), "{output}");
    printed(copy(&key));
    let verify =
        |key: &SecretKey| store.nix(&["store", "verify", &path, "--trusted-public-keys", &key.public().to_string()]);
    printed(verify(&key));
    assert!(!verify(&stranger).status.success());
    assert_eq!(store.info(&info.store_path), info);
}
