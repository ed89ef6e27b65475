//! The thread that keeps the output file current and notifies the service, with retries.

use std::iter;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use confgate_core::value::Path;
use confgate_runtime::service_manager::{ServiceState, notify};

use crate::applied::Applied;
use crate::output::{Output, OutputError, WriteOutcome};
use crate::output_request::OutputRequest;
use crate::service::Service;
use crate::state::State;
use crate::target::Target;

/// The pause before the first retry; each later one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause between two retries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The interval at which the file is checked for changes by others.
pub(crate) const CHECK_INTERVAL: Duration = Duration::from_secs(30);

/// Keeps the output file current and notifies the service.
pub(crate) struct OutputThread {
    pub service: Arc<dyn Service>,
    pub output: Output,
    pub target: Option<Target>,
    pub state: Arc<State>,
    /// Results, for a caller that waits for one.
    pub applied: Arc<Applied>,
    /// Number of retries after a failed notification.
    pub retries: u32,
    /// Interval at which the file is checked for changes by others.
    pub check_interval: Duration,
    /// Set when the agent stops.
    pub stop: Arc<AtomicBool>,
}

/// The open tasks of the thread.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tasks {
    write: bool,
    notify: bool,
    /// Attempts since the last change.
    attempts: u32,
    /// Time of the next attempt.
    due: Option<Instant>,
}

impl OutputThread {
    /// Writes the file for the first time. A service that read an earlier file is to be notified.
    pub(crate) fn start(&self) -> Result<Tasks, OutputError> {
        let version = self.service.status().version;
        let notify = self.write_output()? == WriteOutcome::Replaced;
        if !notify {
            self.applied.record(version, None);
        }
        Ok(Tasks { notify, due: notify.then(Instant::now), ..Tasks::default() })
    }

