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
use crate::signals::SignalReader;
use crate::tuner::{Action, Decision, Reading, Tuner};

/// Interval between two readings of the signals.
const INTERVAL: Duration = Duration::from_secs(1);

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
    /// A rule does not fit the schema of the config, or the declared value of its field.
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
        let Decision::Set { value, action, reason } = self.tuner.decide(now, reading) else { return };
        let applied = match action {
            Action::Return => live.clear_field(&self.path, &reason),
            Action::Step | Action::Revert => live.apply([Override::json(self.path.clone(), self.json(value))], &reason),
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
    use confgate_runtime::load::Loader;
    use confgate_runtime::system::SystemContext;

    use super::*;
    use crate::rule::Signal;

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
