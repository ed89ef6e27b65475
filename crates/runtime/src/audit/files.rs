//! The files of a trail: `NAME`, which is written, and `NAME.1`, `NAME.2` and so on, each older than the one before.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::audit::AuditError;
use crate::audit::tail::tail;

/// Configs may be nobody else's business.
const MODE: u32 = 0o600;

/// `NAME.SUFFIX`.
pub(super) fn beside(path: &Path, suffix: impl ToString) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(suffix.to_string());
    name.into()
}

/// The numbers of the older files, newest first.
pub(super) fn numbers(path: &Path) -> Result<Vec<u32>, AuditError> {
    let folder = folder(path);
    let name = path.file_name().unwrap_or_default();
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder).map_err(AuditError::at(folder))? {
        let file = entry.map_err(AuditError::at(folder))?.file_name();
        let suffix = file.as_encoded_bytes().strip_prefix(name.as_encoded_bytes());
        let digits = suffix.and_then(|suffix| str::from_utf8(suffix.strip_prefix(b".")?).ok());
        // `.01` and `.0` are not ours.
        let number = digits.and_then(|digits| digits.parse().ok().filter(|n: &u32| *n > 0 && n.to_string() == digits));
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(row(numbers))
}

/// The numbers that a rotation leaves: a row from 1 on, in which one is free where it was cut short. What stands apart from it was
/// put there by somebody.
fn row(numbers: Vec<u32>) -> Vec<u32> {
    numbers.into_iter().zip(1..).take_while(|(number, place)| number - place <= 1).map(|(number, _)| number).collect()
}

/// Whether a file under the name of an older one is one.
fn is_trail(path: &Path) -> bool {
    let read = || {
        let file = File::open(path)?;
        tail(&file, file.metadata()?.len())
    };
    read().is_ok_and(|tail| tail.is_trail)
}

/// Opens the file that is written, and makes it if there is none.
pub(super) fn open(path: &Path) -> Result<File, AuditError> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(MODE);
    options.open(path).map_err(AuditError::at(path))
}

/// Keeps every other writer away for as long as the file that is returned stays open. It is a file of its own, because the
/// trail's own files change their names.
pub(super) fn lock(path: &Path) -> Result<File, AuditError> {
    let beside = beside(path, "lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(MODE);
    let file = options.open(&beside).map_err(AuditError::at(&beside))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(Errno::WOULDBLOCK) => Err(AuditError::Locked { path: path.to_owned() }),
        Err(error) => Err(AuditError::Io { path: beside, error: error.into() }),
    }
}

/// Makes the names in the folder of `path` outlast a loss of power.
pub(super) fn sync_folder(path: &Path) -> Result<(), AuditError> {
    let folder = folder(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(AuditError::at(folder))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// One step of a rotation. The process may end after each: whatever names are left, [`numbers`] has them in order.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    Rename { from: PathBuf, to: PathBuf },
    Remove(PathBuf),
}

impl Step {
    pub(super) fn run(&self) -> Result<(), AuditError> {
        match self {
            Self::Rename { from, to } => fs::rename(from, to).map_err(AuditError::at(from)),
            Self::Remove(file) => match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AuditError::at(file)(error)),
                _ => Ok(()),
            },
        }
    }
}

/// What makes room for a new file under the name `path`, when `keep` older files stay. A file of something else stays where it is,
/// and keeps others from its name: when that is the first of them, nothing can be done.
pub(super) fn rotation(path: &Path, keep: u32) -> Result<Vec<Step>, AuditError> {
    let numbers = numbers(path)?;
    let keep = keep.max(1);
    let ours = |number: &u32| is_trail(&beside(path, number));
    let old = numbers.iter().filter(|number| **number > keep && ours(number));
    let mut steps: Vec<Step> = old.map(|number| Step::Remove(beside(path, number))).collect();
    let room = numbers.iter().find(|number| **number <= keep && !ours(number)).map_or(keep, |strange| strange - 1);
    // A rotation that was cut short left a number free: what is older than that stays where it is.
    let taken = (1..room).zip(&numbers).take_while(|(number, found)| number == *found).count();
    for number in (1..=taken).rev() {
        steps.push(Step::Rename { from: beside(path, number), to: beside(path, number + 1) });
    }
    if room > 0 {
        steps.push(Step::Rename { from: path.to_owned(), to: beside(path, 1) });
    }
    Ok(steps)
}
