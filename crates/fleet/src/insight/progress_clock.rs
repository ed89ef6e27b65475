//! The times for which a rollout is in its present wave, and makes no progress.

use std::time::{Duration, Instant};

use crate::names::WaveName;
use crate::rollout::{Phase, RolloutStatus};

/// Times of a rollout, as this process watches it. They do not depend on the clocks of others.
#[derive(Debug, Default)]
pub(super) struct ProgressClock {
    wave: Option<(String, usize, Instant)>,
    progress: Option<(Progress, Instant)>,
}

/// A change of it is progress.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Progress {
    id: String,
    wave: usize,
    phase: Phase,
    counts: Vec<(usize, usize)>,
}

/// The times of a rollout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RolloutAges {
    /// The present wave.
    pub wave: WaveName,
    /// The time since it began.
    pub in_wave: Duration,
    /// The time since a node got the release or took it, or the phase changed.
    pub without_progress: Duration,
}

impl ProgressClock {
    /// Takes the status of the running rollout; `None` if there is none.
    pub fn observe(&mut self, rollout: Option<&RolloutStatus>, now: Instant) {
        let Some(rollout) = rollout.filter(|rollout| rollout.state.outcome.is_none()) else {
            *self = Self::default();
            return;
        };
        let state = &rollout.state;
        let is_same = |(id, wave, _): &(String, usize, Instant)| *id == state.id && *wave == state.wave;
        if !self.wave.as_ref().is_some_and(is_same) {
            // A process that starts in the middle of a wave takes over the time that the controller watched.
            let spent = if self.wave.is_none() { state.spent() } else { Duration::ZERO };
            self.wave = Some((state.id.clone(), state.wave, now.checked_sub(spent).unwrap_or(now)));
        }
        let counts = rollout.waves.iter().map(|wave| (wave.admitted, wave.done)).collect();
        let progress = Progress { id: state.id.clone(), wave: state.wave, phase: state.phase, counts };
        match &self.progress {
            Some((known, _)) if *known == progress => {}
            _ => self.progress = Some((progress, now)),
        }
    }

    /// Returns the times of the running rollout.
    pub fn ages(&self, rollout: Option<&RolloutStatus>, now: Instant) -> Option<RolloutAges> {
        let rollout = rollout.filter(|rollout| rollout.state.outcome.is_none())?;
        let (_, _, wave_since) = self.wave.as_ref()?;
        let (_, progress_since) = self.progress.as_ref()?;
        Some(RolloutAges {
            wave: rollout.state.wave_name(),
            in_wave: now.saturating_duration_since(*wave_since),
            without_progress: now.saturating_duration_since(*progress_since),
        })
    }
}
