//! The next change of a rollout. It follows from the state, the plan, the reports, the readings of the alarms and the time that has
//! passed, and from nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

use confgate_core::render::count;
use jiff::Timestamp;

use crate::position::Revision;
use crate::rollout::alarm::{AlarmReading, AlarmState, Verdict};
use crate::rollout::inventory::Inventory;
use crate::rollout::plan::Plan;
use crate::rollout::progress::{Progress, first_of, rejections};
use crate::rollout::state::{Outcome, Pause, Phase, Promotion, RolloutState};

/// The facts from which a step follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observation<'o> {
    pub plan: &'o Plan,
    pub inventory: &'o Inventory,
    /// Revision of the rollout's start.
    pub began: Revision,
    /// Readings of the alarms, and the time since those before; `None` if they were not evaluated since the last step.
    pub alarms: Option<(&'o BTreeMap<String, AlarmReading>, Duration)>,
    /// Time since the last step.
    pub elapsed: Duration,
    /// The time, for the record.
    pub at: Timestamp,
}

/// The next change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub action: Action,
    /// The state that follows.
    pub state: RolloutState,
}

/// Kind of the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Time passed, and nothing else.
    Wait,
    /// The state changed, and no pointer.
    Save,
    /// The pointer of the present wave holds for more nodes.
    Admit,
    /// The pointers of all touched waves go back.
    Back,
    /// The pointer of all nodes gets the release.
    Finish,
}

/// Returns the next change.
pub(super) fn step(state: &RolloutState, seen: Observation<'_>) -> Step {
    let mut next = state.clone();
    let progress = Progress::of(state, seen.plan, seen.inventory, seen.began);
    if next.paused.is_none() {
        next.spent_ms = next.spent_ms.saturating_add(u64::try_from(seen.elapsed.as_millis()).unwrap_or(u64::MAX));
    }
    let is_late = next.phase == Phase::Moving && next.spent() >= next.spec.deadline.get();
    if let Some(reason) = too_many_failures(&next, &progress, is_late) {
        return back(next, reason, None, seen.at);
    }
    match observe_alarms(&mut next, seen) {
        Verdict::Fires(reason) => return back(next, reason, None, seen.at),
        Verdict::Inconclusive(reason) if next.paused.is_none() && next.promotion.is_none() => {
            return pause(next, reason, seen.at);
        }
        _ => {}
    }
    let state = next;
    match (state.paused.is_some(), state.phase) {
        (true, _) => Step { action: Action::Wait, state },
        (false, Phase::Moving) => moving(state, &progress, seen),
        (false, Phase::Baking) => baking(state, &progress, seen),
    }
}

/// Returns the end of a rollout that goes back.
pub(super) fn back(mut state: RolloutState, reason: String, by: Option<String>, at: Timestamp) -> Step {
    state.outcome = Some(Outcome::Back { reason, by, at });
    Step { action: Action::Back, state }
}

/// Returns a pause for a reason that the controller found.
pub(super) fn pause(mut state: RolloutState, reason: String, at: Timestamp) -> Step {
    state.paused = Some(Pause { reason, by: None, at });
    Step { action: Action::Save, state }
}

fn too_many_failures(state: &RolloutState, progress: &Progress<'_>, is_late: bool) -> Option<String> {
    let mut failures = progress.failures(is_late);
    failures.sort();
    let limit = state.spec.max_failures.of(state.nodes);
    (failures.len() > limit).then(|| {
        let named = first_of(failures.iter().map(|(node, message)| format!("{node}: {message}")));
        let failed = count(failures.len(), "node");
        match limit {
            0 => format!("{failed} failed: {named}"),
            _ => format!("{failed} failed, more than max_failures = {}: {named}", state.spec.max_failures),
        }
    })
}

/// Returns the reason why a wave does not begin: nodes of it said that they would reject the release.
fn too_many_rejections(state: &RolloutState, progress: &Progress<'_>, seen: Observation<'_>) -> Option<String> {
    let rejections = rejections(state, seen.plan, state.wave, seen.inventory, seen.began);
    let limit = state.spec.max_failures.of(state.nodes);
    (!rejections.is_empty() && rejections.len() + progress.failures(false).len() > limit).then(|| {
        let named = first_of(rejections.iter().map(|(node, message)| format!("{node}: {message}")));
        let nodes = count(rejections.len(), "node");
        let wave = state.wave_name();
        format!("{nodes} of wave {wave} would reject the release: {named}; repair that and resume, promote, or abort")
    })
}

