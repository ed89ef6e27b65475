//! Files that commands write: whole, or not at all.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes a file that only its owner may read, from its first byte on, where there is none yet.
pub fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    prepare(path, text, 0o600)?.persist_noclobber(path)?;
    Ok(())
}

/// Writes a file that everybody may read, in the place of one that may be there.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    prepare(path, text, 0o644)?.persist(path)?;
    Ok(())
}

/// The folder that a file is in.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn prepare(path: &Path, text: &str, mode: u32) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    // Without a folder the error would be about a file that nobody knows.
    fs::metadata(folder)?;
    let mut file = tempfile::Builder::new().permissions(Permissions::from_mode(mode)).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}
