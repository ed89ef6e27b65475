use crate::profile::machine::Usage;
use confgate_core::profile::Condition;
use confgate_core::profile::Profile;
use std::time::Duration;

use jiff::Timestamp;

use confgate_core::environment::Environment;

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
    let holds = |profile: &&Profile| profile.when.holds(moment, before.contains(&profile.name));
    profiles.iter().filter(holds).collect()
}

/// What a profile asks for and nobody knows, in sentences. Such a profile does not hold.
pub fn unknowns(profiles: &[Profile], moment: &Moment<'_>) -> Vec<String> {
    let all = profiles.iter().flat_map(|profile| {
        let unknown = profile.when.unknowns(moment).into_iter();
        unknown.map(|unknown| format!("profile {} does not hold: {unknown}", profile.name))
    });
    all.collect()
}

/// When to look again whether other profiles hold: at the next end of a time range, and `poll` from now where it depends on
/// how busy the machine is. `None` when nothing can change while the service runs.
pub fn next_look(profiles: &[Profile], moment: &Moment<'_>, poll: Duration) -> Option<Timestamp> {
    let open = profiles.iter().map(|profile| &profile.when).filter(|when| when.is_open(moment));
    open.filter_map(|when| when.next_look(moment, poll)).min()
}

impl Condition {
    /// Whether it holds at a moment. `was_active` says whether it held at the last look.
    pub fn holds(&self, moment: &Moment<'_>, was_active: bool) -> bool {
        self.is_open(moment)
            && self.in_time(moment.now)
            && self.above(self.cpu_above, moment.usage.cpu, was_active)
            && self.above(self.memory_above, moment.usage.memory, was_active)
    }

    /// What it asks for and nobody knows at this moment, in sentences.
    pub fn unknowns(&self, moment: &Moment<'_>) -> Vec<String> {
        let usage = [
            (self.cpu_above.is_some() && moment.usage.cpu.is_none(), "how busy the CPUs are is not known here"),
            (self.memory_above.is_some() && moment.usage.memory.is_none(), "how full the memory is is not known here"),
        ];
        let usage = usage.into_iter().filter(|(unknown, _)| *unknown).map(|(_, says)| says.to_owned());
        usage.chain(self.unknown_zone()).collect()
    }

    /// When to look again whether it holds.
    fn next_look(&self, moment: &Moment<'_>, poll: Duration) -> Option<Timestamp> {
        let polled = self.asks_usage().then(|| moment.now.checked_add(poll).ok()).flatten();
        [self.next_boundary(moment.now), polled].into_iter().flatten().min()
    }

    /// Whether what does not change while a service runs lets it hold.
    fn is_open(&self, moment: &Moment<'_>) -> bool {
        let features = self.feature.iter().flat_map(|feature| feature.values());
        self.admits(moment.environment)
            && features.map(|name| (moment.variable)(&name.variable())).all(|value| value.is_some_and(|it| is_on(&it)))
    }

    fn above(&self, threshold: Option<f64>, share: Option<f64>, was_active: bool) -> bool {
        match (threshold, share) {
            (None, _) => true,
            (Some(threshold), Some(share)) if was_active => share >= self.release(threshold),
            (Some(threshold), Some(share)) => share > threshold,
            (Some(_), None) => false,
        }
    }
}

/// Whether the value of a feature's variable switches it on.
fn is_on(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on")
}