    /// Runs the tasks until every sender of `requests` is dropped.
    pub(crate) fn run(self, mut tasks: Tasks, requests: &Receiver<OutputRequest>) {
        loop {
            let mut reloaded = None;
            let timeout = tasks.due.map_or(self.check_interval, |due| due.saturating_duration_since(Instant::now()));
            match requests.recv_timeout(timeout) {
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) if tasks.due.is_none() => tasks.write = self.was_changed_by_others(),
                Err(RecvTimeoutError::Timeout) => tasks.due = None,
                Ok(request) => {
                    // Several changes at once need one write.
                    for request in iter::once(request).chain(requests.try_iter()) {
                        if let OutputRequest::Reloaded { status } = request {
                            reloaded = Some(status);
                        }
                    }
                    tasks = Tasks { write: true, notify: tasks.notify, ..Tasks::default() };
                    self.log_pending_fields();
                }
            }
            // A check that finds the file current says nothing of a change that has just been made.
            let attempted = (tasks.write || tasks.notify).then(|| self.service.status().version);
            self.write(&mut tasks);
            // The service manager waits for the file, and not for the service, which may be reloaded by the same manager.
            if let Some(status) = reloaded {
                let status = if tasks.write { format!("{status}; cannot write the output file") } else { status };
                notify(&ServiceState::Ready { status: Some(status) });
            }
            self.notify(&mut tasks);
            if let Some(version) = attempted {
                let last = self.state.last();
                self.applied.record(version, last.output_error.or(last.notify_error));
            }
        }
    }

    /// Returns whether the file differs from the one that was written.
    fn was_changed_by_others(&self) -> bool {
        let is_current = self.output.is_current(&self.service.status().loaded, self.service.spec());
        if !is_current {
            tracing::warn!(output = %self.output.path().display(), "the output file was changed by another program");
        }
        !is_current
    }

    /// Writes the file if it is not current. A failed write is retried until it succeeds.
    fn write(&self, tasks: &mut Tasks) {
        if !tasks.write {
            return;
        }
        match self.write_output() {
            Ok(outcome) => {
                let notify = tasks.notify || outcome != WriteOutcome::Unchanged;
                *tasks = Tasks { notify, ..Tasks::default() };
            }
            Err(error) => {
                let pause = pause(tasks.attempts);
                tracing::error!(%error, "cannot write the output file; retrying in {pause:?}");
                self.state.write_failed(&error);
                tasks.attempts = tasks.attempts.saturating_add(1);
                tasks.due = Some(Instant::now() + pause);
            }
        }
    }

    fn write_output(&self) -> Result<WriteOutcome, OutputError> {
        let status = self.service.status();
        let outcome = self.output.write(&status.loaded, self.service.spec())?;
        self.state.write_succeeded(outcome);
        let message = match outcome {
            WriteOutcome::Created => "created the output file",
            WriteOutcome::Replaced => "replaced the output file",
            WriteOutcome::Unchanged => "the output file is current",
        };
        tracing::info!(output = %self.output.path().display(), version = status.version, "{message}");
        Ok(outcome)
    }

    /// Notifies the service of a current file. A failed notification is retried a few times, and after the next change.
    fn notify(&self, tasks: &mut Tasks) {
        let Some(target) = self.target.as_ref().filter(|_| tasks.notify && !tasks.write) else { return };
        match target.notify(&self.stop) {
            Ok(()) => {
                self.state.notification_delivered();
                tracing::info!(%target, "notified the service");
                *tasks = Tasks::default();
            }
            Err(error) => {
                self.state.notification_failed(&error);
                if tasks.attempts >= self.retries {
                    tracing::error!(%error, "cannot notify the service; retrying after the next change");
                    *tasks = Tasks::default();
                    return;
                }
                let pause = pause(tasks.attempts);
                tracing::warn!(%error, "cannot notify the service; retrying in {pause:?}");
                tasks.attempts += 1;
                tasks.due = Some(Instant::now() + pause);
            }
        }
    }

    fn log_pending_fields(&self) {
        let pending = self.service.status().pending;
        if !pending.is_empty() {
            let names: Vec<String> = pending.iter().map(|pending| Path::to_string(&pending.path)).collect();
            let fields = names.join(", ");
            tracing::warn!(fields, "new values need a restart of the agent and then of the service");
        }
    }
}

fn pause(attempts: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2u32.saturating_pow(attempts)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::{fs, thread};

    use confgate_bitcraps::Config;
    use confgate_runtime::live::Live;
    use confgate_runtime::load::Loader;
    use confgate_runtime::system::SystemContext;

    use super::*;
    use confgate_core::value::Format;

    #[test]
    fn a_file_that_another_program_changed_is_written_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("resolved.toml");
        let live: Live<Config> = Live::builder(Loader::of::<Config>(SystemContext::bare())).start().unwrap();
        let worker = OutputThread {
            service: Arc::new(live),
            output: Output::new(&path, Format::Toml, 0o600),
            target: None,
            state: Arc::new(State::new("bitcraps")),
            applied: Arc::default(),
            retries: 0,
            check_interval: Duration::from_millis(10),
            stop: Arc::default(),
        };
        let tasks = worker.start().unwrap();
        let complete = fs::read(&path).unwrap();
        let (sender, receiver) = channel();
        let running = thread::spawn(move || worker.run(tasks, &receiver));
        for change in [|path| fs::write(path, "x = 1\n"), |path| fs::remove_file(path)] {
            change(&path).unwrap();
            let started = Instant::now();
            while fs::read(&path).unwrap_or_default() != complete {
                assert!(started.elapsed() < Duration::from_secs(20));
                thread::sleep(Duration::from_millis(2));
            }
        }
        drop(sender);
        running.join().unwrap();
    }

    #[test]
    fn pauses_grow_up_to_half_a_minute() {
        let pauses: Vec<u128> = [0, 1, 5, 6, 1000].map(|attempts| pause(attempts).as_millis()).to_vec();
        assert_eq!(pauses, [500, 1000, 16_000, 30_000, 30_000]);
    }
}
