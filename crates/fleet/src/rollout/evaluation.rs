//! Evaluation of the alarms of a rollout, beside its steps.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::rollout::alarm::AlarmReading;
use crate::rollout::spec::MAX_INTERVAL;
use crate::rollout::state::{Phase, RolloutState};

/// Evaluation of the alarms.
pub(super) struct Evaluation {
    running: Option<JoinHandle<BTreeMap<String, AlarmReading>>>,
    /// Wave and phase in which it began: readings of another one do not count.
    began_in: (usize, Phase),
    next: Instant,
    /// Time of the readings before.
    last: Option<Instant>,
}

impl Evaluation {
    /// Returns an evaluation that is due.
    pub fn new(state: &RolloutState, now: Instant) -> Self {
        Self { running: None, began_in: (state.wave, state.phase), next: now, last: None }
    }

    /// Returns whether the next one may begin.
    pub fn is_due(&self, now: Instant) -> bool {
        self.running.is_none() && now >= self.next
    }

    /// Begins the next one, for this state.
    pub fn begin(
        &mut self,
        state: &RolloutState,
        now: Instant,
        readings: impl Future<Output = BTreeMap<String, AlarmReading>> + Send + 'static,
    ) {
        self.began_in = (state.wave, state.phase);
        self.next = now + state.spec.interval.get().min(MAX_INTERVAL);
        self.running = Some(tokio::spawn(readings));
    }

    /// Returns the readings, and the time since those before, if they are ready.
    pub async fn take(
        &mut self,
        state: &RolloutState,
        now: Instant,
    ) -> Option<(BTreeMap<String, AlarmReading>, Duration)> {
        let running = self.running.take_if(|running| running.is_finished())?;
        let readings = running.await.ok()?;
        let elapsed = self.last.map_or(Duration::ZERO, |last| now.duration_since(last));
        self.last = Some(now);
        // A reading that began before the bake says nothing of it.
        (self.began_in == (state.wave, state.phase))
            .then_some((readings, elapsed.min(state.spec.interval.get().saturating_mul(2))))
    }
}
