//! The steps of a deployment.

use std::fmt;

/// A step of a deployment or a rollback, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Reads the bundle into memory.
    Fetch,
    /// Checks its digests and its signature.
    Verify,
    /// Validates the config with this node's environment and secrets.
    Gate,
    /// Writes the bundle to the disk beside the active generation.
    Stage,
    /// Swaps the link to the active generation.
    Activate,
    /// Notifies the service.
    Reload,
    /// Probes the service until it is healthy.
    Health,
    /// Probes the service for the bake time: it must stay healthy.
    Bake,
    /// Records the success and removes old generations.
    Keep,
    /// Makes the previous generation active again.
    RollBack,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fetch => "fetch",
            Self::Verify => "verify",
            Self::Gate => "gate",
            Self::Stage => "stage",
            Self::Activate => "activate",
            Self::Reload => "reload",
            Self::Health => "health",
            Self::Bake => "bake",
            Self::Keep => "keep",
            Self::RollBack => "roll back",
        })
    }
}
