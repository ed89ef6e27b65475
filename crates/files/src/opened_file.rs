//! Open handles of regular files.

use std::fs::File;
use std::path::Path;

use rustix::fs::{self, Mode, OFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::error::ReadFileError;
use crate::file_kind::FileKind;
use crate::file_state::FileState;
use crate::size_limit::SizeLimit;
use crate::stream::{fill, grow_plain, grow_secret};

/// An open regular file, and its state when it was opened.
#[derive(Debug)]
pub struct OpenedFile {
    file: File,
    state: FileState,
}

impl OpenedFile {
    /// Opens a regular file for reading. Symbolic links are followed.
    ///
    /// # Errors
    ///
    /// The path does not lead to a regular file, or the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, ReadFileError> {
        regular(&fs::stat(path)?)?;
        Self::open_with(path, OFlags::empty())
    }

    /// Opens a file that a directory has just listed as a regular one, which is as much as [`open`](Self::open) asks for first.
    ///
    /// # Errors
    ///
    /// The path does not lead to a regular file any more, or the file cannot be opened.
    pub fn open_listed(path: &Path) -> Result<Self, ReadFileError> {
        Self::open_with(path, OFlags::empty())
    }

    /// Opens a regular file for reading. A symbolic link as the last part of the path is rejected.
    ///
    /// # Errors
    ///
    /// The path does not lead to a regular file, or the file cannot be opened.
    pub fn open_no_follow(path: &Path) -> Result<Self, ReadFileError> {
        regular(&fs::lstat(path)?)?;
        Self::open_with(path, OFlags::NOFOLLOW)
    }

    /// Opens a file that was regular a moment ago: NONBLOCK keeps the open of a FIFO from waiting, NOCTTY that of a terminal from
    /// changing the process.
    fn open_with(path: &Path, flags: OFlags) -> Result<Self, ReadFileError> {
        let flags = flags | OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let descriptor = match fs::open(path, flags, Mode::empty()) {
            // Another process holds a lease on the file and is asked to give it up.
            Err(Errno::AGAIN) => return Err(ReadFileError::Changed),
            opened => opened?,
        };
        let state = regular(&fs::fstat(&descriptor)?)?;
        Ok(Self { file: descriptor.into(), state })
    }

    /// Returns the state of the file when it was opened.
    pub fn state(&self) -> FileState {
        self.state
    }

    /// Returns the file, for a reader that streams.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Returns the file, for a reader that streams.
    pub fn into_file(self) -> File {
        self.file
    }

    /// Rejects a file that is larger than the limit.
    ///
    /// # Errors
    ///
    /// The file is larger than the limit.
    pub fn check_size(&self, limit: SizeLimit) -> Result<(), ReadFileError> {
        if self.state.size() > limit.get() { Err(ReadFileError::TooLarge(limit)) } else { Ok(()) }
    }

    /// Rejects a file that changed since it was opened.
    ///
    /// # Errors
    ///
    /// The file changed, or its state cannot be read.
    pub fn check_unchanged(&self) -> Result<(), ReadFileError> {
        let now = FileState::of(&fs::fstat(&self.file)?);
        if now == self.state { Ok(()) } else { Err(ReadFileError::Changed) }
    }

    /// Reads the whole file once.
    ///
    /// # Errors
    ///
    /// The file is larger than the limit, changed while it was read, or cannot be read.
    pub fn read(self, limit: SizeLimit) -> Result<Vec<u8>, ReadFileError> {
        let mut bytes = Vec::new();
        self.fill(&mut bytes, limit, grow_plain)?;
        Ok(bytes)
    }

    /// Reads the whole file once, into memory that is wiped: what a larger buffer replaces, and what was read before an error.
    ///
    /// # Errors
    ///
    /// The file is larger than the limit, changed while it was read, or cannot be read.
    pub fn read_secret(self, limit: SizeLimit) -> Result<Zeroizing<Vec<u8>>, ReadFileError> {
        let mut bytes = Zeroizing::new(Vec::new());
        self.fill(&mut bytes, limit, grow_secret)?;
        Ok(bytes)
    }

    fn fill(&self, bytes: &mut Vec<u8>, limit: SizeLimit, grow: fn(&mut Vec<u8>, usize)) -> Result<(), ReadFileError> {
        self.check_size(limit)?;
        let known = usize::try_from(self.state.size()).unwrap_or(usize::MAX);
        fill(&self.file, bytes, known, limit, grow)?;
        self.check_unchanged()
    }
}

/// Returns the state of a regular file, and an error for other kinds.
fn regular(stat: &fs::Stat) -> Result<FileState, ReadFileError> {
    let state = FileState::of(stat);
    match state.kind() {
        FileKind::Regular => Ok(state),
        kind => Err(ReadFileError::NotRegular(kind)),
    }
}
