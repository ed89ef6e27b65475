//! What the agent did so far, and what it did not manage to do.

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

use crate::output::Written;

/// What the agent did, for whoever asks.
#[derive(Debug)]
pub struct State {
    done: Mutex<Done>,
    registry: Registry,
    writes: Family<ByResult, Counter>,
    written_at: Gauge<f64, AtomicU64>,
    signals: Family<ByResult, Counter>,
    degraded: Family<ByReason, Gauge>,
}

/// The last of each.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// When the file was last found to be what it should be.
    pub current: Option<Timestamp>,
    /// Why the file is not what it should be.
    pub output_error: Option<String>,
    /// When the service was last told.
    pub told: Option<Timestamp>,
    /// Why the service was not told.
    pub signal_error: Option<String>,
}

/// What is not as it should be while the agent runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The gate refused the config, and an earlier one runs.
    Refused,
    /// The file is not the config that runs.
    Output,
    /// The service was not told of the file.
    Signal,
}

impl Reason {
    const ALL: [Self; 3] = [Self::Refused, Self::Output, Self::Signal];

    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Output => "output",
            Self::Signal => "signal",
        }
    }
}

/// What became of a write.
const WRITTEN: &str = "written";
const UNCHANGED: &str = "unchanged";

/// What became of a signal.
const DELIVERED: &str = "delivered";

/// What became of either that was not done.
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
    /// Nothing done yet. Names of metrics begin with `<name>_agent_`.
    pub fn new(name: &str) -> Self {
        let mut registry = Registry::with_prefix(format!("{}_agent", metric_name(name)));
        let (writes, written_at) = (Family::default(), Gauge::default());
        let (signals, degraded) = (Family::default(), Family::default());
        registry.register("writes", "Times that the file was to say what runs, by what became of it", writes.clone());
        let help = "When the file was last found to say what runs";
        registry.register_with_unit("output_timestamp", help, Unit::Seconds, written_at.clone());
        registry.register("signals", "Times that the service was to be told, by what became of it", signals.clone());
        registry.register("degraded", "Whether something is not as it should be, by what it is", degraded.clone());
        let state = Self { done: Mutex::default(), registry, writes, written_at, signals, degraded };
        // A series that is there from the start has a first step that can be seen.
        for result in [WRITTEN, UNCHANGED, FAILED] {
            drop(state.writes.get_or_create(&ByResult { result }));
        }
        for result in [DELIVERED, FAILED] {
            drop(state.signals.get_or_create(&ByResult { result }));
        }
        state
    }

    /// The file is what it should be.
    pub fn wrote(&self, written: Written) {
        let result = if written == Written::Unchanged { UNCHANGED } else { WRITTEN };
        self.writes.get_or_create(&ByResult { result }).inc();
        let now = Timestamp::now();
        self.written_at.set(now.as_millisecond() as f64 / 1e3);
        let mut done = self.lock();
        done.current = Some(now);
        done.output_error = None;
    }

    /// The file is not what it should be.
    pub fn did_not_write(&self, error: String) {
        self.writes.get_or_create(&ByResult { result: FAILED }).inc();
        self.lock().output_error = Some(error);
    }

    /// The service was told.
    pub fn told(&self) {
        self.signals.get_or_create(&ByResult { result: DELIVERED }).inc();
        let mut done = self.lock();
        done.told = Some(Timestamp::now());
        done.signal_error = None;
    }

    /// The service was not told.
    pub fn did_not_tell(&self, error: String) {
        self.signals.get_or_create(&ByResult { result: FAILED }).inc();
        self.lock().signal_error = Some(error);
    }

    /// The last of each.
    pub fn done(&self) -> Done {
        self.lock().clone()
    }

    /// The metrics, when these things are wrong, in the text format of OpenMetrics.
    pub fn metrics(&self, wrong: &[Reason]) -> String {
        for reason in Reason::ALL {
            self.degraded.get_or_create(&ByReason { reason: reason.name() }).set(i64::from(wrong.contains(&reason)));
        }
        let mut text = String::new();
        // Only a full memory keeps it from being written.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// Nothing that holds the lock can panic half-way.
    fn lock(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Done {
    /// What is wrong of it.
    pub fn wrong(&self) -> Vec<Reason> {
        let output = self.output_error.as_ref().map(|_| Reason::Output);
        output.into_iter().chain(self.signal_error.as_ref().map(|_| Reason::Signal)).collect()
    }
}
