//! The schema that a bundle holds.

use std::path::{Path, PathBuf};

use confgate_core::bundle::{Manifest, SCHEMA_FILE, config_name};
use confgate_core::value::Format;
use confgate_files::SizeLimit;

use crate::cli::bundle_directory::MANIFEST;
use crate::cli::path_name::is_named;

/// Schema of the bundle of a config.
pub(super) struct BundleSchema {
    /// Its file.
    pub file: PathBuf,
    /// Model of the bundle; `None` for a service without one.
    pub model: Option<String>,
}

impl BundleSchema {
    /// Finds the schema beside a config, if both are in a bundle.
    pub fn beside(config: &Path) -> Option<Self> {
        if !Format::ALL.map(config_name).into_iter().any(|name| is_named(config, name)) {
            return None;
        }
        let file = config.with_file_name(SCHEMA_FILE);
        if !file.is_file() {
            return None;
        }
        let manifest = confgate_files::read(&config.with_file_name(MANIFEST), SizeLimit::BUNDLE_FILE).ok()?;
        let manifest: Manifest = serde_json::from_slice(&manifest).ok()?;
        Some(Self { file, model: manifest.model })
    }
}
