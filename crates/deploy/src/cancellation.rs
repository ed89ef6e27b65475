//! Cancellation of a command: a token that its caller cancels and every wait heeds.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

use thiserror::Error;

/// The interval at which a wait for another thread checks the token.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A token that tells a command to stop. Clones share their state.
///
/// A command that is past its point of no return rolls back instead of stopping half-way; the rollback itself runs with a token
/// of its own, which nothing cancels.
///
/// ```
/// use confgate_deploy::CancellationToken;
/// let token = CancellationToken::default();
/// assert!(token.check().is_ok());
/// token.cancel("SIGTERM");
/// assert_eq!(token.check().unwrap_err().to_string(), "stopped by SIGTERM");
/// ```
#[derive(Debug, Clone, Default)]
pub struct CancellationToken(Arc<State>);

#[derive(Debug, Default)]
struct State {
    signal: Mutex<Option<&'static str>>,
    cancelled: Condvar,
}

/// The cancellation of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("stopped by {signal}")]
pub struct Cancelled {
    /// Name of the signal that caused it.
    pub signal: &'static str,
}

impl CancellationToken {
    /// Cancels the command because of `signal` and wakes its waits. Later calls have no effect.
    pub fn cancel(&self, signal: &'static str) {
        self.signal().get_or_insert(signal);
        self.0.cancelled.notify_all();
    }

    /// Returns an error if the token is cancelled.
    ///
    /// # Errors
    ///
    /// The token is cancelled.
    pub fn check(&self) -> Result<(), Cancelled> {
        self.signal().map_or(Ok(()), |signal| Err(Cancelled { signal }))
    }

    /// Sleeps for `duration`, or until the token is cancelled.
    ///
    /// # Errors
    ///
    /// The token is cancelled.
    pub fn sleep(&self, duration: Duration) -> Result<(), Cancelled> {
        let started = Instant::now();
        let mut signal = self.signal();
        loop {
            if let Some(signal) = *signal {
                return Err(Cancelled { signal });
            }
            let remaining = duration.saturating_sub(started.elapsed());
            if remaining.is_zero() {
                return Ok(());
            }
            let (guard, _) = self.0.cancelled.wait_timeout(signal, remaining).unwrap_or_else(PoisonError::into_inner);
            signal = guard;
        }
    }

    /// Runs `work` on a thread of its own and returns its result, or `None` if it panicked. After a cancellation the thread is
    /// left to end by itself.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Result<Option<T>, Cancelled>> {
        let (sender, receiver) = channel();
        // The receiver is gone after a cancellation; the result is not needed then.
        thread::Builder::new().spawn(move || drop(sender.send(work())))?;
        loop {
            if let Err(cancelled) = self.check() {
                return Ok(Err(cancelled));
            }
            match receiver.recv_timeout(POLL_INTERVAL) {
                Ok(result) => return Ok(Ok(Some(result))),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(Ok(None)),
            }
        }
    }

    fn signal(&self) -> MutexGuard<'_, Option<&'static str>> {
        self.0.signal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_cancellation_wakes_a_sleep_and_a_wait_and_names_its_first_signal() {
        let token = CancellationToken::default();
        let cancel = token.clone();
        let started = Instant::now();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(30));
            cancel.cancel("SIGINT");
            cancel.cancel("SIGTERM");
        });
        let interrupted = Err(Cancelled { signal: "SIGINT" });
        assert_eq!(token.sleep(LONG), interrupted);
        assert_eq!(token.wait_for(|| thread::sleep(LONG)).unwrap().map(drop), interrupted);
        assert!(started.elapsed() < LONG / 2);
    }

    #[test]
    fn a_wait_ends_with_the_result_also_of_work_that_panics() {
        let token = CancellationToken::default();
        assert_eq!(token.sleep(Duration::from_millis(5)), Ok(()));
        assert_eq!(token.wait_for(|| 7).unwrap(), Ok(Some(7)));
        assert_eq!(token.wait_for(|| panic!("expected by this test")).unwrap(), Ok(None::<()>));
    }
}
