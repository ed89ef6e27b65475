//! The files of a trail and their rotation: `NAME`, which is written, and `NAME.1`, `NAME.2` and so on, each older than the
//! one before.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use confgate_files::{OpenedFile, ReadFileError};
use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

use crate::audit::AuditError;
use crate::audit::tail::read_tail;

/// Permission bits of new files: config values may be confidential.
const MODE: u32 = 0o600;

/// Returns `NAME.SUFFIX`.
pub(super) fn with_suffix(path: &Path, suffix: impl ToString) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(suffix.to_string());
    name.into()
}

/// Returns the numbers of the older files, newest first.
pub(super) fn rotated_numbers(path: &Path) -> Result<Vec<u32>, AuditError> {
    let directory = directory(path);
    let name = path.file_name().unwrap_or_default();
    let mut numbers = Vec::new();
    for entry in fs::read_dir(directory).map_err(AuditError::io(directory))? {
        let file = entry.map_err(AuditError::io(directory))?.file_name();
        let suffix = file.as_encoded_bytes().strip_prefix(name.as_encoded_bytes());
        let digits = suffix.and_then(|suffix| str::from_utf8(suffix.strip_prefix(b".")?).ok());
        // A rotation never writes `.01` or `.0`.
        let number = digits.and_then(|digits| digits.parse().ok().filter(|n: &u32| *n > 0 && n.to_string() == digits));
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(leading_sequence(numbers))
}

/// Keeps the numbers that a rotation can leave: a sequence from 1, with at most one gap where a rotation was interrupted. Other
/// files with a number are not part of the trail.
fn leading_sequence(numbers: Vec<u32>) -> Vec<u32> {
    numbers.into_iter().zip(1..).take_while(|(number, index)| number - index <= 1).map(|(number, _)| number).collect()
}

/// Reports if a file with the name of an older one is part of a trail. A file that cannot be read is not taken for a foreign one: a
/// rotation would replace the file before it.
fn is_trail(path: &Path) -> Result<bool, AuditError> {
    let opened = match OpenedFile::open(path) {
        Ok(opened) => opened,
        Err(ReadFileError::NotRegular(_) | ReadFileError::NotFound(_) | ReadFileError::SymlinkLoop) => {
            return Ok(false);
        }
        Err(error) => return Err(AuditError::read(path)(error)),
    };
    let tail = read_tail(opened.file(), opened.state().size()).map_err(AuditError::io(path))?;
    Ok(tail.is_trail)
}

/// Opens the file that is written, and creates it if it is missing.
pub(super) fn open(path: &Path) -> Result<File, AuditError> {
    // A directory, a pipe or a device cannot be appended to, and opening some of them has effects.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(AuditError::NotATrail { path: path.to_owned() });
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(MODE).custom_flags(never_wait());
    options.open(path).map_err(AuditError::io(path))
}

/// Returns the flags by which the open of a FIFO or a terminal returns at once.
fn never_wait() -> i32 {
    (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed()
}

/// Locks the trail against other writers for as long as the returned file stays open. The lock is a file of its own, because a
/// rotation renames the files of the trail.
pub(super) fn lock(path: &Path) -> Result<File, AuditError> {
    let lock = with_suffix(path, "lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(MODE).custom_flags(never_wait());
    let file = options.open(&lock).map_err(AuditError::io(&lock))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(Errno::WOULDBLOCK) => Err(AuditError::Locked { path: path.to_owned() }),
        Err(error) => Err(AuditError::Io { path: lock, source: error.into() }),
    }
}

/// Flushes the directory of `path`, so that file names survive a power loss.
pub(super) fn sync_directory(path: &Path) -> Result<(), AuditError> {
    let directory = directory(path);
    File::open(directory).and_then(|opened| opened.sync_all()).map_err(AuditError::io(directory))
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// One step of a rotation. If the process ends after any step, [`rotated_numbers`] still has the files in order.
#[derive(Debug, PartialEq)]
pub(super) enum RotationStep {
    Rename { from: PathBuf, to: PathBuf },
    Remove(PathBuf),
}

impl RotationStep {
    pub(super) fn run(&self) -> Result<(), AuditError> {
        match self {
            Self::Rename { from, to } => fs::rename(from, to).map_err(AuditError::io(from)),
            Self::Remove(file) => match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AuditError::io(file)(error)),
                _ => Ok(()),
            },
        }
    }
}

/// Plans the steps that free the name `path` for a new file and keep `keep` older files. A file that is not a trail stays in
/// place and keeps older files from its name; as `NAME.1` it prevents the rotation.
pub(super) fn rotation(path: &Path, keep: u32) -> Result<Vec<RotationStep>, AuditError> {
    let numbers = rotated_numbers(path)?;
    let keep = keep.max(1);
    let (mut steps, mut room) = (Vec::new(), keep);
    for number in &numbers {
        let file = with_suffix(path, number);
        match is_trail(&file)? {
            true if *number > keep => steps.push(RotationStep::Remove(file)),
            false if *number <= room => room = number - 1,
            _ => {}
        }
    }
    // An interrupted rotation left a gap: older files need not move beyond it.
    let moved = (1..room).zip(&numbers).take_while(|(number, found)| number == *found).count();
    for number in (1..=moved).rev() {
        steps.push(RotationStep::Rename { from: with_suffix(path, number), to: with_suffix(path, number + 1) });
    }
    if room > 0 {
        steps.push(RotationStep::Rename { from: path.to_owned(), to: with_suffix(path, 1) });
    }
    Ok(steps)
}
