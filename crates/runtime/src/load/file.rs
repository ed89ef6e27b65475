//! Content of a config file.

use std::collections::HashMap;
use std::path::Path;

use confgate_core::bundle::OverriddenDefinition;
use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::gate::Input;
use confgate_core::value::{self, Format};
use confgate_files::{ReadFileError, SizeLimit};

use crate::load::location::file_place;

/// Content of a config file or bundle.
#[derive(Debug)]
pub(super) struct ReadConfig {
    /// The values with their places, and the diagnostics of the syntax.
    pub input: Input,
    /// Nix definitions that others override, by path.
    pub overridden: HashMap<value::Path, Vec<OverriddenDefinition>>,
}

/// Reads the bytes of a config file of at most 64 MiB.
///
/// # Errors
///
/// The file cannot be read, is not a regular file, or is too large.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    config_bytes(path, SizeLimit::CONFIG)
}

/// Reads the bytes of a config file. `max_size` is the limit of the loader; it does not exceed that of the format.
///
/// # Errors
///
/// The file cannot be read, is not a regular file, or is too large.
pub(super) fn config_bytes(path: &Path, max_size: SizeLimit) -> Result<Vec<u8>, Box<Diagnostic>> {
    config_bytes_with(confgate_files::read, path, max_size)
}

/// Reads the bytes of a config file that the file system has just said to be regular.
///
/// # Errors
///
/// The same as those of [`config_bytes`].
pub(super) fn listed_bytes(path: &Path, max_size: SizeLimit) -> Result<Vec<u8>, Box<Diagnostic>> {
    config_bytes_with(confgate_files::read_listed, path, max_size)
}

fn config_bytes_with(read: ReadFile, path: &Path, max_size: SizeLimit) -> Result<Vec<u8>, Box<Diagnostic>> {
    let largest = SizeLimit::bytes(Format::of_file(path).unwrap_or_default().max_bytes());
    let too_large = "split the config, or raise the limit: --max-size, or `Loader::max_config_size`";
    read_with(read, path, max_size.min(largest), too_large)
}

/// Reads the bytes of a file beside a config, or of another file of a bundle.
///
/// # Errors
///
/// The file cannot be read, is not a regular file, or is too large.
pub(super) fn part_bytes(path: &Path, limit: SizeLimit) -> Result<Vec<u8>, Box<Diagnostic>> {
    read_with(confgate_files::read, path, limit, "see that it is the right file")
}

/// A way to read the whole of a file.
type ReadFile = fn(&Path, SizeLimit) -> Result<Vec<u8>, ReadFileError>;

fn read_with(read: ReadFile, path: &Path, limit: SizeLimit, too_large: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
    read(path, limit).map_err(|error| {
        let help = match error {
            ReadFileError::PermissionDenied(_) => "let the user of the service read it",
            ReadFileError::TooLarge(_) => too_large,
            ReadFileError::NotRegular(_) | ReadFileError::SymlinkLoop => "put a regular file in its place",
            ReadFileError::Changed => "replace a config by rename: write another file, and move it to this path",
            _ => "see that the file is whole and can be read",
        };
        unreadable(path, &error, help)
    })
}

/// Returns the diagnostic of a config file that cannot be read.
pub(super) fn unreadable(path: &Path, error: &ReadFileError, help: &str) -> Box<Diagnostic> {
    let message = format!("the config cannot be read: {error}");
    Box::new(
        Diagnostic::error(&codes::FILE_UNREADABLE, value::Path::root(), message).at([file_place(path)], "").help(help),
    )
}

#[cfg(test)]
mod tests {
    use confgate_bitcraps::Config;

    use crate::load::{LoadOptions, Loader};
    use crate::system::SystemContext;

    #[test]
    fn a_config_above_the_limit_of_its_loader_is_rejected_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "[network]\nlisten_port = 4000\n").unwrap();
        let load = |limit: Option<u64>| {
            let loader = Loader::of::<Config>(SystemContext::bare()).at(&path).max_config_size(limit);
            loader.load(&LoadOptions::default()).map(|_| ()).map_err(|refused| refused.report.to_string())
        };
        assert_eq!(load(Some(29)), Ok(()));
        assert_eq!(load(None), Ok(()));
        let message = "error: the config cannot be read: larger than the limit of 28 bytes [file/unreadable] in PATH; \
                       help: split the config, or raise the limit: --max-size, or `Loader::max_config_size`";
        assert_eq!(load(Some(28)), Err(message.replace("PATH", &path.display().to_string())));
    }
}
