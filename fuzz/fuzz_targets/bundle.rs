//! Any bytes as a tar, and as the files of a folder: a bundle within the limits, or an error. Its config goes through the gate.

#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use confgate::Gate;
use confgate::SystemContext;
use confgate::bitcraps::Config;
use confgate::deploy::{Bundle, CancellationToken, Source};
use confgate::load::{ConfigLocation, LoadOptions, Loader};
use confgate::nix_signatures::Sha256Hash;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static GATE: LazyLock<Gate<Config>> = LazyLock::new(Gate::of::<Config>);

/// A folder, in memory where the machine has such a file system.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    folder.expect("a folder can be created")
});

/// Names of the files of a folder, which are separated by a byte that texts do not have.
const NAMES: &[&str] = &["config.toml", "origins.json", "config.json", "config.yaml", "other", "manifest.json"];
const SEPARATOR: u8 = 0x1e;

fn write_folder(folder: &Path, data: &[u8]) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir(folder).expect("the folder can be created");
    let parts: Vec<&[u8]> = data.split(|byte| *byte == SEPARATOR).collect();
    for (name, part) in NAMES.iter().zip(&parts) {
        if !part.is_empty() || *name == "origins.json" {
            fs::write(folder.join(name), part).expect("the file can be written");
        }
    }
    if parts.len() < NAMES.len() {
        // The digest is what a fuzzer does not find.
        let digest = Sha256Hash::of(parts[0]).hexadecimal();
        let manifest = format!(
            r#"{{"name":"x","environment":"Development","model":"bitcraps","admitted":true,"keys":1,"findings":[],
                "digests":{{"schema":"","settings":"{digest}","sources":{{}}}}}}"#
        );
        fs::write(folder.join("manifest.json"), manifest).expect("the file can be written");
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&how, data)) = data.split_first() else { return };
    let path = if how % 2 == 0 { FOLDER.path().join("bundle.tar") } else { FOLDER.path().join("bundle") };
    match how % 2 {
        0 => fs::write(&path, data).expect("the file can be written"),
        _ => write_folder(&path, data),
    }
    let source: Source = path.to_str().expect("the path is text").parse().expect("a path is a source");
    let Ok(fetched) = source.fetch(false, &CancellationToken::default()) else { return };
    for file in &fetched.files {
        assert!(!file.name.is_empty() && !file.name.contains('/') && file.name != ".." && file.name != ".", "{}", file.name);
    }
    let total: usize = fetched.files.iter().map(|file| file.bytes.len()).sum();
    assert!(how % 2 == 1 || total <= data.len(), "a tar without compression holds what it has");
    let Ok(bundle) = Bundle::from_files(fetched.files) else { return };
    let location = ConfigLocation::Bundle(bundle.content("bundle"));
    let loaded = Loader::new(GATE.untyped(), SystemContext::bare()).location(location).load(&LoadOptions::default());
    match loaded {
        Ok(loaded) => assert!(loaded.report.admits()),
        Err(refused) => assert!(!refused.to_string().is_empty()),
    }
});
