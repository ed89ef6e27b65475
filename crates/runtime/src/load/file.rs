//! Content of a config file.

use std::collections::HashMap;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use confgate_core::bundle::OverriddenDefinition;
use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::gate::Input;
use confgate_core::value::{self, Format};

use crate::load::location::file_place;

/// Content of a config file or bundle.
#[derive(Debug)]
pub(super) struct ReadConfig {
    /// The values with their places, and the diagnostics of the syntax.
    pub input: Input,
    /// Nix definitions that others override, by path.
    pub overridden: HashMap<value::Path, Vec<OverriddenDefinition>>,
}

/// Reads the bytes of a config file.
///
/// # Errors
///
/// The file cannot be read, or is too large.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    let limit = Format::of_file(path).unwrap_or_default().max_bytes();
    let failed = |error: std::io::Error| {
        let help = match error.kind() {
            ErrorKind::PermissionDenied => "let the user of the service read it",
            _ => "see that the file is whole and can be read",
        };
        unreadable(path, &error, help)
    };
    let file = fs::File::open(path).map_err(failed)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len().min(limit));
    // Reserve one byte more than the file has, so that reading finds its end without growing the buffer.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 == limit {
        let larger = format!("larger than {} bytes", limit - 1);
        return Err(unreadable(path, &larger, "a config is text that people read"));
    }
    Ok(bytes)
}

/// Returns the diagnostic of a config file that cannot be read.
pub(super) fn unreadable(path: &Path, error: &dyn std::fmt::Display, help: &str) -> Box<Diagnostic> {
    let message = format!("the config cannot be read: {error}");
    Box::new(
        Diagnostic::error(&codes::FILE_UNREADABLE, value::Path::root(), message).at([file_place(path)], "").help(help),
    )
}
