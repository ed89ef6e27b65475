//! Work with a time limit: what a reload reads may never answer, for example a file on a network filesystem whose server is gone.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::value::Path;
use prometheus_client::metrics::gauge::Gauge;

use crate::load::Refused;

/// Maximum number of threads that hang at a time. Further work is rejected until one of them ends.
const MAX_HUNG: i64 = 3;

/// Interval at which a wait for the work checks if the handle was dropped.
const STOP_CHECK: Duration = Duration::from_millis(50);

/// Phases of one piece of work.
const RUNNING: u8 = 0;
const DONE: u8 = 1;
const ABANDONED: u8 = 2;

/// Runner of work that may hang. Work that exceeds the limit is abandoned: its thread cannot be ended, and its result is dropped.
#[derive(Debug)]
pub(super) struct BoundedWork {
    limit: Duration,
    /// The number of abandoned threads that still run, which is a metric.
    hung: Gauge,
    /// Set when the last handle is dropped.
    stopped: Arc<AtomicBool>,
}

/// Work without a result.
#[derive(Debug, thiserror::Error)]
pub(super) enum WorkError {
    /// The work exceeded its limit.
    #[error("the reload did not end within {}", seconds(*.0))]
    TimedOut(Duration),
    /// Earlier work still hangs.
    #[error("{hung} earlier reloads did not end within {} and still run", seconds(*.limit))]
    TooManyHung { hung: i64, limit: Duration },
    /// The last handle was dropped.
    #[error("the service stops")]
    Stopped,
    /// The system refuses a thread.
    #[error("cannot start the thread of a reload: {0}")]
    Thread(#[source] io::Error),
}

/// Returns a duration as a message names it.
fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

impl BoundedWork {
    /// Returns a runner with this time limit.
    pub fn new(limit: Duration, hung: Gauge, stopped: Arc<AtomicBool>) -> Self {
        Self { limit, hung, stopped }
    }

    /// Returns the time limit.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Returns the number of abandoned threads that still run.
    pub fn hung(&self) -> usize {
        usize::try_from(self.hung.get()).unwrap_or_default()
    }

    /// Runs work in a thread of its own and waits for its result, at most for the time limit. A panic continues here.
    ///
    /// # Errors
    ///
    /// The work exceeds the limit, too much earlier work hangs, the handle is dropped meanwhile, or the system refuses a thread.
    pub fn run<T: Send + 'static>(&self, work: impl FnOnce(&Caller) -> T + Send + 'static) -> Result<T, WorkError> {
        let hung = self.hung.get();
        if hung >= MAX_HUNG {
            return Err(WorkError::TooManyHung { hung, limit: self.limit });
        }
        let (sender, receiver) = sync_channel(1);
        let caller = Caller(Arc::new(AtomicU8::new(RUNNING)));
        let thread = WorkThread { caller: caller.clone(), hung: self.hung.clone(), sender };
        let builder = std::thread::Builder::new().name("confgate-load".to_owned());
        builder.spawn(move || thread.run(work)).map_err(WorkError::Thread)?;
        let began = Instant::now();
        let unanswered = loop {
            let remaining = self.limit.saturating_sub(began.elapsed());
            match receiver.recv_timeout(remaining.min(STOP_CHECK)) {
                Ok(result) => return Ok(result.unwrap_or_else(|panic| resume_unwind(panic))),
                Err(RecvTimeoutError::Timeout) if self.stopped.load(Ordering::Relaxed) => break WorkError::Stopped,
                Err(RecvTimeoutError::Timeout) if remaining > STOP_CHECK => {}
                Err(_) => break WorkError::TimedOut(self.limit),
            }
        };
        // Count first: the thread counts down as soon as it is abandoned.
        self.hung.inc();
        if caller.0.compare_exchange(RUNNING, ABANDONED, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            return Err(unanswered);
        }
        // The work ended at the same moment.
        self.hung.dec();
        receiver.recv().map_err(|_| unanswered)?.map_or_else(|panic| resume_unwind(panic), Ok)
    }
}

/// The side of the caller, as the work sees it.
#[derive(Debug, Clone)]
pub(super) struct Caller(Arc<AtomicU8>);

impl Caller {
    /// Returns whether the work was abandoned, so that its result is not used.
    pub fn is_gone(&self) -> bool {
        self.0.load(Ordering::SeqCst) == ABANDONED
    }
}

/// The side of the thread that does the work.
struct WorkThread<T> {
    caller: Caller,
    hung: Gauge,
    sender: SyncSender<std::thread::Result<T>>,
}

impl<T> WorkThread<T> {
    fn run(self, work: impl FnOnce(&Caller) -> T) {
        // Unwind safety holds: the caller continues the panic and uses no state of the work.
        let result = catch_unwind(AssertUnwindSafe(|| work(&self.caller)));
        // The receiver of abandoned work is gone; ignore the error.
        let _ = self.sender.send(result);
        if self.caller.0.swap(DONE, Ordering::SeqCst) == ABANDONED {
            self.hung.dec();
        }
    }
}

impl From<WorkError> for Refused {
    fn from(error: WorkError) -> Self {
        let help = "find the file, filesystem or secret provider that does not answer; the next reload tries again";
        Diagnostic::error(&codes::RUNTIME_TIMEOUT, Path::root(), error.to_string()).help(help).into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn work(limit: Duration) -> BoundedWork {
        BoundedWork::new(limit, Gauge::default(), Arc::default())
    }

    #[test]
    fn work_that_hangs_is_abandoned_and_other_work_goes_on() {
        let work = work(Duration::from_millis(30));
        let mut releases = Vec::new();
        let (observe, observed) = channel();
        for count in 1..=3 {
            let (release, wait) = channel::<()>();
            let observe = observe.clone();
            let hang = move |caller: &Caller| {
                let _ = wait.recv();
                let _ = observe.send(caller.is_gone());
            };
            let error = work.run(hang).unwrap_err();
            assert_eq!(error.to_string(), "the reload did not end within 0.03 s");
            assert_eq!(work.hung(), count);
            releases.push(release);
            assert_eq!(work.run(|_| 7).ok(), (count < 3).then_some(7));
        }
        let error = work.run(|_| 7).unwrap_err();
        assert_eq!(error.to_string(), "3 earlier reloads did not end within 0.03 s and still run");
        drop(releases);
        let began = Instant::now();
        while work.hung() > 0 {
            assert!(began.elapsed() < Duration::from_secs(20), "{} still hang", work.hung());
            std::thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(work.run(|_| 7).unwrap(), 7);
        assert_eq!(observed.iter().take(3).collect::<Vec<_>>(), [true; 3], "the work learns that it was abandoned");
    }

    #[test]
    fn a_dropped_handle_waits_for_no_work() {
        let work = work(Duration::from_secs(600));
        work.stopped.store(true, Ordering::Relaxed);
        let (_release, wait) = channel::<()>();
        let error = work.run(move |_| wait.recv().is_ok()).unwrap_err();
        assert_eq!(error.to_string(), "the service stops");
    }

    #[test]
    fn a_panic_continues_in_the_caller() {
        let panicked = catch_unwind(AssertUnwindSafe(|| work(Duration::from_secs(60)).run(|_| panic!("on purpose"))));
        assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"on purpose"));
    }
}
