//! The flags of a service in its own context, for the conditions of profiles.

use confgate_runtime::profile::FlagVariants;

use crate::live::LiveFlags;
use crate::set::EvaluationContext;

/// Flags in the context of a service itself: the profile of a variant is active while the flag has the variant there.
#[derive(Debug, Clone)]
pub struct InstanceFlags {
    flags: LiveFlags,
    context: EvaluationContext,
}

impl InstanceFlags {
    /// Creates the flags of a service. The targeting key of the context names the instance, such as by its host.
    pub const fn new(flags: LiveFlags, context: EvaluationContext) -> Self {
        Self { flags, context }
    }
}

impl FlagVariants for InstanceFlags {
    fn variant(&self, flag: &str) -> Option<String> {
        self.flags.evaluate(flag, &self.context, |result| result.ok()?.variant().map(str::to_owned))
    }

    fn contains(&self, flag: &str) -> bool {
        self.flags.load().get(flag).is_some()
    }
}
