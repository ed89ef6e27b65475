use std::path::Path;

use confgate_seal::Document;
use zeroize::Zeroizing;

use crate::cli::{Failure, input};

/// Reads a TOML file whose values are sealed or opened in their places.
pub fn document(path: &Path, bytes: &[u8]) -> Result<Document, Failure> {
    let name = input::shown(path);
    let text = std::str::from_utf8(bytes).map_err(|_| Failure(format!("{name}: not TOML: the text is not UTF-8")))?;
    Document::read(&name, text).map_err(|error| about(path, &error))
}

/// Reads a file that may hold secrets.
pub fn bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    input::text(path).map(Zeroizing::new)
}

/// What is wrong with a file.
pub fn about(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure(format!("{}: {error}", input::shown(path)))
}

/// Standard input has no place.
pub fn refuse_stdin(path: &Path) -> Result<(), Failure> {
    if path.as_os_str() == input::STDIN {
        return Err(Failure("name the file that is to be changed in its place".to_owned()));
    }
    Ok(())
}
