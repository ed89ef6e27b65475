//! A bundle, read into memory: the bytes that are verified are the bytes that are installed.

use std::path::{Path, PathBuf};

use confgate_core::bundle::{Manifest, config_name};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::value::Format;
use confgate_nix_signatures::Sha256Hash;
use confgate_nix_signatures::nar::{self, NarDigest, NarFile};
use confgate_runtime::load::BundleContent;

use crate::archive;
use crate::bundle_error::BundleError;
use crate::bundle_file::{BundleFile, read_directory};
use crate::fetch_error::FetchError;
use crate::model_check::is_same_service;

const MANIFEST: &str = "manifest.json";
const ORIGINS: &str = "origins.json";

/// A bundle whose files match its manifest.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Files, sorted by name.
    pub files: Vec<BundleFile>,
    /// The manifest.
    pub manifest: Manifest,
    /// Hash and size of its NAR.
    pub nar: NarDigest,
}

impl Bundle {
    /// Reads a bundle from a directory.
    ///
    /// # Errors
    ///
    /// The directory is not a bundle, or its config is another than its manifest says.
    pub fn read(directory: &Path) -> Result<Self, BundleError> {
        Self::from_files(read_directory(directory)?)
    }

    /// Returns the bundle of files that are in memory.
    ///
    /// # Errors
    ///
    /// The files are not those of a bundle, or its config is another than its manifest says.
    pub fn from_files(files: Vec<BundleFile>) -> Result<Self, BundleError> {
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
        let in_nar =
            files.iter().map(|file| NarFile { name: &file.name, bytes: &file.bytes, executable: file.executable });
        let nar = nar::digest_files(in_nar).map_err(BundleError::Nar)?;
        Ok(Self { files, manifest, nar })
    }

    /// Reads a bundle from a tar in memory.
    ///
    /// # Errors
    ///
    /// The tar cannot be read, exceeds a limit, or its files are not those of one bundle.
    pub fn from_tar(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(Self::from_files(archive::read(bytes)?)?)
    }

    /// Returns the files as a tar: the same bytes for the same bundle.
    pub fn to_tar(&self) -> Vec<u8> {
        archive::write(&self.files)
    }

    /// Returns whether the bundle is for the service of a gate. A bundle that was built from a schema alone names no model: a gate
    /// that is built from a schema accepts it, and a gate with a model accepts it if the schemas are equal.
    pub fn is_for(&self, gate: &Gate) -> bool {
        is_same_service(&self.manifest, gate)
    }

    /// Returns the files for a loader. Messages name `directory` as their place.
    pub fn content(&self, directory: impl Into<PathBuf>) -> BundleContent {
        BundleContent::new(directory, self.files.iter().map(|file| (file.name.clone(), file.bytes.clone())))
    }

    /// Returns the schema version that the config was written for, before migration. A config without a version has that of the
    /// gate.
    pub fn schema_version(&self, gate: &Gate) -> Option<u64> {
        let current = gate.version()?;
        let config = self.files.iter().find(|file| file.name.starts_with("config."))?;
        let format = Format::of_file(Path::new(&config.name)).unwrap_or_default();
        let tree = Input::bytes(format, config.name.clone(), config.bytes.to_vec(), ValidateOptions::default()).tree;
        gate.version_of(&tree).or(Some(current))
    }
}
