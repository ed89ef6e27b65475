//! Every change that a deployment makes to the disk, one call each, so that a test can stop it before, in the middle of, and
//! after any of them.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// What changes the disk.
pub trait Disk {
    /// Makes a folder in one that is there.
    ///
    /// # Errors
    ///
    /// What the system says, as of all that follow.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Writes a file that is not there yet. Whether it survives a power cut is not said before [`sync`](Self::sync).
    fn write(&self, path: &Path, content: Content<'_>) -> io::Result<()>;

    /// Waits until a file, or the names in a folder, are on the disk.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Gives a file, a link or a folder another name; a file or link of that name goes.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes a link that is not there yet.
    fn link(&self, target: &Path, link: &Path) -> io::Result<()>;

    /// Removes a file or a link.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder and all in it.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
}

/// What a file holds.
#[derive(Debug, Clone, Copy)]
pub struct Content<'c> {
    /// Its bytes.
    pub bytes: &'c [u8],
    /// Whether it may be run, which is a part of what is signed.
    pub executable: bool,
}

/// The disk of this machine. What it makes can be read by everyone, whatever the umask is: a service runs under a user of its own,
/// and secrets are references.
#[derive(Debug, Clone, Copy, Default)]
pub struct Real;

impl Disk for Real {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o755))
    }

    fn write(&self, path: &Path, content: Content<'_>) -> io::Result<()> {
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

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

/// Writes a file that may be there: all at once or not at all, and on the disk when it returns.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    if new.exists() {
        disk.remove(&new)?;
    }
    disk.write(&new, Content { bytes, executable: false })?;
    disk.sync(&new)?;
    disk.rename(&new, path)?;
    disk.sync(path.parent().unwrap_or(Path::new("/")))
}
