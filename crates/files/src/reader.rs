//! Reading of whole files by their paths.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::error::ReadFileError;
use crate::file_state::FileState;
use crate::opened_file::OpenedFile;
use crate::size_limit::SizeLimit;

/// The pauses between the attempts to read a file that changes. A writer of several chunks gets time to finish.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(10), Duration::from_millis(20), Duration::from_millis(40), Duration::from_millis(80)];

/// The time after which no further attempt begins. A large file can take long to read.
const DEADLINE: Duration = Duration::from_secs(2);

/// The content of a file, and its state while it was read.
#[derive(Debug)]
pub struct FileBytes {
    /// The content.
    pub bytes: Vec<u8>,
    /// The state of the file, the same before and after the read.
    pub state: FileState,
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
///
/// The path does not lead to a regular file, the file is larger than the limit, changes while it is read, or cannot be read.
pub fn read(path: &Path, limit: SizeLimit) -> Result<Vec<u8>, ReadFileError> {
    while_it_changes(|| OpenedFile::open(path)?.read(limit))
}

/// Reads a file of at most `limit` bytes that a directory has just listed as a regular one.
///
/// # Errors
///
/// The same as those of [`read`].
pub fn read_listed(path: &Path, limit: SizeLimit) -> Result<Vec<u8>, ReadFileError> {
    match OpenedFile::open_listed(path).and_then(|file| file.read(limit)) {
        // A file of another kind may be there now.
        Err(ReadFileError::Changed) => read(path, limit),
        result => result,
    }
}

/// Reads a regular file of at most `limit` bytes, and its state.
///
/// # Errors
///
/// The same as those of [`read`].
pub fn read_with_state(path: &Path, limit: SizeLimit) -> Result<FileBytes, ReadFileError> {
    while_it_changes(|| {
        let file = OpenedFile::open(path)?;
        let state = file.state();
        Ok(FileBytes { bytes: file.read(limit)?, state })
    })
}

/// Reads a regular file of at most `limit` bytes into memory that is wiped when it is dropped.
///
/// # Errors
///
/// The same as those of [`read`].
pub fn read_secret(path: &Path, limit: SizeLimit) -> Result<Zeroizing<Vec<u8>>, ReadFileError> {
    while_it_changes(|| OpenedFile::open(path)?.read_secret(limit))
}

/// Repeats an attempt that finds the file changed, a bounded number of times.
pub(crate) fn while_it_changes<T>(attempt: impl Fn() -> Result<T, ReadFileError>) -> Result<T, ReadFileError> {
    let start = Instant::now();
    for pause in PAUSES {
        match attempt() {
            Err(ReadFileError::Changed) if start.elapsed() < DEADLINE => thread::sleep(pause),
            result => return result,
        }
    }
    attempt()
}
