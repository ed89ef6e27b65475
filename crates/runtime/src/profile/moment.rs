//! A moment: all facts that conditions of profiles depend on.

use std::time::Duration;

use confgate_core::environment::Environment;
use confgate_core::profile::{Condition, Profile};
use jiff::Timestamp;

use crate::profile::{Usage, clock};

/// Interval between samples of CPU and memory usage, if a profile depends on them.
pub const POLL: Duration = Duration::from_secs(10);

/// Facts that conditions depend on, at one moment.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The environment of the service.
    pub environment: Environment,
    /// Returns the value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The time.
    pub now: Timestamp,
    /// CPU and memory usage.
    pub usage: Usage,
    /// The flags of the service; `None` if it has none.
    pub flags: Option<&'a dyn FlagVariants>,
}

impl std::fmt::Debug for Moment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Moment")
            .field("environment", &self.environment)
            .field("now", &self.now)
            .field("usage", &self.usage)
            .finish_non_exhaustive()
    }
}

/// The variants of feature flags in the context of the service itself.
pub trait FlagVariants: Send + Sync {
    /// Returns the variant of a flag that is selected now; `None` if the flag does not exist or has no value.
    fn variant(&self, flag: &str) -> Option<String>;

    /// Returns whether a flag exists.
    fn contains(&self, flag: &str) -> bool;
}

/// Returns the active profiles at a moment, in order. `active_before` has the names of those that were active at the last check:
/// within the hysteresis of a threshold a profile stays as it was.
pub fn active<'p>(profiles: &'p [Profile], moment: &Moment<'_>, active_before: &[String]) -> Vec<&'p Profile> {
    let is_active = |profile: &&Profile| moment.meets(&profile.when, active_before.contains(&profile.name));
    profiles.iter().filter(is_active).collect()
}

/// Describes the facts that profiles depend on and that are unknown. Such a profile is not active.
pub fn unknown_facts(profiles: &[Profile], moment: &Moment<'_>) -> Vec<String> {
    let of_profile = |profile: &Profile| {
        let facts = moment.unknown_facts(&profile.when).into_iter();
        facts.map(|fact| format!("profile {} is not active: {fact}", profile.name)).collect::<Vec<_>>()
    };
    profiles.iter().flat_map(of_profile).collect()
}

/// Returns the time of the next check for active profiles: the next boundary of a time range, or `poll` from now if a profile
/// depends on CPU or memory usage. `None` means that the active profiles cannot change while the service runs.
pub fn next_check(profiles: &[Profile], moment: &Moment<'_>, poll: Duration) -> Option<Timestamp> {
    let open = profiles.iter().map(|profile| &profile.when).filter(|when| moment.admits(when));
    open.filter_map(|when| moment.next_check(when, poll)).min()
}

impl Moment<'_> {
    /// Reports if `condition` holds at this moment. `was_active` tells if it held at the last check.
    pub fn meets(&self, condition: &Condition, was_active: bool) -> bool {
        self.admits(condition)
            && clock::in_time(condition, self.now)
            && self.has_variant(condition)
            && is_above(condition, condition.cpu_above, self.usage.cpu, was_active)
            && is_above(condition, condition.memory_above, self.usage.memory, was_active)
    }

    /// Describes each fact that `condition` asks for and that is not known at this moment.
    pub fn unknown_facts(&self, condition: &Condition) -> Vec<String> {
        let usage = [
            (condition.cpu_above.is_some() && self.usage.cpu.is_none(), "CPU usage is unknown on this machine"),
            (
                condition.memory_above.is_some() && self.usage.memory.is_none(),
                "memory usage is unknown on this machine",
            ),
        ];
        let unknown_flag = condition.flag.as_ref().and_then(|flag| match self.flags {
            None => Some(format!("the service has no flags, and the condition names the flag {flag}")),
            Some(flags) if !flags.contains(flag) => Some(format!("the flag {flag} is not declared")),
            Some(_) => None,
        });
        let unknown_usage = usage.into_iter().filter(|(is_unknown, _)| *is_unknown).map(|(_, fact)| fact.to_owned());
        unknown_usage.chain(clock::unknown_zone(condition)).chain(unknown_flag).collect()
    }

    /// Reports if the flag of a condition has one of its variants.
    fn has_variant(&self, condition: &Condition) -> bool {
        let Some(flag) = &condition.flag else { return true };
        let selected = self.flags.and_then(|flags| flags.variant(flag));
        selected.is_some_and(|selected| condition.variants().contains(&selected))
    }

    /// Returns the next time at which `condition` may change.
    fn next_check(&self, condition: &Condition, poll: Duration) -> Option<Timestamp> {
        // The share of a ramp grows with the time.
        let is_polled = condition.depends_on_usage() || condition.flag.is_some();
        let polled = is_polled.then(|| self.now.checked_add(poll).ok()).flatten();
        [clock::next_boundary(condition, self.now), polled].into_iter().flatten().min()
    }

    /// Reports if the facts that do not change while a service runs allow `condition`.
    fn admits(&self, condition: &Condition) -> bool {
        let features = condition.feature.iter().flat_map(|feature| feature.values());
        condition.admits(self.environment)
            && features.map(|name| (self.variable)(&name.variable())).all(|value| value.is_some_and(|it| is_on(&it)))
    }
}

fn is_above(condition: &Condition, threshold: Option<f64>, share: Option<f64>, was_active: bool) -> bool {
    match (threshold, share) {
        (None, _) => true,
        (Some(threshold), Some(share)) if was_active => share >= condition.release(threshold),
        (Some(threshold), Some(share)) => share > threshold,
        (Some(_), None) => false,
    }
}

/// Reports if the value of a feature's variable enables the feature.
fn is_on(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on")
}
