//! Results of the output thread: the last write and the last notification, and their metrics.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use confgate_runtime::live::metrics::metric_name;
use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::output::{OutputError, WriteOutcome};
use crate::target::TargetError;

/// The results of the output thread, and the metrics that count them.
#[derive(Debug)]
pub(crate) struct State {
    last: Mutex<LastResults>,
    registry: Registry,
    writes: Family<ByResult, Counter>,
    written_at: Gauge<f64, AtomicU64>,
    notifications: Family<ByResult, Counter>,
    degraded: Family<ByReason, Gauge>,
}

/// The last result of each task.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastResults {
    /// Time at which the file was last found current.
    pub current_at: Option<Timestamp>,
    /// Error of the last write, if it failed.
    pub output_error: Option<String>,
    /// Time of the last notification of the service.
    pub notified_at: Option<Timestamp>,
    /// Error of the last notification, if it failed.
    pub notify_error: Option<String>,
}

/// A reason for which the agent is degraded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DegradedReason {
    /// The new config was rejected, and an earlier one is running.
    Refused,
    /// A reload exceeded its time limit and still runs.
    Hung,
    /// The token file cannot be read.
    Token,
    /// The release of the fleet is not applied, or its store not reached.
    Fleet,
    /// The new flags were rejected, and earlier ones are evaluated.
    Flags,
    /// The file is not current.
    Output,
    /// The service was not notified of the file.
    Signal,
}

impl DegradedReason {
    const ALL: [Self; 7] =
        [Self::Refused, Self::Hung, Self::Token, Self::Fleet, Self::Flags, Self::Output, Self::Signal];

    const fn label(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Hung => "hung",
            Self::Token => "token",
            Self::Fleet => "fleet",
            Self::Flags => "flags",
            Self::Output => "output",
            Self::Signal => "signal",
        }
    }
}

/// Values of the label `result` of writes.
const WRITTEN: &str = "written";
const UNCHANGED: &str = "unchanged";

/// Value of the label `result` of notifications.
const DELIVERED: &str = "delivered";

/// Value of the label `result` of both.
const FAILED: &str = "failed";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByResult {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    reason: &'static str,
}

impl State {
    /// Creates a state without results. Metric names begin with `<name>_agent_`.
    pub(crate) fn new(name: &str) -> Self {
        let mut registry = Registry::with_prefix(format!("{}_agent", metric_name(name)));
        let (writes, written_at) = (Family::default(), Gauge::default());
        let (notifications, degraded) = (Family::default(), Family::default());
        registry.register("writes", "Writes of the output file, by result", writes.clone());
        let help = "Time at which the output file was last found current";
        registry.register_with_unit("output_timestamp", help, Unit::Seconds, written_at.clone());
        registry.register("signals", "Notifications of the service, by result", notifications.clone());
        registry.register("degraded", "Whether the agent is degraded, by reason", degraded.clone());
        let state = Self { last: Mutex::default(), registry, writes, written_at, notifications, degraded };
        // A series that exists from the start shows its first increment.
        for result in [WRITTEN, UNCHANGED, FAILED] {
            drop(state.writes.get_or_create(&ByResult { result }));
        }
        for result in [DELIVERED, FAILED] {
            drop(state.notifications.get_or_create(&ByResult { result }));
        }
        state
    }

    /// Counts a successful write.
    pub(crate) fn write_succeeded(&self, outcome: WriteOutcome) {
        let result = if outcome == WriteOutcome::Unchanged { UNCHANGED } else { WRITTEN };
        self.writes.get_or_create(&ByResult { result }).inc();
        let now = Timestamp::now();
        self.written_at.set(now.as_millisecond() as f64 / 1e3);
        let mut last = self.lock();
        last.current_at = Some(now);
        last.output_error = None;
    }

    /// Counts a failed write.
    pub(crate) fn write_failed(&self, error: &OutputError) {
        self.writes.get_or_create(&ByResult { result: FAILED }).inc();
        self.lock().output_error = Some(error.to_string());
    }

    /// Counts a delivered notification.
    pub(crate) fn notification_delivered(&self) {
        self.notifications.get_or_create(&ByResult { result: DELIVERED }).inc();
        let mut last = self.lock();
        last.notified_at = Some(Timestamp::now());
        last.notify_error = None;
    }

    /// Counts a failed notification.
    pub(crate) fn notification_failed(&self, error: &TargetError) {
        self.notifications.get_or_create(&ByResult { result: FAILED }).inc();
        self.lock().notify_error = Some(error.to_string());
    }

    /// Returns the last results.
    pub(crate) fn last(&self) -> LastResults {
        self.lock().clone()
    }

    /// Returns the metrics in the text format of OpenMetrics; `degraded` has the current reasons.
    pub(crate) fn metrics(&self, degraded: &[DegradedReason]) -> String {
        for reason in DegradedReason::ALL {
            let labels = ByReason { reason: reason.label() };
            self.degraded.get_or_create(&labels).set(i64::from(degraded.contains(&reason)));
        }
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// Locks the results. They stay valid if a holder panics.
    fn lock(&self) -> MutexGuard<'_, LastResults> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LastResults {
    /// Returns the reasons for which the agent is degraded.
    pub(crate) fn degraded(&self) -> Vec<DegradedReason> {
        let output = self.output_error.as_ref().map(|_| DegradedReason::Output);
        let notify = self.notify_error.as_ref().map(|_| DegradedReason::Signal);
        output.into_iter().chain(notify).collect()
    }
}
