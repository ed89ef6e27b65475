//! Files with a secret key that signs bundles.

use std::path::Path;

use confgate_files::SizeLimit;
use confgate_nix_signatures::SecretKey;

use crate::cli::error::{CliError, FileError};

/// Reads a secret key. Errors never contain the content of the file.
pub fn read_secret_key(path: &Path) -> Result<SecretKey, CliError> {
    let bytes = confgate_files::read_secret(path, SizeLimit::KEY).map_err(|error| CliError::file(path, error))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| CliError::file(path, FileError::SecretKeyNotText))?;
    text.trim_end().parse().map_err(|error: confgate_nix_signatures::KeyError| CliError::file(path, error))
}
