//! Atomic file replacement: a reader sees the old content or the new content, never a part of it.
//!
//! Every function writes a temporary file in the directory of the target, flushes it to disk, moves it to its name and
//! flushes the directory. After an error the target is what it was. A deployment moves files the same way, one recorded
//! step at a time, so that its tests can interrupt each step (`confgate-deploy`, `disk.rs`).

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use confgate_files::{FileKind, ReadFileError};
use tempfile::{Builder, NamedTempFile};

/// Permission bits of a file that did not exist before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 0666 less the umask.
    Default,
    /// 0600.
    OwnerOnly,
    /// These bits, whatever the umask is.
    Exact(u32),
}

/// A file could not be written atomically.
#[derive(Debug, thiserror::Error)]
pub enum AtomicFileError {
    /// The target exists and is a directory, a pipe or a device.
    #[error("{}: not a regular file", path.display())]
    NotRegular {
        /// The target.
        path: PathBuf,
    },
    /// The target exists, and a new file was asked for.
    #[error("{}: the file exists already; choose another name or remove it", path.display())]
    Exists {
        /// The target.
        path: PathBuf,
    },
    /// An I/O error.
    #[error("{}: {source}", path.display())]
    Io {
        /// The target.
        path: PathBuf,
        /// The error of the system.
        #[source]
        source: io::Error,
    },
}

/// Replaces a file and keeps its owner and permissions, or creates it with `mode`. A symbolic link stays; the file that it
/// points to is replaced.
///
/// # Errors
///
/// The target is not a regular file, or the system reports an error.
pub fn replace(path: &Path, bytes: &[u8], mode: Mode) -> Result<(), AtomicFileError> {
    replace_with(path, bytes, mode, Metadata::permissions)
}

/// Replaces a file with one that only its owner can read. Returns the permission bits that the old file granted to others,
/// if it granted any.
///
/// # Errors
///
/// As [`replace`].
pub fn replace_private(path: &Path, bytes: &[u8]) -> Result<Option<u32>, AtomicFileError> {
    const OTHERS: u32 = 0o077;
    let mut exposed = None;
    replace_with(path, bytes, Mode::OwnerOnly, |old| {
        let mode = old.permissions().mode() & 0o777;
        exposed = (mode & OTHERS != 0).then_some(mode);
        Permissions::from_mode(mode & !OTHERS)
    })?;
    Ok(exposed)
}

/// Creates a file that does not exist yet.
///
/// # Errors
///
/// The target exists, or the system reports an error.
pub fn create(path: &Path, bytes: &[u8], mode: Mode) -> Result<(), AtomicFileError> {
    let file = temporary(path, bytes, mode, Builder::new().prefix(".confgate-")).map_err(io_error(path))?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => AtomicFileError::Exists { path: path.to_owned() },
        _ => io_error(path)(error.error),
    })?;
    sync_directory(path).map_err(io_error(path))
}

/// Puts a file with exactly this content and `mode` at `path`. A link gives way to it, and the file that it leads to stays.
///
/// The temporary file has one fixed name (`.NAME.confgate`), so that a crash leaves at most one, which the next call removes.
///
/// # Errors
///
/// The directory is missing, the target is a directory, a FIFO, a socket or a device, or a link to one of the last three or to an
/// open file of a process, or the system reports an error.
pub fn overwrite(path: &Path, bytes: &[u8], mode: Mode) -> io::Result<()> {
    // A file in the place of `/dev/null` or `/dev/stdout` would take it from all programs of the machine.
    let existing = fs::metadata(path).ok().map(|existing| FileKind::from(&existing));
    if let Some(kind @ (FileKind::Fifo | FileKind::Socket | FileKind::Device)) = existing {
        return Err(ReadFileError::NotRegular(kind).into());
    }
    if leads_to_descriptor(path) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a link to an open file of a process"));
    }
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".confgate");
    match fs::remove_file(directory(path).join(&name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    temporary(path, bytes, mode, Builder::new().prefix(&name).rand_bytes(0))?.persist(path)?;
    sync_directory(path)
}

/// Tells whether a path is one of `/proc`, or a link to one, such as `/dev/stdout` while that is a file: the link is that of all
/// programs.
fn leads_to_descriptor(path: &Path) -> bool {
    /// As many links as the system follows.
    const MAX_LINKS: usize = 40;
    let mut at = path.to_owned();
    for _ in 0..MAX_LINKS {
        let folder = directory(&at);
        if fs::canonicalize(folder).is_ok_and(|folder| folder.starts_with("/proc")) {
            return true;
        }
        match fs::read_link(&at) {
            Ok(target) => at = folder.join(target),
            Err(_) => return false,
        }
    }
    false
}

fn replace_with(
    path: &Path,
    bytes: &[u8],
    mode: Mode,
    permissions: impl FnOnce(&Metadata) -> Permissions,
) -> Result<(), AtomicFileError> {
    match fs::metadata(path) {
        Ok(old) if old.is_file() => replace_existing(path, bytes, &old, permissions(&old)).map_err(io_error(path)),
        Ok(_) => Err(AtomicFileError::NotRegular { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path, bytes, mode),
        Err(error) => Err(io_error(path)(error)),
    }
}

fn replace_existing(path: &Path, bytes: &[u8], old: &Metadata, permissions: Permissions) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    let file = temporary(&target, bytes, Mode::OwnerOnly, Builder::new().prefix(".confgate-"))?;
    let new = file.as_file().metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        fchown(file.as_file(), Some(old.uid()), Some(old.gid()))?;
    }
    file.as_file().set_permissions(permissions)?;
    file.persist(&target)?;
    sync_directory(&target)
}

