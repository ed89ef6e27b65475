//! The one way in which Confgate reads a file from outside.
//!
//! A path that a user, a config or another program names can lead to a FIFO, a device, a directory, a file of any size, or a file
//! that is being written. [`read`] and [`read_secret`] answer in bounded time and memory whatever is there:
//!
//! - Only regular files are read; symbolic links are followed. Other files are not even opened, since opening a device can have
//!   effects, and `O_NONBLOCK` covers a file that is replaced in between. [`read_listed`] takes the kind of a file from the directory
//!   that has just listed it.
//! - The size is compared with a [`SizeLimit`] before the read and while reading.
//! - The file is read once, and its state after the read is compared with that before. A file that changes meanwhile is read again,
//!   and after a few attempts rejected.
//!
//! Errors carry no path: callers add it as they display paths.
//!
//! ```
//! use confgate_files::{SizeLimit, read};
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("config.toml");
//! # std::fs::write(&path, "limit = 1\n")?;
//!
//! assert_eq!(read(&path, SizeLimit::CONFIG)?, b"limit = 1\n");
//! let error = read(folder.path(), SizeLimit::CONFIG).unwrap_err();
//! assert_eq!(error.to_string(), "not a regular file: a directory");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod file_kind;
mod file_state;
mod opened_file;
mod reader;
mod size_limit;
mod stream;

pub use self::error::ReadFileError;
pub use self::file_kind::FileKind;
pub use self::file_state::FileState;
pub use self::opened_file::OpenedFile;
pub use self::reader::{FileBytes, read, read_listed, read_secret, read_with_state};
pub use self::size_limit::{InvalidSize, SizeLimit};
pub use self::stream::{read_secret_stream, read_stream};

#[cfg(test)]
mod tests;
