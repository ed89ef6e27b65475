//! Reading of inputs that other programs write: a load begins when they are quiet, and counts if they are the same after it.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::value::Path;

use crate::live::bounded_work::Caller;
use crate::live::input_digests::InputDigests;
use crate::live::open_files::OpenFiles;
use crate::live::watch::{InputChange, Inputs};
use crate::load::{LoadContext, Refused};

/// The longest time that a load waits until its inputs are quiet.
const MAX_SETTLE: Duration = Duration::from_secs(10);

/// The time to wait for the content of a file that was emptied or removed: editors do so before they write.
const CONTENT_TIMEOUT: Duration = Duration::from_millis(500);

/// Bounds of the pause between two comparisons of inputs that are not quiet yet.
const MIN_PAUSE: Duration = Duration::from_millis(2);
const MAX_PAUSE: Duration = Duration::from_millis(50);

/// The inputs of a handle: those of its last load, and the quiet time.
#[derive(Debug)]
pub(super) struct InputMonitor {
    /// The time without a change after which a file counts as written, if files are watched.
    quiet: Option<Duration>,
    /// The longest time that a load waits for quiet inputs.
    max_settle: Duration,
    /// The inputs of the last load, or `None` before the first.
    last: Mutex<Option<Inputs>>,
    /// Files that other programs hold open for writing.
    pub open_files: Arc<OpenFiles>,
    /// The inputs of a load that runs, or that was abandoned.
    reading: Mutex<Option<Inputs>>,
}

/// Result of a load, and the inputs that it read.
pub(super) struct ObservedLoad<T> {
    /// The result.
    pub result: Result<T, Refused>,
    /// The inputs, or `None` if they were never quiet.
    pub inputs: Option<Inputs>,
}

impl InputMonitor {
    /// Returns a monitor; `limit` is that of a whole reload.
    pub fn new(quiet: Option<Duration>, limit: Duration) -> Self {
        let max_settle = MAX_SETTLE.min(limit / 2);
        Self { quiet, max_settle, last: Mutex::default(), open_files: Arc::default(), reading: Mutex::default() }
    }

    /// Notes the end of a load. The same inputs are not read again until one changes: also those of an abandoned load, since it
    /// would hang again.
    pub fn ended(&self, inputs: Option<Inputs>) {
        let reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(inputs) = inputs.or(reading) {
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(inputs);
        }
    }

    fn last(&self) -> Option<Inputs> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Compares inputs with those of the last load.
    pub fn change(&self, inputs: &Inputs) -> InputChange {
        self.last().map_or(InputChange::Config, |last| inputs.since(&last))
    }

    /// Loads from quiet inputs. If they change meanwhile, the result is dropped and the load is repeated.
    pub fn load<T>(
        &self,
        context: &LoadContext,
        caller: &Caller,
        load: impl Fn() -> Result<T, Refused>,
    ) -> ObservedLoad<T> {
        let began = Instant::now();
        let last = self.last();
        let mut inputs = Inputs::of(context);
        loop {
            inputs = match self.settle(context, caller, inputs, last.as_ref(), began) {
                Ok(inputs) => inputs,
                Err(changing) => return ObservedLoad { result: Err(changing), inputs: None },
            };
            if !caller.is_gone() {
                *self.reading.lock().unwrap_or_else(PoisonError::into_inner) = Some(inputs.clone());
            }
            let digests = InputDigests::of(&inputs);
            let result = load();
            let after = Inputs::of(context);
            if after == inputs && InputDigests::of(&after) == digests {
                return ObservedLoad { result, inputs: Some(inputs) };
            }
            tracing::debug!("the files of the config changed while they were read; reading them again");
            if began.elapsed() > self.max_settle || caller.is_gone() {
                return ObservedLoad { result: Err(self.changing(&after, &inputs)), inputs: None };
            }
            inputs = after;
        }
    }

    /// Waits until the inputs are quiet for the quiet time.
    fn settle(
        &self,
        context: &LoadContext,
        caller: &Caller,
        mut inputs: Inputs,
        last: Option<&Inputs>,
        began: Instant,
    ) -> Result<Inputs, Refused> {
        let Some(quiet) = self.quiet else { return Ok(inputs) };
        let is_known = match last {
            Some(last) => inputs == *last,
            // Before the first load, a file that is older than the quiet time needs no wait.
            None => !inputs.is_younger_than(quiet),
        };
        if is_known && !self.open_files.hold(&inputs) {
            return Ok(inputs);
        }
        let mut before = inputs.clone();
        let mut since = Instant::now();
        loop {
            let calm = since.elapsed();
            let needed = match last {
                Some(last) if inputs.is_emptied(last) => quiet.max(CONTENT_TIMEOUT),
                _ => quiet,
            };
            // A file that its writer holds open is written, however long the writer pauses.
            if calm >= needed && !self.open_files.hold(&inputs) {
                return Ok(inputs);
            }
            if began.elapsed() > self.max_settle || caller.is_gone() {
                return Err(self.changing(&inputs, &before));
            }
            let pause = (quiet / 10).clamp(MIN_PAUSE, MAX_PAUSE);
            thread::sleep(pause.min(needed.saturating_sub(calm).max(MIN_PAUSE)));
            let now = Inputs::of(context);
            if now != inputs {
                since = Instant::now();
                before = std::mem::replace(&mut inputs, now);
            }
        }
    }

    /// Returns the rejection of inputs that do not stop to change.
    fn changing(&self, now: &Inputs, before: &Inputs) -> Refused {
        let names = now.changed_names(before);
        let names = if names.is_empty() { "its files are held open by a writer".to_owned() } else { names };
        let message = format!("the config kept changing for {} s: {names}", self.max_settle.as_secs_f64());
        let help = "write it in one step: to another file, which is then renamed; the next change tries again";
        Diagnostic::error(&codes::FILE_CHANGING, Path::root(), message).help(help).into()
    }
}
