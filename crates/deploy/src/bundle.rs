//! A bundle, read into memory: the bytes that are verified are the bytes that are installed.

use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use confgate_core::bundle::{FILES, Manifest, config_name};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::sensitive::display::sanitize;
use confgate_core::value::Format;
use confgate_nix_signatures::Sha256Hash;
use confgate_nix_signatures::nar::{self, NarError};
use thiserror::Error;

/// The largest file of a bundle, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// The largest number of files in a bundle.
const MAX_FILES: usize = 64;

const MANIFEST: &str = "manifest.json";
const ORIGINS: &str = "origins.json";

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BundleFile {
    /// Name of the file.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
    /// True if it is executable: a NAR includes that bit.
    pub executable: bool,
}

/// A bundle whose files match its manifest.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Files, sorted by name.
    pub files: Vec<BundleFile>,
    /// The manifest.
    pub manifest: Manifest,
    /// Hash of its NAR.
    pub nar_hash: Sha256Hash,
}

/// An error of reading a bundle.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The directory cannot be read.
    #[error("cannot read the bundle: {0}")]
    Directory(#[source] io::Error),
    /// A file cannot be read.
    #[error("cannot read {name}: {source}")]
    File {
        /// Name of the file.
        name: String,
        /// Error of the system.
        source: io::Error,
    },
    /// A file name is not UTF-8.
    #[error("not a bundle: a file name is not UTF-8")]
    FileName,
    /// A build does not write such a file.
    #[error("not a bundle: unexpected file {name}")]
    UnexpectedFile {
        /// Name of the file.
        name: String,
    },
    /// An entry is a link, a directory or a special file.
    #[error("not a bundle: {name} is not a regular file")]
    NotAFile {
        /// Name of the entry.
        name: String,
    },
    /// A file is too large, or there are too many.
    #[error("not a bundle: {name} is larger than {MAX_BYTES} bytes, or one of more than {MAX_FILES} files")]
    TooLarge {
        /// Name of the file.
        name: String,
    },
    /// A required file is missing.
    #[error("not a bundle: {name} is missing")]
    Missing {
        /// Name of the file.
        name: &'static str,
    },
    /// The manifest is invalid.
    #[error("not a bundle: {MANIFEST}: {0}")]
    Manifest(#[source] serde_json::Error),
    /// The bundle has configs in two formats.
    #[error("not a bundle: it has both {one} and {other}")]
    TwoConfigs {
        /// Name of a config.
        one: &'static str,
        /// Name of another.
        other: &'static str,
    },
    /// The digest of the config differs from the one in the manifest.
    #[error("the bundle was altered: the digest of its config differs from the manifest")]
    ConfigAltered,
    /// The NAR cannot be computed.
    #[error("cannot compute the NAR: {0}")]
    Nar(#[source] NarError),
}

impl BundleError {
    /// Returns whether the bundle was read and is invalid, as opposed to one that could not be read.
    pub fn is_rejection(&self) -> bool {
        !matches!(self, Self::Directory(_) | Self::File { .. })
    }
}

impl Bundle {
    /// Reads the bundle in a private directory and checks it against its manifest.
    ///
    /// # Errors
    ///
    /// The directory cannot be read, is not a bundle, or was altered.
    pub fn read(directory: &Path) -> Result<Self, BundleError> {
        let mut files = Vec::new();
        for entry in fs::read_dir(directory).map_err(BundleError::Directory)? {
            let file = read_file(&entry.map_err(BundleError::Directory)?)?;
            if file.bytes.len() as u64 == MAX_BYTES || files.len() == MAX_FILES {
                return Err(BundleError::TooLarge { name: file.name });
            }
            files.push(file);
        }
        files.sort();
        let find = |name: &'static str| {
            files.iter().find(|file| file.name == name).map(|file| &file.bytes).ok_or(BundleError::Missing { name })
        };
        let manifest: Manifest = serde_json::from_slice(find(MANIFEST)?).map_err(BundleError::Manifest)?;
        let mut configs = Format::ALL.map(config_name).into_iter().filter(|name| find(name).is_ok());
        let name = configs.next().unwrap_or(config_name(Format::Toml));
        if let Some(other) = configs.next() {
            return Err(BundleError::TwoConfigs { one: name, other });
        }
        let config = find(name)?;
        find(ORIGINS)?;
        if Sha256Hash::of(config).hexadecimal() != manifest.digests.settings {
            return Err(BundleError::ConfigAltered);
        }
        let nar_hash = nar::digest(directory).map_err(BundleError::Nar)?.hash;
        Ok(Self { files, manifest, nar_hash })
    }

    /// Returns the schema version that the config was written for, before migration. A config without a version has that of the
    /// gate.
    pub fn schema_version(&self, gate: &Gate) -> Option<u64> {
        let current = gate.version()?;
        let config = self.files.iter().find(|file| file.name.starts_with("config."))?;
        let format = Format::of_file(Path::new(&config.name)).unwrap_or_default();
        let tree = Input::bytes(format, config.name.clone(), config.bytes.clone(), ValidateOptions::default()).tree;
        gate.version_of(&tree).or(Some(current))
    }
}

fn read_file(entry: &DirEntry) -> Result<BundleFile, BundleError> {
    let name = entry.file_name().into_string().map_err(|_| BundleError::FileName)?;
    if !FILES.contains(&name.as_str()) {
        return Err(BundleError::UnexpectedFile { name: sanitize(&name).into_owned() });
    }
    if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
        return Err(BundleError::NotAFile { name });
    }
    let failed = |source| BundleError::File { name: name.clone(), source };
    let file = File::open(entry.path()).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    Ok(BundleFile { name, bytes, executable: mode & 0o100 != 0 })
}
