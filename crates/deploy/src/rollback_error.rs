//! Errors of a rollback by hand.

use confgate_runtime::load::Refused;
use thiserror::Error;

use crate::cancellation::Cancelled;
use crate::generations_error::GenerationsError;
use crate::outcome::Outcome;
use crate::step::Step;
use crate::step_error::StepError;

/// An error of a rollback by hand.
#[derive(Debug, Error)]
pub enum RollbackError {
    /// The generations cannot be read or changed; the active generation is as before.
    #[error(transparent)]
    Generations(#[from] GenerationsError),
    /// The command was cancelled before it changed anything.
    #[error("{0}; nothing was changed")]
    Cancelled(#[from] Cancelled),
    /// No earlier generation was kept.
    #[error("no earlier generation that was kept and is intact")]
    NoEarlier,
    /// The requested generation is missing or damaged.
    #[error("generation {generation} is missing or damaged{}", list(intact))]
    NotIntact {
        /// The requested generation.
        generation: u64,
        /// The intact ones.
        intact: Vec<u64>,
    },
    /// The service was never healthy with the requested generation.
    #[error("the service was never healthy with generation {generation} ({outcome}): deploy it again")]
    NeverHealthy {
        /// The requested generation.
        generation: u64,
        /// Outcome of its deployment.
        outcome: Outcome,
    },
    /// The gate rejects the config now.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The generation is active, but the service was not notified or is not healthy.
    #[error("generation {generation} is active, but {step} failed: {source}{}", not_recorded(unrecorded))]
    Service {
        /// The step that failed.
        step: Step,
        /// Its error.
        source: Box<StepError>,
        /// The active generation.
        generation: u64,
        /// Error of recording the rollback.
        unrecorded: Option<GenerationsError>,
    },
    /// The generation is active, but the rollback could not be recorded.
    #[error("generation {generation} is active, but the rollback could not be recorded: {source}")]
    NotRecorded {
        /// The active generation.
        generation: u64,
        /// Error of the disk.
        source: GenerationsError,
    },
}

impl RollbackError {
    /// Returns whether the rollback was refused or has failed, as opposed to one that could not be attempted.
    pub fn is_rejection(&self) -> bool {
        !matches!(self, Self::Generations(_) | Self::Cancelled(_))
    }
}

fn not_recorded(error: &Option<GenerationsError>) -> String {
    error.as_ref().map(|error| format!("; the rollback could not be recorded: {error}")).unwrap_or_default()
}

fn list(intact: &[u64]) -> String {
    match intact {
        [] => String::new(),
        intact => format!("; intact: {}", intact.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
    }
}
