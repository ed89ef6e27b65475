//! Files that may contain secrets.

use std::io;
use std::path::Path;

use confgate_files::SizeLimit;
use zeroize::Zeroizing;

use crate::cli::error::CliError;
use crate::cli::path_name::is_stdin;

/// Reads a file or standard input into memory that is wiped when it is dropped.
pub fn read_secret_bytes(path: &Path, limit: SizeLimit) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let bytes = match is_stdin(path) {
        true => confgate_files::read_secret_stream(io::stdin(), limit),
        false => confgate_files::read_secret(path, limit),
    };
    bytes.map_err(|error| CliError::file(path, error))
}
