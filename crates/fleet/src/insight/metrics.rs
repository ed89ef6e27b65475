//! Metrics of a fleet, for alerts on drift, stuck waves and rollouts that went back.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::fleet_status::NodeState;
use crate::insight::progress_clock::RolloutAges;
use crate::insight::snapshot::FleetSnapshot;
use crate::names::ServiceName;
use crate::rollout::{AlarmReading, Outcome, RolloutState};

type Seconds = Gauge<f64, AtomicU64>;

/// The metrics of one service. They are computed when they are read.
#[derive(Debug)]
pub(super) struct FleetMetrics {
    registry: Registry,
    nodes: Family<ByState, Gauge>,
    running: Gauge,
    paused: Gauge,
    controlled: Gauge,
    wave_age: Family<ByWave, Seconds>,
    stalled: Seconds,
    rollout_nodes: Family<ByProgress, Gauge>,
    alarms: Family<ByReading, Gauge>,
    went_back_at: Seconds,
    differing: Gauge,
    overrides: Gauge,
    problems: Gauge,
    connected: Gauge,
    disconnected: Seconds,
    revision: Gauge,
}

/// A fleet, as its metrics are computed from it.
pub(super) struct Measured<'m> {
    pub snapshot: &'m FleetSnapshot,
    pub ages: Option<RolloutAges>,
    /// The time since which the store does not answer.
    pub disconnected: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByState {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByWave {
    wave: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByProgress {
    wave: String,
    progress: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReading {
    alarm: String,
    reading: &'static str,
}

/// Returns the word for the last reading of an alarm.
const fn reading_name(reading: Option<&AlarmReading>) -> &'static str {
    match reading {
        None => "none",
        Some(AlarmReading::Quiet(_)) => "quiet",
        Some(AlarmReading::Raised(_)) => "raised",
        Some(AlarmReading::Missing) => "missing",
        Some(AlarmReading::Failed(_)) => "failed",
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl FleetMetrics {
    pub fn new(service: &ServiceName) -> Self {
        let labels = [("service".into(), service.to_string().into())];
        let mut metrics = Self {
            registry: Registry::with_prefix_and_labels("confgate_fleet", labels.into_iter()),
            nodes: Family::default(),
            running: Gauge::default(),
            paused: Gauge::default(),
            controlled: Gauge::default(),
            wave_age: Family::default(),
            stalled: Seconds::default(),
            rollout_nodes: Family::default(),
            alarms: Family::default(),
            went_back_at: Seconds::default(),
            differing: Gauge::default(),
            overrides: Gauge::default(),
            problems: Gauge::default(),
            connected: Gauge::default(),
            disconnected: Seconds::default(),
            revision: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("nodes", "Nodes, by state", self.nodes.clone());
        registry.register("rollout_running", "Whether a rollout is unfinished", self.running.clone());
        registry.register("rollout_paused", "Whether the rollout waits for an operator", self.paused.clone());
        let help = "Whether a controller carries the rollout out";
        registry.register("rollout_controlled", help, self.controlled.clone());
        let help = "Time since the present wave of the rollout began";
        registry.register_with_unit("rollout_wave_age", help, Unit::Seconds, self.wave_age.clone());
        let help =
            "Time since a node got or took the release of the rollout, or its phase changed; 0 without a rollout";
        registry.register_with_unit("rollout_stalled", help, Unit::Seconds, self.stalled.clone());
        let help = "Nodes of a wave: planned, admitted to the release, done";
        registry.register("rollout_nodes", help, self.rollout_nodes.clone());
        let help = "Alarms of the rollout, by the last reading: none, quiet, raised, missing, failed";
        registry.register("rollout_alarms", help, self.alarms.clone());
        let help = "Time at which the last rollout went back; 0 if it did not";
        registry.register_with_unit("rollout_back_timestamp", help, Unit::Seconds, self.went_back_at.clone());
        registry.register("differing_fields", "Fields in which the nodes differ", self.differing.clone());
        registry.register("overrides", "Overrides of regions that apply", self.overrides.clone());
        registry.register("problems", "Values of the store that cannot be used", self.problems.clone());
        registry.register("connected", "Whether the store answers", self.connected.clone());
        let help = "Time since the store answered";
        registry.register_with_unit("disconnected", help, Unit::Seconds, self.disconnected.clone());
        registry.register("revision", "Revision of the store", self.revision.clone());
    }

    /// Returns the metrics in the text format of OpenMetrics.
    pub fn text(&self, measured: &Measured<'_>) -> String {
        let snapshot = measured.snapshot;
        for state in NodeState::ALL {
            let count = snapshot.status.states.get(&state).copied().unwrap_or_default();
            self.nodes.get_or_create(&ByState { state: state.name() }).set(number(count));
        }
        self.set_rollout(measured);
        self.differing.set(number(snapshot.table.columns.len()));
        self.overrides.set(number(snapshot.overrides.len()));
        self.problems.set(number(snapshot.problems.len()));
        let is_connected = snapshot.taken.is_some() && measured.disconnected.is_none();
        self.connected.set(i64::from(is_connected));
        self.disconnected.set(measured.disconnected.unwrap_or_default().as_secs_f64());
        self.revision.set(snapshot.position.map_or(0, |position| position.revision.0));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    fn set_rollout(&self, measured: &Measured<'_>) {
        // Waves and alarms of earlier rollouts have no values.
        self.wave_age.clear();
        self.rollout_nodes.clear();
        self.alarms.clear();
        let status = measured.snapshot.rollout.as_ref();
        let running = status.filter(|status| status.state.outcome.is_none());
        self.running.set(i64::from(running.is_some()));
        self.paused.set(i64::from(running.is_some_and(|status| status.state.paused.is_some())));
        self.controlled.set(i64::from(running.is_some_and(|status| status.controller.is_some())));
        self.went_back_at.set(status.and_then(|status| went_back_at(&status.state)).unwrap_or_default());
        let ages = measured.ages.as_ref();
        self.stalled.set(ages.map(|ages| ages.without_progress.as_secs_f64()).unwrap_or_default());
        if let Some(ages) = ages {
            self.wave_age.get_or_create(&ByWave { wave: ages.wave.to_string() }).set(ages.in_wave.as_secs_f64());
        }
        let Some(status) = running else { return };
        for wave in &status.waves {
            for (progress, count) in [("planned", wave.nodes), ("admitted", wave.admitted), ("done", wave.done)] {
                let labels = ByProgress { wave: wave.wave.to_string(), progress };
                self.rollout_nodes.get_or_create(&labels).set(number(count));
            }
        }
        for alarm in &status.state.alarms {
            let labels = ByReading { alarm: alarm.name.clone(), reading: reading_name(alarm.last.as_ref()) };
            self.alarms.get_or_create(&labels).set(1);
        }
    }
}

fn went_back_at(state: &RolloutState) -> Option<f64> {
    match &state.outcome {
        Some(Outcome::Back { at, .. }) => Some(at.as_millisecond() as f64 / 1e3),
        _ => None,
    }
}