/// Takes the readings of the alarms. An alarm that fires comes before one that is inconclusive.
fn observe_alarms(state: &mut RolloutState, seen: Observation<'_>) -> Verdict {
    let Some((readings, elapsed)) = seen.alarms else { return Verdict::Quiet };
    let is_baking = state.phase == Phase::Baking;
    let mut worst = Verdict::Quiet;
    for (alarm, spec) in state.alarms.iter_mut().zip(&state.spec.alarm) {
        let Some(reading) = readings.get(&alarm.name) else { continue };
        let verdict = alarm.observe(spec, state.spec.max_errors, reading.clone(), elapsed, is_baking);
        worst = match (worst, verdict) {
            (Verdict::Fires(reason), _) | (_, Verdict::Fires(reason)) => Verdict::Fires(reason),
            (Verdict::Inconclusive(reason), _) | (_, Verdict::Inconclusive(reason)) => Verdict::Inconclusive(reason),
            (Verdict::Quiet, Verdict::Quiet) => Verdict::Quiet,
        };
    }
    worst
}

fn moving(mut state: RolloutState, progress: &Progress<'_>, seen: Observation<'_>) -> Step {
    let size = seen.plan.waves.get(state.wave).map_or(0, |wave| wave.len());
    if state.admitted == 0
        && state.promotion.is_none()
        && let Some(reason) = too_many_rejections(&state, progress, seen)
    {
        return pause(state, reason, seen.at);
    }
    let left = size.saturating_sub(state.admitted);
    let free = state.spec.max_in_flight(state.nodes).saturating_sub(progress.in_flight());
    let admitted = left.min(free);
    if admitted > 0 {
        state.admitted += admitted;
        state.spent_ms = 0;
        return Step { action: Action::Admit, state };
    }
    if left == 0 && (state.promotion.is_some() || progress.pending().next().is_none()) {
        state.phase = Phase::Baking;
        state.spent_ms = 0;
        state.alarms.iter_mut().for_each(AlarmState::reset);
        return Step { action: Action::Save, state };
    }
    if state.spent() < state.spec.deadline.get() {
        return Step { action: Action::Wait, state };
    }
    let mut pending: Vec<_> = progress.pending().collect();
    pending.sort_by_key(|(node, _)| *node);
    let named = first_of(pending.iter().map(|(node, progress)| format!("{node} ({})", progress.words())));
    let reason = match pending.len() {
        // Nodes that failed take the places of others.
        0 => format!("wave {} waits for nodes that failed, and max_unavailable is reached", state.wave_name()),
        waiting => format!(
            "{} {} not run the release within {}: {named}",
            count(waiting, "node"),
            if waiting == 1 { "does" } else { "do" },
            state.spec.deadline
        ),
    };
    pause(state, reason, seen.at)
}

fn baking(mut state: RolloutState, progress: &Progress<'_>, seen: Observation<'_>) -> Step {
    let is_promoted = state.promotion.is_some();
    if !is_promoted && progress.pending().next().is_some() {
        state.phase = Phase::Moving;
        state.spent_ms = 0;
        return Step { action: Action::Save, state };
    }
    let is_baked = state.spent() >= state.spec.bake.get() && state.alarms.iter().all(|alarm| alarm.evaluated);
    if !is_baked && !is_promoted {
        return Step { action: Action::Wait, state };
    }
    let Some(wave) = seen.plan.next_wave(state.wave.saturating_add(1)) else {
        state.outcome = Some(Outcome::Finished { at: seen.at });
        return Step { action: Action::Finish, state };
    };
    state.wave = wave;
    state.admitted = 0;
    state.phase = Phase::Moving;
    state.spent_ms = 0;
    state.promotion = state.promotion.filter(|promotion| *promotion == Promotion::Full);
    state.alarms.iter_mut().for_each(AlarmState::reset);
    // The wave begins with its first nodes, in the same transaction.
    match moving(state, progress, seen) {
        Step { action: Action::Wait, state } => Step { action: Action::Save, state },
        step => step,
    }
}

#[cfg(test)]
#[path = "step_tests.rs"]
mod tests;
