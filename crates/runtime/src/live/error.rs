//! Errors of starting a handle and of reverting a config.

use std::io;

use crate::load::Refused;

/// A handle could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The gate rejected the config.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The handler of the reload signal cannot be installed.
    #[error("cannot install the handler of the reload signal: {0}")]
    Signal(#[source] io::Error),
    /// The reload thread cannot be started.
    #[error("cannot start the reload thread: {0}")]
    Thread(#[source] io::Error),
}

/// A config could not be reverted.
#[derive(Debug, thiserror::Error)]
pub enum RevertError {
    /// The version never existed, or is no longer kept.
    #[error("{}", unknown_version(*version, kept))]
    Unknown {
        /// The requested version, or `None` for the previous one.
        version: Option<u64>,
        /// The versions that are kept, the oldest first.
        kept: Vec<u64>,
    },
    /// The gate rejects the config now, because it does not fit the running values of restart-only fields.
    #[error(transparent)]
    Refused(Refused),
}

fn unknown_version(version: Option<u64>, kept: &[u64]) -> String {
    let Some(version) = version else { return "there is no earlier config to go back to".to_owned() };
    if kept.is_empty() {
        return format!("version {version} is not kept, and no other is");
    }
    let kept: Vec<String> = kept.iter().map(u64::to_string).collect();
    format!("version {version} is not kept; there are {}", kept.join(", "))
}
