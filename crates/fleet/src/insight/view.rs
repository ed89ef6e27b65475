//! The view of a fleet that an observer keeps up to date, and pages read.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::{Value as Json, json};
use tokio::sync::watch;

use crate::insight::metrics::{FleetMetrics, Measured};
use crate::insight::progress_clock::ProgressClock;
use crate::insight::snapshot::FleetSnapshot;
use crate::names::ServiceName;

/// A view of a fleet.
pub struct FleetView {
    state: Mutex<State>,
    metrics: FleetMetrics,
    version: watch::Sender<u64>,
}

struct State {
    snapshot: Arc<FleetSnapshot>,
    clock: ProgressClock,
    lost: Option<(Instant, String)>,
}

impl fmt::Debug for FleetView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FleetView").field("version", &*self.version.borrow()).finish_non_exhaustive()
    }
}

impl FleetView {
    /// Returns the view before the store was read. Its metrics begin with `confgate_fleet_`, and have the label `service`.
    pub fn new(service: &ServiceName) -> Self {
        let snapshot = Arc::new(FleetSnapshot::unread(service));
        Self {
            state: Mutex::new(State { snapshot, clock: ProgressClock::default(), lost: None }),
            metrics: FleetMetrics::new(service),
            version: watch::Sender::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the newest snapshot with its version, which grows with each.
    pub fn snapshot(&self) -> (u64, Arc<FleetSnapshot>) {
        let state = self.state();
        (*self.version.borrow(), state.snapshot.clone())
    }

    /// Waits for a version after this one. Returns `None` if there will be none.
    pub fn next_version(&self, after: u64) -> impl Future<Output = Option<u64>> + Send + use<> {
        let mut versions = self.version.subscribe();
        async move { versions.wait_for(|version| *version > after).await.ok().map(|version| *version) }
    }

    /// Publishes a snapshot.
    pub(super) fn publish(&self, snapshot: FleetSnapshot) {
        let mut state = self.state();
        state.clock.observe(snapshot.rollout.as_ref(), Instant::now());
        state.snapshot = Arc::new(snapshot);
        self.version.send_modify(|version| *version += 1);
    }

    /// Records that the store answers. Returns whether it did not before.
    pub(super) fn found(&self) {
        if self.state().lost.take().is_some() {
            tracing::info!("the store of the fleet answers again");
            self.version.send_modify(|version| *version += 1);
        }
    }

    /// Records that the store does not answer.
    pub(super) fn lost(&self, error: &dyn fmt::Display) {
        let mut state = self.state();
        let is_new = state.lost.is_none();
        let since = state.lost.as_ref().map_or_else(Instant::now, |(since, _)| *since);
        state.lost = Some((since, error.to_string()));
        if is_new {
            tracing::warn!(%error, "the store of the fleet does not answer; trying again");
            self.version.send_modify(|version| *version += 1);
        }
    }

    /// Returns the error of a store that does not answer.
    pub fn connection_error(&self) -> Option<String> {
        self.state().lost.as_ref().map(|(_, error)| error.clone())
    }

    /// Returns the reasons why the fleet needs attention.
    pub fn problems(&self) -> Vec<String> {
        let state = self.state();
        let lost = state.lost.iter().map(|(_, error)| error.clone());
        let unread = state.snapshot.taken.is_none().then(|| "the store was not read yet".to_owned());
        lost.chain(unread).chain(state.snapshot.attention()).collect()
    }

    /// Returns the state as a document.
    pub fn health(&self) -> Json {
        let problems = self.problems();
        let (_, snapshot) = self.snapshot();
        json!({
            "status": if problems.is_empty() { "ok" } else { "degraded" },
            "problems": problems,
            "confgate": env!("CARGO_PKG_VERSION"),
            "service": snapshot.service,
            "taken": snapshot.taken,
            "position": snapshot.position,
            "states": snapshot.status.states,
            "unread": snapshot.unread,
            "error": self.connection_error(),
        })
    }

    /// Returns the metrics in the text format of OpenMetrics.
    pub fn metrics(&self) -> String {
        let state = self.state();
        let now = Instant::now();
        let rollout = state.snapshot.rollout.as_ref();
        let lost_for = state.lost.as_ref().map(|(since, _)| now.saturating_duration_since(*since));
        self.metrics.text(&Measured {
            snapshot: &state.snapshot,
            ages: state.clock.ages(rollout, now),
            disconnected: lost_for,
        })
    }
}
