//! Errors of the steps that follow the activation.

use thiserror::Error;

use crate::cancellation::Cancelled;
use crate::generations_error::GenerationsError;
use crate::health::ProbeError;
use crate::reload::ReloadError;

/// An error of a step at or after the activation.
#[derive(Debug, Error)]
pub enum StepError {
    /// The disk refused.
    #[error(transparent)]
    Generations(#[from] GenerationsError),
    /// The service could not be notified.
    #[error(transparent)]
    Reload(#[from] ReloadError),
    /// The service is not healthy.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The command was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl StepError {
    /// Returns the part of the error that a record may hold, which every user can read: without the output of a program, which
    /// may contain secrets.
    pub fn recorded(&self) -> String {
        match self {
            Self::Reload(error) => error.recorded(),
            Self::Probe(error) => error.recorded(),
            Self::Generations(_) | Self::Cancelled(_) => self.to_string(),
        }
    }
}
