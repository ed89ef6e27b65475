//! Errors of reading a file.

use std::io;

use rustix::io::Errno;

use crate::file_kind::FileKind;
use crate::size_limit::SizeLimit;

/// Reason why a file cannot be read. The path is left to the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadFileError {
    /// The path leads to nothing: a part of it is missing, or is not a directory.
    #[error(transparent)]
    NotFound(io::Error),
    /// The permissions of the file, or of a directory in its path, forbid the read.
    #[error(transparent)]
    PermissionDenied(io::Error),
    /// The path leads to a directory, FIFO, socket or device.
    #[error("not a regular file: {0}")]
    NotRegular(FileKind),
    /// The symbolic links of the path lead in a circle.
    #[error("too many levels of symbolic links")]
    SymlinkLoop,
    /// The file is larger than its limit.
    #[error("larger than the limit of {0}")]
    TooLarge(SizeLimit),
    /// Each of several reads found the file changed.
    #[error("changed while it was read; try again when it is written completely")]
    Changed,
    /// The system reports another error.
    #[error(transparent)]
    Io(io::Error),
}

impl ReadFileError {
    /// Returns whether the path leads to nothing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound(_))
    }

    /// Returns the kind of the error for callers that compare kinds.
    pub fn kind(&self) -> io::ErrorKind {
        match self {
            Self::NotFound(error) | Self::PermissionDenied(error) | Self::Io(error) => error.kind(),
            Self::NotRegular(FileKind::Directory) => io::ErrorKind::IsADirectory,
            Self::NotRegular(_) | Self::SymlinkLoop => io::ErrorKind::InvalidInput,
            Self::TooLarge(_) => io::ErrorKind::FileTooLarge,
            Self::Changed => io::ErrorKind::ResourceBusy,
        }
    }
}

impl From<Errno> for ReadFileError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::NOENT | Errno::NOTDIR => Self::NotFound(errno.into()),
            Errno::ACCESS | Errno::PERM => Self::PermissionDenied(errno.into()),
            Errno::LOOP => Self::SymlinkLoop,
            _ => Self::Io(errno.into()),
        }
    }
}

impl From<ReadFileError> for io::Error {
    fn from(error: ReadFileError) -> Self {
        match error {
            ReadFileError::NotFound(error) | ReadFileError::PermissionDenied(error) | ReadFileError::Io(error) => error,
            other => Self::new(other.kind(), other),
        }
    }
}
