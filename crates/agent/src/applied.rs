//! The result of applying a config: the file was written, and the service notified.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use thiserror::Error;

/// The last version of the config that the output thread applied, for a caller that waits for one.
#[derive(Debug, Default)]
pub struct Applied {
    last: Mutex<Option<LastApplied>>,
    changed: Condvar,
}

#[derive(Debug, Clone)]
struct LastApplied {
    version: u64,
    error: Option<String>,
}

/// The reason why a version is not applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotApplied {
    /// The file could not be written, or the service not notified.
    #[error("{0}")]
    Failed(String),
    /// The output thread takes too long.
    #[error("the output file was not written within {0:?}")]
    TimedOut(Duration),
}

impl Applied {
    /// Records the result of an attempt.
    pub(crate) fn record(&self, version: u64, error: Option<String>) {
        *self.last() = Some(LastApplied { version, error });
        self.changed.notify_all();
    }

    /// Waits until a version, or a later one, was attempted.
    ///
    /// # Errors
    ///
    /// The attempt failed, or did not end in time.
    pub fn wait_for(&self, version: u64, timeout: Duration) -> Result<(), NotApplied> {
        let deadline = Instant::now() + timeout;
        let mut last = self.last();
        loop {
            if let Some(applied) = last.as_ref().filter(|applied| applied.version >= version) {
                return applied.error.clone().map_or(Ok(()), |error| Err(NotApplied::Failed(error)));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(NotApplied::TimedOut(timeout));
            }
            last = self.changed.wait_timeout(last, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn last(&self) -> MutexGuard<'_, Option<LastApplied>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_with_the_result_of_the_version_or_a_later_one() {
        let applied = Applied::default();
        let short = Duration::from_millis(10);
        assert_eq!(applied.wait_for(1, short), Err(NotApplied::TimedOut(short)));
        applied.record(2, None);
        assert_eq!((applied.wait_for(1, short), applied.wait_for(2, short)), (Ok(()), Ok(())));
        assert_eq!(applied.wait_for(3, short), Err(NotApplied::TimedOut(short)));
        std::thread::scope(|scope| {
            scope.spawn(|| applied.record(3, Some("the disk is full".to_owned())));
            let failed = applied.wait_for(3, Duration::from_secs(20)).unwrap_err();
            assert_eq!(failed.to_string(), "the disk is full");
        });
    }
}
