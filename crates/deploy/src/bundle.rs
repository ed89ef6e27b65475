//! A bundle, read into memory: what is verified is what is installed.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use confgate_core::bundle::{FILES, Manifest};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::sensitive::display::sanitize;
use confgate_core::value::json;
use confgate_nix_signatures::{Sha256Hash, nar};

use crate::DeployError;

/// The largest file of a bundle, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// The most files of a bundle.
const MAX_FILES: usize = 64;

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BundleFile {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Whether it may be run, which its NAR says.
    pub executable: bool,
}

/// The files of a bundle.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Its files, by name.
    pub files: Vec<BundleFile>,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The hash of its NAR.
    pub nar: Sha256Hash,
}

impl Bundle {
    /// Reads the bundle in a folder that nobody else writes to, and holds it against its manifest.
    ///
    /// # Errors
    ///
    /// It is no bundle, or not as it was built.
    pub fn read(folder: &Path) -> Result<Self, DeployError> {
        let no_bundle = |reason: String| DeployError::NoBundle { path: folder.to_owned(), reason };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| DeployError::io(folder, error))? {
            let entry = entry.map_err(|error| DeployError::io(folder, error))?;
            let Ok(name) = entry.file_name().into_string() else {
                return Err(no_bundle("a name in it is no text".to_owned()));
            };
            if !FILES.contains(&name.as_str()) {
                return Err(no_bundle(format!("{} is no file that a build writes", sanitize(&name))));
            }
            if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                return Err(no_bundle(format!("{name} is no file")));
            }
            let path = entry.path();
            let mut bytes = Vec::new();
            let file = fs::File::open(&path).map_err(|error| DeployError::io(&path, error))?;
            let mode = file.metadata().map_err(|error| DeployError::io(&path, error))?.permissions().mode();
            file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|error| DeployError::io(&path, error))?;
            if bytes.len() as u64 == MAX_BYTES || files.len() == MAX_FILES {
                return Err(no_bundle(format!("{name} is too large, or one file too many")));
            }
            files.push(BundleFile { name, bytes, executable: mode & 0o100 != 0 });
        }
        files.sort();
        let find = |name: &str| files.iter().find(|file| file.name == name).map(|file| &file.bytes);
        let Some(manifest) = find("manifest.json") else { return Err(no_bundle("it has no manifest.json".to_owned())) };
        let manifest: Manifest =
            serde_json::from_slice(manifest).map_err(|error| no_bundle(format!("manifest.json: {error}")))?;
        let Some(config) = find("config.toml").or_else(|| find("config.json")) else {
            return Err(no_bundle("it has no config.toml".to_owned()));
        };
        if find("config.toml").is_some() && find("config.json").is_some() {
            return Err(no_bundle("it has two configs, and a build writes one".to_owned()));
        }
        if find("origins.json").is_none() {
            return Err(no_bundle("it has no origins.json".to_owned()));
        }
        if Sha256Hash::of(config).hexadecimal() != manifest.digests.settings {
            return Err(no_bundle("its config is not the one that its manifest names: it was altered".to_owned()));
        }
        let nar = nar::digest(folder).map_err(|error| no_bundle(error.to_string()))?.hash;
        Ok(Self { files, manifest, nar })
    }

    /// The version of the schema that its config is written for, before it is brought up to date. One that names none is for that of
    /// the gate.
    pub fn version(&self, gate: &Gate) -> Option<u64> {
        let current = gate.version()?;
        let config = self.files.iter().find(|file| file.name.starts_with("config."))?;
        let tree = match config.name.as_str() {
            "config.json" => json::read(serde_json::from_slice(&config.bytes).ok()?).ok()?,
            name => Input::bytes(name.to_owned(), config.bytes.clone(), ValidateOptions::default()).tree,
        };
        gate.version_of(&tree).or(Some(current))
    }
}
