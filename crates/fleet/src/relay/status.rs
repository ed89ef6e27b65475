//! Status of a relay: what it is connected to, what it has done, and what keeps it from more.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use serde_json::{Value as Json, json};

use crate::digest::Digest;
use crate::names::{ServiceName, WaveName};
use crate::position::Position;
use crate::update::{ListReason, Update};

/// A side of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelaySide {
    /// The store that releases are published to.
    Authority,
    /// The store that nodes follow.
    Region,
}

impl RelaySide {
    /// Both sides.
    pub const ALL: [Self; 2] = [Self::Authority, Self::Region];

    /// Returns the name of the side.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Region => "region",
        }
    }
}

/// Status of a relay, which its pages read while it runs.
#[derive(Debug)]
pub struct RelayStatus {
    state: Mutex<State>,
    registry: Registry,
    releases: Counter,
    bundles: Counter,
    pointers: Family<ByAction, Counter>,
    overrides: Counter,
    reports: Counter,
    repairs: Counter,
    conflicts: Counter,
    lists: Family<ByReason, Counter>,
    interruptions: Family<BySide, Counter>,
    connected: Family<BySide, Gauge>,
    disconnected: Family<BySide, Gauge<f64, AtomicU64>>,
    revision: Family<BySide, Gauge>,
    lag: Gauge<f64, AtomicU64>,
    forwarded_at: Gauge<f64, AtomicU64>,
    problems: Gauge,
    nodes: Gauge,
}

#[derive(Debug, Default)]
struct State {
    service: String,
    sides: BTreeMap<RelaySide, Connection>,
    /// The waves with the release that the region has, and the authority's position of it.
    waves: BTreeMap<WaveName, (Digest, Option<Position>)>,
    /// Time since which the region lacks something.
    behind_since: Option<Instant>,
    problems: BTreeMap<String, String>,
    forwarded_at: Option<Timestamp>,
    nodes: usize,
}

