//! Files that may contain secrets.

use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::error::CliError;
use crate::cli::input;
use confgate_core::value::Format;

/// Reads a file or standard input into memory that is zeroed when it is dropped.
pub fn read_secret_bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, CliError> {
    input::read_bytes(path, Format::Toml).map(Zeroizing::new)
}
