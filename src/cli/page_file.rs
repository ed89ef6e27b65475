//! Pages that are written to a file.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use confgate_files::{FileKind, ReadFileError};
#[cfg(feature = "live")]
use confgate_runtime::atomic_file::{self, Mode};

use crate::cli::error::CliError;

/// Writes a page to a file, as a whole or not at all. The target may be a device, or a file that this process has open, such as
/// `/dev/stdout`: what is in it stays. A FIFO is rejected, since a write would wait for its reader.
pub fn write_page(path: &Path, page: &str) -> Result<(), CliError> {
    if let Some(mut open) = open_file(path) {
        let written = open.write_all(page.as_bytes()).and_then(|()| open.flush());
        return written.map_err(|error| CliError::file(path, error));
    }
    let kind = fs::metadata(path).ok().map(|existing| FileKind::from(&existing));
    match kind {
        #[cfg(feature = "live")]
        None | Some(FileKind::Regular) => Ok(atomic_file::replace(path, page.as_bytes(), Mode::Default)?),
        #[cfg(not(feature = "live"))]
        None | Some(FileKind::Regular) => write(path, page),
        Some(FileKind::Device) => write(path, page),
        Some(kind) => Err(CliError::file(path, ReadFileError::NotRegular(kind))),
    }
}

fn write(path: &Path, page: &str) -> Result<(), CliError> {
    fs::write(path, page).map_err(|error| CliError::file(path, error))
}

/// Returns the file that a path names as one that this process has open. To open it again would begin at its start.
fn open_file(path: &Path) -> Option<Box<dyn Write>> {
    let name = path.to_str()?;
    let number = ["/dev/fd/", "/proc/self/fd/"].iter().find_map(|folder| name.strip_prefix(folder));
    match (name, number) {
        ("/dev/stdout", _) | (_, Some("1")) => Some(Box::new(io::stdout())),
        ("/dev/stderr", _) | (_, Some("2")) => Some(Box::new(io::stderr())),
        (_, Some(_)) => Some(Box::new(fs::OpenOptions::new().append(true).open(path).ok()?)),
        _ => None,
    }
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
