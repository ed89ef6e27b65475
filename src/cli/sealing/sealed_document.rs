//! TOML files with sealed values.

use std::path::Path;

use confgate_seal::Document;

use crate::cli::error::{CliError, SealingError};
use crate::cli::path_name::{display_name, is_stdin};

/// Parses a TOML file whose values are sealed or opened in place.
pub fn read_document(path: &Path, bytes: &[u8]) -> Result<Document, CliError> {
    let name = display_name(path);
    let Ok(text) = std::str::from_utf8(bytes) else { return Err(SealingError::NotUtf8 { name }.into()) };
    Document::read(&name, text).map_err(|error| CliError::file(path, error))
}

/// Rejects standard input, which cannot be changed in place.
pub fn reject_stdin(path: &Path) -> Result<(), SealingError> {
    if is_stdin(path) { Err(SealingError::Stdin) } else { Ok(()) }
}
