//! Directories of bundles.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::error::{CliError, FileError};

/// File that every bundle contains.
pub const MANIFEST: &str = "manifest.json";

/// File with the definitions of a bundle's values.
pub const ORIGINS: &str = "origins.json";

/// Returns the directory itself if it is a bundle, else the bundles in it, sorted.
pub fn bundles_in(directory: &Path) -> Result<Vec<PathBuf>, CliError> {
    if is_bundle(directory) {
        return Ok(vec![directory.to_owned()]);
    }
    let mut bundles = Vec::new();
    for entry in fs::read_dir(directory).map_err(|error| CliError::file(directory, error))? {
        let path = entry.map_err(|error| CliError::file(directory, error))?.path();
        if is_bundle(&path) {
            bundles.push(path);
        }
    }
    bundles.sort();
    if bundles.is_empty() { Err(CliError::file(directory, FileError::NoBundles)) } else { Ok(bundles) }
}

fn is_bundle(directory: &Path) -> bool {
    // A manifest that is not a regular file is an error of the bundle.
    fs::symlink_metadata(directory.join(MANIFEST)).is_ok()
}
