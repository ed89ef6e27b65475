//! Errors of servers.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use confgate_files::{ReadFileError, SizeLimit};
use thiserror::Error;

/// The largest answer, in bytes.
pub(crate) const MAX_ANSWER: u64 = 4 << 20;

/// A file of a server that cannot be used.
#[derive(Debug, Error)]
pub enum ServerFileError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Reason.
        source: ReadFileError,
    },
    /// The file has other content.
    #[error("{}: not {expected}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Noun for the expected content.
        expected: &'static str,
    },
}

/// A failed request to a server.
#[derive(Debug, Error)]
pub enum HttpError {
    /// The address or the token is not valid in a request.
    #[error("the address or the token is invalid")]
    InvalidRequest,
    /// The host does not exist.
    #[error("host not found")]
    HostNotFound,
    /// The request took too long.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The answer is too large.
    #[error("the answer is larger than {}", SizeLimit::bytes(MAX_ANSWER))]
    TooLarge,
    /// The connection failed.
    #[error(transparent)]
    Io(io::Error),
    /// Another error of the protocol.
    #[error(transparent)]
    Protocol(ureq::Error),
    /// The server reports an error.
    #[error("status {status}: {message}")]
    Status {
        /// The status.
        status: u16,
        /// Answer of the server.
        message: String,
    },
    /// The answer is not that of the API.
    #[error("the answer is not that of {api}: {reason}")]
    Answer {
        /// Name of the API.
        api: &'static str,
        /// Reason.
        reason: String,
    },
}
