//! Pages that are written to a file.

use std::fs;
use std::path::Path;

use confgate_files::{FileKind, ReadFileError};
#[cfg(feature = "live")]
use confgate_runtime::atomic_file::{self, Mode};

use crate::cli::error::CliError;

/// Writes a page to a file, as a whole or not at all. The target may be a device such as `/dev/stdout`, which may be a pipe as well;
/// another FIFO is rejected, since a write would wait for its reader.
pub fn write_page(path: &Path, page: &str) -> Result<(), CliError> {
    let kind = fs::metadata(path).ok().map(|existing| FileKind::from(&existing));
    match kind {
        #[cfg(feature = "live")]
        None | Some(FileKind::Regular) => Ok(atomic_file::replace(path, page.as_bytes(), Mode::Default)?),
        #[cfg(not(feature = "live"))]
        None | Some(FileKind::Regular) => write(path, page),
        Some(FileKind::Device) => write(path, page),
        Some(FileKind::Fifo) if is_open(path) => write(path, page),
        Some(kind) => Err(CliError::file(path, ReadFileError::NotRegular(kind))),
    }
}

fn write(path: &Path, page: &str) -> Result<(), CliError> {
    fs::write(path, page).map_err(|error| CliError::file(path, error))
}

/// Tells whether a path stands for a file that this process has open already.
fn is_open(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr"].iter().any(|name| path == Path::new(name))
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_page_replaces_a_file_as_a_whole_and_goes_to_a_device() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("page.md");
        for page in ["# A long page", "# One"] {
            write_page(&path, page).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), page);
        }
        write_page(Path::new("/dev/null"), "# One").unwrap();
        let error = write_page(Path::new("/dev/full"), "# One").unwrap_err();
        assert_eq!(error.to_string(), "/dev/full: No space left on device (os error 28)");
    }

    #[test]
    fn a_page_does_not_wait_for_the_reader_of_a_fifo() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let error = write_page(&path, "# One").unwrap_err();
        assert_eq!(error.to_string(), format!("{}: not a regular file: a FIFO", path.display()));
    }
}
