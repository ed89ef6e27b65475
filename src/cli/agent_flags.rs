//! The flags of a running agent.

use std::sync::Arc;

use confgate_agent::Evaluations;
use confgate_runtime::profile::FlagVariants;

/// The flags of an agent.
#[cfg_attr(not(feature = "flags"), expect(dead_code, reason = "without the feature, no agent has flags"))]
pub(crate) struct StartedFlags {
    /// Evaluations for clients.
    pub evaluations: Arc<dyn Evaluations>,
    /// The variants in the context of the service itself, for the conditions of profiles.
    pub variants: Arc<dyn FlagVariants>,
}
