//! The thread that tunes a running config.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use confgate_core::value::Path;
use confgate_runtime::live::Live;
use confgate_runtime::load::Override;
use serde_json::{Value as Json, json};
use thiserror::Error;

use crate::field::{FieldError, check_fields, declared_value, is_whole};
use crate::rule::TuningRule;
use crate::signals::{SignalError, SignalReader};
use crate::tuner::{Decision, Reading, Tuner};

/// Interval between two readings of the signals.
pub const INTERVAL: Duration = Duration::from_secs(1);

/// A thread that tunes the fields of a running config. It ends when this value is dropped; the fields keep their values.
#[derive(Debug)]
pub struct TuningThread {
    /// Dropped to end the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// An error of starting the thread.
#[derive(Debug, Error)]
pub enum TuningError {
    /// A rule does not fit the schema, or the declared value of its field.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Fields(Vec<FieldError>),
    /// A signal can never have a value.
    #[error(transparent)]
    Signal(#[from] SignalError),
    /// The system refuses a thread.
    #[error("cannot start the tuning: {0}")]
    Thread(#[from] io::Error),
}

struct Tuned {
    path: Path,
    is_whole: bool,
    tuner: Tuner,
}

impl TuningThread {
    /// Starts to tune a running config by the signals of `signals`.
    ///
    /// # Errors
    ///
    /// A rule does not fit the schema of the config, or the declared value of its field, or a signal can never have a value.
    pub fn start<M: Send + Sync + 'static>(
        live: &Live<M>,
        rules: &[TuningRule],
        signals: impl SignalReader + 'static,
    ) -> Result<Self, TuningError> {
        Self::start_at(live, rules, signals, INTERVAL)
    }

    /// Starts to tune like [`start`](Self::start), with another interval between two readings.
    ///
    /// # Errors
    ///
    /// As of [`start`](Self::start).
    pub fn start_at<M: Send + Sync + 'static>(
        live: &Live<M>,
        rules: &[TuningRule],
        mut signals: impl SignalReader + 'static,
        interval: Duration,
    ) -> Result<Self, TuningError> {
        let mut tuned = tuned(live, rules).map_err(TuningError::Fields)?;
        signals.prepare(rules)?;
        let live = live.clone();
        let (stop, stopped) = channel::<()>();
        let run = move || {
            let began = Instant::now();
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                for field in &mut tuned {
                    field.tune(&live, &mut signals, began.elapsed());
                }
            }
        };
        let thread = thread::Builder::new().name("confgate-tuning".to_owned()).spawn(run)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

fn tuned<M: Send + Sync + 'static>(live: &Live<M>, rules: &[TuningRule]) -> Result<Vec<Tuned>, Vec<FieldError>> {
    let spec = live.loader().gate();
    let mut errors = check_fields(rules, spec);
    let loaded = live.snapshot().loaded.clone();
    let mut tuned = Vec::with_capacity(rules.len());
    for rule in rules {
        let path = Path::dotted(&rule.field);
        let declared = declared_value(&loaded, &path);
        match declared.filter(|declared| (rule.min..=rule.max).contains(declared)) {
            Some(declared) => {
                let is_whole = is_whole(spec, &path);
                tuned.push(Tuned { path, is_whole, tuner: Tuner::new(rule.clone(), declared, is_whole) });
            }
            None if errors.is_empty() => errors.push(FieldError::Declared {
                rule: rule.name.clone(),
                field: rule.field.clone(),
                declared: declared.unwrap_or(f64::NAN),
                min: rule.min,
                max: rule.max,
            }),
            None => {}
        }
    }
    if errors.is_empty() { Ok(tuned) } else { Err(errors) }
}

impl Tuned {
    fn tune<M: Send + Sync + 'static>(&mut self, live: &Live<M>, signals: &mut impl SignalReader, now: Duration) {
        let rule = self.tuner.rule();
        let guard = rule.guard.as_ref().map(|guard| guard.signal.clone());
        let signal = signals.read(&rule.signal.clone());
        let reading = Reading { signal, guard: guard.and_then(|guard| signals.read(&guard)) };
        // A reload may have changed the declaration.
        if let Some(declared) = declared_value(&live.snapshot().loaded, &self.path) {
            self.tuner.declare(declared);
        }
        let Decision::Set { value, reason, .. } = self.tuner.decide(now, reading) else { return };
        // An override with the declared value would hide a later declaration.
        let applied = match value == self.tuner.declared() {
            true => live.clear_field(&self.path, &reason),
            false => live.apply([Override::json(self.path.clone(), self.json(value))], &reason),
        };
        match applied {
            Ok(_) => tracing::info!(field = %self.path, value, "{reason}"),
            // The log and the trail have the report of the gate.
            Err(_) => self.tuner.rejected(),
        }
    }