/// Writes the temporary file and flushes it to disk.
fn temporary(target: &Path, bytes: &[u8], mode: Mode, builder: &mut Builder<'_, '_>) -> io::Result<NamedTempFile> {
    let directory = directory(target);
    // The error of a missing directory is about the directory, not about the temporary file.
    fs::metadata(directory)?;
    let initial = if mode == Mode::Default { 0o666 } else { 0o600 };
    // The error of the library names the temporary file, which the user never sees, and hides the code of the system.
    let code = Cell::new(None);
    let open = |path: &Path| {
        let opened = OpenOptions::new().read(true).write(true).create_new(true).mode(initial).open(path);
        opened.inspect_err(|error| code.set(error.raw_os_error()))
    };
    let made = builder.make_in(directory, open);
    let mut file =
        made.map_err(|error| code.get().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error))?;
    // The error of the library's own `write_all` names the temporary file.
    file.as_file_mut().write_all(bytes)?;
    if let Mode::Exact(mode) = mode {
        // After creation, because the umask applies to creation alone.
        file.as_file().set_permissions(Permissions::from_mode(mode))?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(directory(path))?.sync_all()
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> AtomicFileError {
    move |source| AtomicFileError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn names(directory: &Path) -> Vec<OsString> {
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn a_replaced_file_keeps_its_permissions_and_its_link() {
        let directory = tempfile::tempdir().unwrap();
        let (target, link) = (directory.path().join("target"), directory.path().join("link"));
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
        symlink("target", &link).unwrap();
        replace(&link, b"new", Mode::Default).unwrap();
        assert_eq!((fs::read(&target).unwrap(), mode(&target)), (b"new".to_vec(), 0o640));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(names(directory.path()).len(), 2);
    }

    #[test]
    fn a_private_replacement_reports_the_permissions_that_it_takes_away() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        assert_eq!(replace_private(&path, b"1").unwrap(), None);
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(replace_private(&path, b"2").unwrap(), Some(0o644));
        assert_eq!((mode(&path), fs::read(&path).unwrap()), (0o600, b"2".to_vec()));
    }

    #[test]
    fn an_existing_file_is_not_created_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        create(&path, b"old", Mode::OwnerOnly).unwrap();
        let error = create(&path, b"new", Mode::OwnerOnly).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{}: the file exists already; choose another name or remove it", path.display())
        );
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn a_directory_is_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let error = replace(directory.path(), b"", Mode::Default).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: not a regular file", directory.path().display()));
        assert!(overwrite(directory.path(), b"", Mode::Exact(0o644)).is_err());
    }

    #[test]
    fn an_overwrite_leaves_links_to_open_files_of_processes() {
        let folder = tempfile::tempdir().unwrap();
        let file = fs::File::create(folder.path().join("printed.txt")).unwrap();
        let descriptor = file.as_raw_fd();
        let (link, second) = (folder.path().join("link"), folder.path().join("second"));
        symlink(format!("/proc/self/fd/{descriptor}"), &link).unwrap();
        symlink("link", &second).unwrap();
        for path in [&link, &second] {
            assert!(fs::metadata(path).unwrap().is_file());
            let error = overwrite(path, b"config", Mode::Exact(0o644)).unwrap_err();
            assert_eq!(error.to_string(), "a link to an open file of a process");
            assert!(fs::symlink_metadata(path).unwrap().is_symlink());
        }
        // A link to a plain file gives way, as documented.
        let plain = folder.path().join("plain");
        symlink("printed.txt", &plain).unwrap();
        overwrite(&plain, b"config", Mode::Exact(0o644)).unwrap();
        assert!(fs::symlink_metadata(&plain).unwrap().is_file());
    }

    #[test]
    fn an_overwrite_leaves_devices_sockets_and_pipes() {
        let directory = tempfile::tempdir().unwrap();
        let [link, socket, pipe] = ["link", "socket", "pipe"].map(|name| directory.path().join(name));
        symlink("/dev/null", &link).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for (path, kind) in [(&link, "a device"), (&socket, "a socket"), (&pipe, "a FIFO")] {
            let error = overwrite(path, b"config", Mode::Exact(0o644)).unwrap_err();
            assert_eq!(error.to_string(), format!("not a regular file: {kind}"));
            assert!(!fs::metadata(path).unwrap().is_file());
        }
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(names(directory.path()).len(), 3);
    }

    #[test]
    fn the_error_of_a_missing_directory_names_the_target() {
        let error = create(Path::new("/nowhere/file"), b"", Mode::Default).unwrap_err();
        assert_eq!(error.to_string(), "/nowhere/file: No such file or directory (os error 2)");
    }

    #[test]
    fn an_overwrite_takes_the_place_of_a_link_and_removes_what_a_crash_left() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app.toml");
        symlink("/nowhere", &path).unwrap();
        fs::write(directory.path().join(".app.toml.confgate"), "half").unwrap();
        overwrite(&path, b"whole", Mode::Exact(0o644)).unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"whole".to_vec(), 0o644));
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
        assert_eq!(names(directory.path()), ["app.toml"]);
    }
}
