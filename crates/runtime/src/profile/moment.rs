use std::time::Duration;

use confgate_core::environment::Environment;
use confgate_core::profile::{Condition, Profile};
use jiff::Timestamp;

use crate::profile::clock;
use crate::profile::machine::Usage;

/// How often the machine is asked how busy it is, where a profile depends on it.
pub const POLL: Duration = Duration::from_secs(10);

/// All that conditions ask for, at one moment.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The environment in which the service runs.
    pub environment: Environment,
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The time.
    pub now: Timestamp,
    /// How busy the machine is.
    pub usage: Usage,
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

/// The profiles that hold at a moment, in their order. `before` are the names of those that held at the last look, since a
/// share that is near its threshold leaves a profile as it was.
pub fn active<'p>(profiles: &'p [Profile], moment: &Moment<'_>, before: &[String]) -> Vec<&'p Profile> {
    let holds = |profile: &&Profile| moment.meets(&profile.when, before.contains(&profile.name));
    profiles.iter().filter(holds).collect()
}

/// What a profile asks for and nobody knows, in sentences. Such a profile does not hold.
pub fn unknowns(profiles: &[Profile], moment: &Moment<'_>) -> Vec<String> {
    let all = profiles.iter().flat_map(|profile| {
        let unknown = moment.unknowns(&profile.when).into_iter();
        unknown.map(|unknown| format!("profile {} does not hold: {unknown}", profile.name))
    });
    all.collect()
}

/// When to look again whether other profiles hold: at the next end of a time range, and `poll` from now where it depends on
/// how busy the machine is. `None` when nothing can change while the service runs.
pub fn next_look(profiles: &[Profile], moment: &Moment<'_>, poll: Duration) -> Option<Timestamp> {
    let open = profiles.iter().map(|profile| &profile.when).filter(|when| moment.admits(when));
    open.filter_map(|when| moment.next_look(when, poll)).min()
}

impl Moment<'_> {
    /// Reports if `condition` holds at this moment. `was_active` tells if it held at the last look.
    pub fn meets(&self, condition: &Condition, was_active: bool) -> bool {
        self.admits(condition)
            && clock::in_time(condition, self.now)
            && is_above(condition, condition.cpu_above, self.usage.cpu, was_active)
            && is_above(condition, condition.memory_above, self.usage.memory, was_active)
    }

    /// Describes each fact that `condition` asks for and that is not known at this moment.
    pub fn unknowns(&self, condition: &Condition) -> Vec<String> {
        let usage = [
            (condition.cpu_above.is_some() && self.usage.cpu.is_none(), "how busy the CPUs are is not known here"),
            (
                condition.memory_above.is_some() && self.usage.memory.is_none(),
                "how full the memory is is not known here",
            ),
        ];
        let usage = usage.into_iter().filter(|(unknown, _)| *unknown).map(|(_, says)| says.to_owned());
        usage.chain(clock::unknown_zone(condition)).collect()
    }

    /// Returns the next time at which `condition` may change.
    fn next_look(&self, condition: &Condition, poll: Duration) -> Option<Timestamp> {
        let polled = condition.asks_usage().then(|| self.now.checked_add(poll).ok()).flatten();
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

/// Whether the value of a feature's variable switches it on.
fn is_on(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on")
}