    fn json(&self, value: f64) -> Json {
        if self.is_whole { json!(value as i64) } else { json!(value) }
    }
}

impl Drop for TuningThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use confgate_bitcraps::Config;
    use confgate_core::types;
    use confgate_monitoring::ServerSpec;
    use confgate_runtime::audit::{AuditTrail, Limits};
    use confgate_runtime::load::{LayerKind, Loader};
    use confgate_runtime::system::SystemContext;

    use super::*;
    use crate::metrics::ServiceMetrics;
    use crate::rule::Signal;
    use crate::signals::Signals;

    /// A signal that a test sets.
    #[derive(Clone, Default)]
    struct Set(Arc<Mutex<Option<f64>>>);

    impl SignalReader for Set {
        fn read(&mut self, _: &Signal) -> Option<f64> {
            *self.0.lock().unwrap()
        }
    }

    fn rule(more: Json) -> TuningRule {
        let mut json = json!({
            "name": "connections", "field": "network.max_connections", "signal": "cpu", "low": 40, "high": 80,
            "min": 10, "max": 60, "step": 10, "cooldown": "1s", "missing_after": "1s",
        });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(json).unwrap()
    }

    fn live() -> Live<Config> {
        Live::<Config>::builder(Loader::of::<Config>(SystemContext::bare())).start().unwrap()
    }

    fn eventually(what: &str, holds: impl Fn() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < Duration::from_secs(30), "{what}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_running_field_follows_its_signal_and_returns() {
        let (live, signal) = (live(), Set::default());
        let thread =
            TuningThread::start_at(&live, &[rule(json!({}))], signal.clone(), Duration::from_millis(10)).unwrap();
        *signal.0.lock().unwrap() = Some(95.0);
        eventually("the field shrinks", || live.load().network.max_connections == 40);
        let loaded = live.snapshot().loaded.clone();
        let node = loaded.tree.get(&Path::dotted("network.max_connections").0).unwrap();
        assert_eq!(loaded.origin(node), "tuning connections: step, 95 is above 80");
        eventually("it shrinks to its bound", || live.load().network.max_connections == 10);
        *signal.0.lock().unwrap() = None;
        eventually("it returns", || live.load().network.max_connections == 50);
        let loaded = live.snapshot().loaded.clone();
        let node = loaded.tree.get(&Path::dotted("network.max_connections").0).unwrap();
        assert_eq!(loaded.origin(node), "default", "no override is left");
        drop(thread);
    }

    #[test]
    fn a_running_field_follows_a_metric_that_the_service_sets() {
        let (live, metrics) = (live(), ServiceMetrics::default());
        let queue = metrics.register("queue_depth").unwrap();
        let by_metric = rule(json!({ "signal": { "metric": "queue_depth" }, "low": 10, "high": 100, "step": "20%" }));
        let signals = Signals::default().metrics(&metrics);
        let rules = [by_metric];
        let _thread = TuningThread::start_at(&live, &rules, signals, Duration::from_millis(10)).unwrap();
        let field = || live.load().network.max_connections;
        queue.set(50.0);
        thread::sleep(Duration::from_millis(100));
        assert_eq!(field(), 50, "within the range nothing changes");
        queue.set(150.0);
        eventually("the field shrinks", || field() == 40);
        queue.set(5.0);
        eventually("the field grows to its bound", || field() == 60);
        drop(queue);
        eventually("the metric is gone, and the field returns", || field() == 50);
        let explanation = live.snapshot().loaded.explain(live.loader().gate(), "network.max_connections").unwrap();
        assert_eq!(explanation.contributions[0].layer, LayerKind::Default, "no override is left");
    }

    #[test]
    fn each_step_is_audited_and_explained() {
        let folder = tempfile::tempdir().unwrap();
        let trail = folder.path().join("audit.jsonl");
        let loader = Loader::of::<Config>(SystemContext::bare());
        let audit = AuditTrail::open(&trail, Limits::default()).unwrap();
        let live = Live::<Config>::builder(loader).audit(audit).start().unwrap();
        let signal = Set::default();
        let (rules, interval) = ([rule(json!({ "max": 50, "min": 40 }))], Duration::from_millis(10));
        let thread = TuningThread::start_at(&live, &rules, signal.clone(), interval).unwrap();
        let field = || live.load().network.max_connections;
        *signal.0.lock().unwrap() = Some(91.0);
        eventually("the field shrinks", || field() == 40);
        let loaded = live.snapshot().loaded.clone();
        let explanation = loaded.explain(live.loader().gate(), "network.max_connections").unwrap();
        let by = &explanation.contributions[0];
        assert_eq!(
            (by.layer, by.places.as_slice()),
            (LayerKind::Override, &["tuning connections: step, 91 is above 80".to_owned()][..])
        );
        assert_eq!(explanation.contributions[1].value, Some(json!(50)), "what the step overrides");
        *signal.0.lock().unwrap() = Some(12.0);
        eventually("the field grows", || field() == 50);
        drop(thread);
        let explanation = live.snapshot().loaded.explain(live.loader().gate(), "network.max_connections").unwrap();
        assert_eq!(
            explanation.contributions[0].layer,
            LayerKind::Default,
            "at its declared value, no override is left"
        );
        let text = std::fs::read_to_string(&trail).unwrap();
        let changes: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told: Vec<[&str; 3]> = changes
            .iter()
            .filter(|change| change["event"] == "changed")
            .map(|change| ["old", "new", "reason"].map(|member| change[member].as_str().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                ["50", "40", "set: tuning connections: step, 91 is above 80"],
                ["40", "50", "set: tuning connections: step, 12 is below 40"],
            ]
        );
    }

    #[test]
    fn a_signal_that_can_never_have_a_value_is_refused() {
        let metrics = ServiceMetrics::default();
        let _queue = metrics.register("queue_depth").unwrap();
        let start = |signal: Json, signals: Signals| {
            TuningThread::start(&live(), &[rule(json!({ "signal": signal }))], signals).unwrap_err().to_string()
        };
        assert_eq!(
            start(json!({ "metric": "queue_dept" }), Signals::default().metrics(&metrics)),
            "rule connections: metric queue_dept not registered; did you mean queue_depth?"
        );
        assert_eq!(
            start(json!({ "metric": "queue_depth" }), Signals::default()),
            "rule connections: metric queue_depth not registered; register it in the process that tunes, before the tuning \
             starts, or use a file or a query"
        );
        assert_eq!(
            start(json!({ "query": "up" }), Signals::default()),
            "rule connections: a query needs a server of Prometheus; give it to the signals"
        );
        let server = ServerSpec {
            token_file: Some("/nonexistent".into()),
            ..ServerSpec::new("http://x".parse().unwrap(), types::Duration::from_secs(1))
        };
        let refused = Signals::default().prometheus(&server, INTERVAL).unwrap_err().to_string();
        assert!(refused.starts_with("cannot read /nonexistent: "), "{refused}");
    }

    #[test]
    fn rules_that_do_not_fit_are_refused_with_their_reasons() {
        let start = |rules: &[TuningRule]| TuningThread::start(&live(), rules, Set::default()).unwrap_err().to_string();
        assert_eq!(
            start(&[rule(json!({ "field": "network.listen_port" })), rule(json!({ "field": "a.b" }))]),
            "rule connections: only a restart applies network.listen_port; tune a field that a reload applies\n\
             rule connections: unknown field a.b"
        );
        assert_eq!(
            start(&[rule(json!({ "max": 40 }))]),
            "rule connections: network.max_connections is declared as 50, outside of 10 to 40"
        );
    }
}