#[derive(Debug, Default)]
struct Connection {
    position: Option<Position>,
    error: Option<String>,
    lost_at: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BySide {
    side: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    side: &'static str,
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByAction {
    action: &'static str,
}

impl RelayStatus {
    /// Returns the status of a relay that has not begun. Its metrics begin with `confgate_relay_`, and have the label `service`.
    pub fn new(service: &ServiceName) -> Self {
        let labels = [("service".into(), service.to_string().into())];
        let mut registry = Registry::with_prefix_and_labels("confgate_relay", labels.into_iter());
        let mut status = Self {
            state: Mutex::new(State { service: service.to_string(), ..State::default() }),
            registry: Registry::default(),
            releases: Counter::default(),
            bundles: Counter::default(),
            pointers: Family::default(),
            overrides: Counter::default(),
            reports: Counter::default(),
            repairs: Counter::default(),
            conflicts: Counter::default(),
            lists: Family::default(),
            interruptions: Family::default(),
            connected: Family::default(),
            disconnected: Family::default(),
            revision: Family::default(),
            lag: Gauge::default(),
            forwarded_at: Gauge::default(),
            problems: Gauge::default(),
            nodes: Gauge::default(),
        };
        registry.register("releases", "Releases that were verified and are in the region", status.releases.clone());
        registry.register("bundles", "Bundles that were copied to the region", status.bundles.clone());
        registry.register("pointers", "Pointers that were changed in the region, by action", status.pointers.clone());
        registry.register("overrides", "Overrides that were copied to the region", status.overrides.clone());
        registry.register("reports", "Reports of nodes that were copied to the authority", status.reports.clone());
        registry.register(
            "repairs",
            "Values of the region that were altered and written again",
            status.repairs.clone(),
        );
        registry.register("conflicts", "Transactions that another writer made fail", status.conflicts.clone());
        registry.register("lists", "Listings of a store, by side and reason", status.lists.clone());
        registry.register("interruptions", "Failed attempts to reach a store, by side", status.interruptions.clone());
        registry.register("connected", "Whether a store answers, by side", status.connected.clone());
        let help = "Time since a store answered, by side";
        registry.register_with_unit("disconnected", help, Unit::Seconds, status.disconnected.clone());
        registry.register("revision", "Revision of a store, by side", status.revision.clone());
        let help = "Time since which the region lacks something that the authority has";
        registry.register_with_unit("lag", help, Unit::Seconds, status.lag.clone());
        let help = "Time at which a pointer last moved in the region";
        registry.register_with_unit("forwarded_timestamp", help, Unit::Seconds, status.forwarded_at.clone());
        registry.register("problems", "Problems that keep something from being forwarded", status.problems.clone());
        registry.register("nodes", "Nodes of the region whose reports the authority has", status.nodes.clone());
        status.registry = registry;
        for action in ["put", "delete"] {
            drop(status.pointers.get_or_create(&ByAction { action }));
        }
        for side in RelaySide::ALL {
            drop(status.interruptions.get_or_create(&BySide { side: side.name() }));
        }
        status
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records an update of a watcher.
    pub(super) fn updated(&self, side: RelaySide, update: &Update) {
        let mut state = self.state();
        let connection = state.sides.entry(side).or_default();
        match update {
            Update::Listed { reason, listing } => {
                self.lists.get_or_create(&ByReason { side: side.name(), reason: reason_name(*reason) }).inc();
                if let ListReason::OtherCluster { known } | ListReason::WentBack { known } = reason {
                    tracing::warn!(side = side.name(), %known, now = %listing.position, "the store was replaced");
                }
                *connection = Connection { position: Some(listing.position), ..Connection::default() };
            }
            Update::Changed { position, .. } | Update::Resumed { position } => {
                *connection = Connection { position: Some(*position), ..Connection::default() };
            }
            Update::Interrupted { error, .. } => {
                self.interruptions.get_or_create(&BySide { side: side.name() }).inc();
                if connection.lost_at.is_none() {
                    tracing::warn!(side = side.name(), %error, "the store does not answer; trying again");
                }
                connection.lost_at.get_or_insert_with(Instant::now);
                connection.error = Some(error.to_string());
            }
        }
    }

    /// Records that the region lacks something, or nothing.
    pub(super) fn behind(&self, is_behind: bool) {
        let mut state = self.state();
        state.behind_since = is_behind.then(|| state.behind_since.unwrap_or_else(Instant::now));
    }

    /// Replaces the problems whose names begin with a prefix. New ones are logged.
    pub(super) fn set_problems(&self, prefix: &str, problems: BTreeMap<String, String>) {
        let mut state = self.state();
        for (name, problem) in &problems {
            if state.problems.get(name) != Some(problem) {
                tracing::error!(problem, "{name} is not forwarded");
            }
        }
        state.problems.retain(|name, _| !name.starts_with(prefix));
        state.problems.extend(problems);
    }

    /// Records a move of pointers in the region.
    pub(super) fn moved(&self, put: usize, deleted: usize) {
        for (action, count) in [("put", put), ("delete", deleted)] {
            self.pointers.get_or_create(&ByAction { action }).inc_by(count as u64);
        }
        self.state().forwarded_at = Some(Timestamp::now());
    }

    /// Records the waves of the region.
    pub(super) fn set_waves(&self, waves: BTreeMap<WaveName, (Digest, Option<Position>)>) {
        self.state().waves = waves;
    }

    pub(super) fn count_release(&self) {
        self.releases.inc();
    }

    pub(super) fn count_bundle(&self) {
        self.bundles.inc();
    }

    pub(super) fn count_repair(&self) {
        self.repairs.inc();
    }

    pub(super) fn count_conflict(&self) {
        self.conflicts.inc();
    }

    pub(super) fn count_override(&self) {
        self.overrides.inc();
    }

    pub(super) fn count_reports(&self, count: usize, nodes: usize) {
        self.reports.inc_by(count as u64);
        self.state().nodes = nodes;
    }

    /// Returns the reasons why the region may lack something.
    pub fn problems(&self) -> Vec<String> {
        let state = self.state();
        let lost = state.sides.iter().filter_map(|(side, connection)| {
            let error = connection.error.as_ref().filter(|_| connection.lost_at.is_some())?;
            Some(format!("{}: {error}", side.name()))
        });
        let problems = state.problems.iter().map(|(name, problem)| format!("{name}: {problem}"));
        lost.chain(problems).collect()
    }

    /// Returns whether the region has all that the authority has, as far as it is known.
    pub fn is_in_sync(&self) -> bool {
        let state = self.state();
        let is_connected =
            |side| state.sides.get(&side).is_some_and(|side| side.position.is_some() && side.lost_at.is_none());
        RelaySide::ALL.into_iter().all(is_connected) && state.behind_since.is_none() && state.problems.is_empty()
    }

    /// Returns the status as a document.
    pub fn health(&self) -> Json {
        let problems = self.problems();
        let is_in_sync = self.is_in_sync();
        let state = self.state();
        let side = |side: RelaySide| {
            let connection = state.sides.get(&side);
            json!({
                "connected": connection.is_some_and(|it| it.position.is_some() && it.lost_at.is_none()),
                "cluster": connection.and_then(|it| it.position).map(|position| position.cluster),
                "revision": connection.and_then(|it| it.position).map(|position| position.revision),
                "error": connection.and_then(|it| it.error.clone()),
            })
        };
        let waves = state.waves.iter().map(|(wave, (release, authority))| {
            (wave.to_string(), json!({ "release": release, "authority": authority }))
        });
        json!({
            "status": if problems.is_empty() { "ok" } else { "degraded" },
            "problems": problems,
            "confgate": env!("CARGO_PKG_VERSION"),
            "service": state.service,
            "in_sync": is_in_sync,
            "lag": state.behind_since.map(|since| since.elapsed().as_secs_f64()).unwrap_or_default(),
            "authority": side(RelaySide::Authority),
            "region": side(RelaySide::Region),
            "waves": waves.collect::<serde_json::Map<_, _>>(),
            "forwarded": state.forwarded_at,
            "nodes": state.nodes,
        })
    }

    /// Returns the metrics in the text format of OpenMetrics.
    pub fn metrics(&self) -> String {
        let state = self.state();
        for side in RelaySide::ALL {
            let labels = BySide { side: side.name() };
            let connection = state.sides.get(&side);
            let lost_at = connection.and_then(|it| it.lost_at);
            let position = connection.and_then(|it| it.position);
            self.connected.get_or_create(&labels).set(i64::from(position.is_some() && lost_at.is_none()));
            let lost_for = lost_at.map(|at| at.elapsed().as_secs_f64()).unwrap_or_default();
            self.disconnected.get_or_create(&labels).set(lost_for);
            self.revision.get_or_create(&labels).set(position.map_or(0, |position| position.revision.0));
        }
        self.lag.set(state.behind_since.map(|since| since.elapsed().as_secs_f64()).unwrap_or_default());
        self.forwarded_at.set(state.forwarded_at.map_or(0.0, |at| at.as_millisecond() as f64 / 1e3));
        self.problems.set(i64::try_from(state.problems.len()).unwrap_or(i64::MAX));
        self.nodes.set(i64::try_from(state.nodes).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

const fn reason_name(reason: ListReason) -> &'static str {
    match reason {
        ListReason::Start => "start",
        ListReason::Compacted { .. } => "compacted",
        ListReason::OtherCluster { .. } => "other-cluster",
        ListReason::WentBack { .. } => "went-back",
        ListReason::Periodic => "periodic",
        ListReason::Ended => "ended",
    }
}
