//! Status of a follower: what the node runs, what it is to run, and what keeps it from that.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use confgate_runtime::live::metrics::metric_name;
use confgate_runtime::load::region::RegionOverride;
use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use serde_json::{Value as Json, json};
use tokio::sync::watch;

use crate::follow::node::Node;
use crate::node_report::NodeReport;
use crate::position::Position;
use crate::store_error::StoreError;

/// The time after which a store that does not answer is a problem of the node.
const DISCONNECTED: Duration = Duration::from_secs(60);

/// Status of a follower, which its pages read while it runs.
#[derive(Debug)]
pub struct FollowStatus {
    state: Mutex<State>,
    report: watch::Sender<NodeReport>,
    registry: Registry,
    attempts: Family<ByResult, Counter>,
    interruptions: Counter,
    connected: Gauge,
    disconnected: Gauge<f64, AtomicU64>,
    revision: Gauge,
    behind: Gauge<f64, AtomicU64>,
    override_expires: Gauge<f64, AtomicU64>,
    problems: Gauge,
}

#[derive(Debug)]
struct State {
    node: Node,
    shard: String,
    position: Option<Position>,
    lost: Option<(Instant, String)>,
    behind_since: Option<Instant>,
    problems: BTreeMap<&'static str, String>,
    region_override: Option<RegionOverride>,
    is_reported: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByResult {
    result: &'static str,
}

/// Results of attempts to run a release.
const RESULTS: [&str; 5] = ["active", "rejected", "went-back", "cancelled", "failed"];

impl FollowStatus {
    /// Returns the status of a follower that has not begun. Metric names begin with `<service>_fleet_`.
    pub fn new(service: &str, node: Node, shard: &str) -> Self {
        let mut registry = Registry::with_prefix(format!("{}_fleet", metric_name(service)));
        let report = NodeReport {
            region: node.region.clone(),
            tags: node.tags.clone(),
            release: None,
            bundle: None,
            wanted: None,
            wave: None,
            position: None,
            active: false,
            healthy: false,
            restart_pending: false,
            error: None,
            staging: None,
            since: Timestamp::now(),
        };
        let state = State {
            node,
            shard: shard.to_owned(),
            position: None,
            lost: None,
            behind_since: None,
            problems: BTreeMap::new(),
            region_override: None,
            is_reported: false,
        };
        let mut status = Self {
            state: Mutex::new(state),
            report: watch::Sender::new(report),
            registry: Registry::default(),
            attempts: Family::default(),
            interruptions: Counter::default(),
            connected: Gauge::default(),
            disconnected: Gauge::default(),
            revision: Gauge::default(),
            behind: Gauge::default(),
            override_expires: Gauge::default(),
            problems: Gauge::default(),
        };
        registry.register("attempts", "Attempts to run a release, by result", status.attempts.clone());
        registry.register("interruptions", "Failed attempts to reach the store", status.interruptions.clone());
        registry.register("connected", "Whether the store answers", status.connected.clone());
        let help = "Time since the store answered";
        registry.register_with_unit("disconnected", help, Unit::Seconds, status.disconnected.clone());
        registry.register("revision", "Revision of the store", status.revision.clone());
        let help = "Time since which the node runs another release than its pointer names";
        registry.register_with_unit("behind", help, Unit::Seconds, status.behind.clone());
        let help = "Time at which the override of the region expires, 0 without one";
        registry.register_with_unit("override_expiry_timestamp", help, Unit::Seconds, status.override_expires.clone());
        registry.register("problems", "Problems of the node with its fleet", status.problems.clone());
        for result in RESULTS {
            drop(status.attempts.get_or_create(&ByResult { result }));
        }
        status.registry = registry;
        status
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the report. Its time is that of the last change of what the node runs.
    pub(super) fn update_report(&self, change: impl FnOnce(&mut NodeReport)) {
        self.report.send_if_modified(|report| {
            let before = report.clone();
            change(report);
            let of = |it: &NodeReport| (it.release, it.active, it.healthy, it.error.clone());
            if of(report) != of(&before) {
                report.since = Timestamp::now();
            }
            *report != before
        });
        let report = self.report.borrow().clone();
        let mut state = self.state();
        let is_behind = report.wanted.is_some() && report.wanted != report.release;
        state.behind_since = is_behind.then(|| state.behind_since.unwrap_or_else(Instant::now));
    }

    /// Subscribes to the report.
    pub(super) fn reports(&self) -> watch::Receiver<NodeReport> {
        self.report.subscribe()
    }

    /// Returns the report of the node.
    pub fn report(&self) -> NodeReport {
        self.report.borrow().clone()
    }

    /// Records that the store answered.
    pub(super) fn connected(&self, position: Position) {
        let mut state = self.state();
        if state.lost.take().is_some() {
            tracing::info!("the store of the fleet answers again");
        }
        state.position = Some(position);
    }

    /// Records that the store did not answer.
    pub(super) fn interrupted(&self, error: &StoreError) {
        self.interruptions.inc();
        let mut state = self.state();
        let since = match &state.lost {
            Some((since, _)) => *since,
            None => {
                tracing::warn!(%error, "the store of the fleet does not answer; the node runs on");
                Instant::now()
            }
        };
        state.lost = Some((since, error.to_string()));
    }

    /// Sets or clears a problem. A new one is logged.
    pub(super) fn set_problem(&self, name: &'static str, problem: Option<String>) {
        let mut state = self.state();
        match problem {
            Some(problem) => {
                if state.problems.get(name) != Some(&problem) {
                    tracing::error!("{name}: {problem}");
                }
                state.problems.insert(name, problem);
            }
            None => drop(state.problems.remove(name)),
        }
    }

    /// Counts an attempt.
    pub(super) fn count_attempt(&self, result: &'static str) {
        self.attempts.get_or_create(&ByResult { result }).inc();
    }

    /// Records the override of the region.
    pub(super) fn set_override(&self, region_override: Option<RegionOverride>) {
        self.state().region_override = region_override;
    }

    /// Records whether the store has the report of the node.
    pub(super) fn set_reported(&self, is_reported: bool) {
        self.state().is_reported = is_reported;
    }

    /// Returns the problem because of which the node may not run what its fleet wants.
    pub fn problem(&self) -> Option<String> {
        let state = self.state();
        let problem = state.problems.iter().next().map(|(name, problem)| format!("{name}: {problem}"));
        let lost = || {
            let (since, error) = state.lost.as_ref()?;
            (since.elapsed() > DISCONNECTED).then(|| error.clone())
        };
        problem.or_else(lost)
    }

    /// Returns the status as a document.
    pub fn health(&self) -> Json {
        let report = self.report();
        let state = self.state();
        let now = Timestamp::now();
        let applied = state.region_override.as_ref().filter(|region_override| region_override.applies_at(now));
        json!({
            "node": state.node.name,
            "shard": state.shard,
            "connected": state.position.is_some() && state.lost.is_none(),
            "error": state.lost.as_ref().map(|(_, error)| error),
            "cluster": state.position.map(|position| position.cluster),
            "revision": state.position.map(|position| position.revision),
            "reported": state.is_reported,
            "report": report,
            "override": applied.map(|applied| json!({
                "region": applied.region,
                "expires": applied.expires,
                "by": applied.by,
                "reason": applied.reason,
            })),
            "problems": state.problems,
        })
    }

    /// Returns the metrics in the text format of OpenMetrics.
    pub fn metrics(&self) -> String {
        let state = self.state();
        self.connected.set(i64::from(state.position.is_some() && state.lost.is_none()));
        let seconds = |since: Option<Instant>| since.map(|since| since.elapsed().as_secs_f64()).unwrap_or_default();
        self.disconnected.set(seconds(state.lost.as_ref().map(|(since, _)| *since)));
        self.revision.set(state.position.map_or(0, |position| position.revision.0));
        self.behind.set(seconds(state.behind_since));
        let now = Timestamp::now();
        let applied = state.region_override.as_ref().filter(|region_override| region_override.applies_at(now));
        self.override_expires.set(applied.map_or(0.0, |applied| applied.expires.as_millisecond() as f64 / 1e3));
        self.problems.set(i64::try_from(state.problems.len()).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
