//! Files that are written as a whole or not at all.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::cli::{Failure, input};

/// Who may read a file that was not there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the umask lets.
    Usual,
    /// Its owner.
    Owner,
}

impl Readers {
    fn permissions(self) -> Permissions {
        Permissions::from_mode(match self {
            Self::Usual => 0o666,
            Self::Owner => 0o600,
        })
    }
}

/// Writes a file in the place of the one that is there, which keeps its owner and mode, or a new one. A link stays, and
/// what it leads to is replaced. After a failure all is as it was.
pub fn replace(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    put(path, bytes, readers, |before| before.permissions())
}

/// The same for what only its owner may read from now on, whoever could read what was there before. Gives the mode that was taken
/// away from others.
#[cfg(feature = "seal")]
pub fn confide(path: &Path, bytes: &[u8]) -> Result<Option<u32>, Failure> {
    let mut open = None;
    put(path, bytes, Readers::Owner, |before| {
        let mode = before.permissions().mode() & 0o777;
        open = Some(mode).filter(|mode| mode & OTHERS != 0);
        Permissions::from_mode(mode & !OTHERS)
    })?;
    Ok(open)
}

/// The mode of a file that others than its owner can read.
#[cfg(feature = "seal")]
pub fn readable(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    Some(mode).filter(|mode| mode & 0o044 != 0)
}

/// What a mode lets the group and everyone do.
#[cfg(feature = "seal")]
const OTHERS: u32 = 0o077;

fn put(
    path: &Path,
    bytes: &[u8],
    readers: Readers,
    mode: impl FnOnce(&Metadata) -> Permissions,
) -> Result<(), Failure> {
    let failed = |error: io::Error| about(path, &error);
    match fs::metadata(path) {
        Ok(before) if before.is_file() => {
            let target = fs::canonicalize(path).map_err(failed)?;
            let new = written(&target, bytes, Readers::Owner).map_err(failed)?;
            keep(new.as_file(), &before, mode(&before)).map_err(failed)?;
            new.persist(&target).map_err(|error| failed(error.error))?;
            sync_folder(&target).map_err(failed)
        }
        Ok(_) => Err(Failure(format!("{}: this is no file", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path, bytes, readers),
        Err(error) => Err(failed(error)),
    }
}

/// Writes a file that was not there before.
pub fn create(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure(format!("{}: it is there already, and stays as it is", path.display())),
        _ => about(path, &error),
    };
    let new = written(path, bytes, readers).map_err(failed)?;
    new.persist_noclobber(path).map_err(|error| failed(error.error))?;
    sync_folder(path).map_err(failed)
}

/// A file beside the target, with all that it has to hold.
fn written(target: &Path, bytes: &[u8], readers: Readers) -> io::Result<NamedTempFile> {
    fs::metadata(folder(target))?;
    let new = Builder::new().prefix(".confgate-").permissions(readers.permissions()).tempfile_in(folder(target));
    // Its message would name the file that could not be made for a moment.
    let mut new = new.map_err(|error| io::Error::from(error.kind()))?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    Ok(new)
}

fn keep(new: &File, before: &Metadata, mode: Permissions) -> io::Result<()> {
    let now = new.metadata()?;
    if (now.uid(), now.gid()) != (before.uid(), before.gid()) {
        fchown(new, Some(before.uid()), Some(before.gid()))?;
    }
    new.set_permissions(mode)
}

/// What is wrong with a file.
fn about(path: &Path, error: &io::Error) -> Failure {
    Failure(format!("{}: {error}", input::shown(path)))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}
