//! Changes of the disk, one call each, so that a test can fail before, during or after any of them.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// The operations that change the disk.
pub trait Disk {
    /// Creates a directory in an existing one.
    ///
    /// # Errors
    ///
    /// The system refuses, as for every method here.
    fn create_directory(&self, path: &Path) -> io::Result<()>;

    /// Writes a new file. It may be lost in a power cut until [`sync`](Self::sync) returns.
    fn write(&self, path: &Path, content: FileContent<'_>) -> io::Result<()>;

    /// Flushes a file, or the entries of a directory, to the disk.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Renames a file, a link or a directory; replaces a file or a link of that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Creates a symbolic link.
    fn link(&self, target: &Path, link: &Path) -> io::Result<()>;

    /// Removes a file or a link.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Removes a directory and everything in it.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
}

/// The content of a file to write.
#[derive(Debug, Clone, Copy)]
pub struct FileContent<'c> {
    /// Bytes of the file.
    pub bytes: &'c [u8],
    /// True if it is executable: a NAR includes that bit, and so does its signature.
    pub executable: bool,
}

/// The disk of this machine.
///
/// Every user can read what it writes, whatever the umask is: a service runs under a user of its own, and secrets are
/// references.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o755))
    }

    fn write(&self, path: &Path, content: FileContent<'_>) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.set_permissions(Permissions::from_mode(if content.executable { 0o755 } else { 0o644 }))?;
        file.write_all(content.bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn link(&self, target: &Path, link: &Path) -> io::Result<()> {
        symlink(target, link)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

/// Writes or replaces a file atomically and durably.
///
/// # Errors
///
/// The disk refuses; an existing file keeps its content.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    if new.exists() {
        disk.remove(&new)?;
    }
    disk.write(&new, FileContent { bytes, executable: false })?;
    disk.sync(&new)?;
    disk.rename(&new, path)?;
    disk.sync(path.parent().unwrap_or(Path::new("/")))
}
