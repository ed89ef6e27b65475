use std::io;
use std::path::PathBuf;

use confgate_core::diagnostics::Report;
use confgate_core::gate::written::WrittenError;
use confgate_core::toml;
use thiserror::Error;

/// Reason why a config is not saved. The previous file stays.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The gate rejects the config.
    #[error("the config is not saved, because it is not valid:\n{0}")]
    Rejected(#[source] Report),
    /// TOML cannot hold a value.
    #[error(transparent)]
    Toml(#[from] toml::WriteError),
    /// The text would be rejected, or mean something else.
    #[error(transparent)]
    Written(#[from] WrittenError),
    /// The config cannot be sealed for the recipients.
    #[cfg(feature = "seal")]
    #[error(transparent)]
    Seal(#[from] confgate_seal::SealError),
    /// The file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Error of the system.
        source: io::Error,
    },
}
