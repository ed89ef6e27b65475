//! Messages to the reload thread.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Reason for which the reload thread continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// The last handle was dropped.
    Stop,
    /// The reload signal arrived.
    Signal,
    /// A provider reported a changed secret.
    Secret,
    /// The system reported a change in a watched directory.
    Files,
    /// The pause ended without a message.
    TimedOut,
}

/// Mailbox of the reload thread. Equal messages that wait are one message, so that a storm of events takes no memory.
#[derive(Debug, Default)]
pub(super) struct Wakes {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    stop: bool,
    signal: bool,
    secret: bool,
    files: bool,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        !(self.stop || self.signal || self.secret || self.files)
    }

    /// Returns the most urgent message and removes it. The thread is stopped for good.
    fn next(&mut self) -> Wake {
        if self.stop {
            Wake::Stop
        } else if std::mem::take(&mut self.signal) {
            Wake::Signal
        } else if std::mem::take(&mut self.secret) {
            Wake::Secret
        } else if std::mem::take(&mut self.files) {
            Wake::Files
        } else {
            Wake::TimedOut
        }
    }
}

impl Wakes {
    /// Sends a message. Returns `false` once the thread is stopped.
    pub fn send(&self, wake: Wake) -> bool {
        let mut waiting = self.lock();
        match wake {
            Wake::Stop => waiting.stop = true,
            Wake::Signal => waiting.signal = true,
            Wake::Secret => waiting.secret = true,
            Wake::Files => waiting.files = true,
            Wake::TimedOut => {}
        }
        let is_running = !waiting.stop;
        drop(waiting);
        self.arrived.notify_all();
        is_running
    }

    /// Waits for the next message, at most for `pause`.
    pub fn wait(&self, pause: Duration) -> Wake {
        let waited = self.arrived.wait_timeout_while(self.lock(), pause, |waiting| waiting.is_empty());
        waited.unwrap_or_else(PoisonError::into_inner).0.next()
    }

    /// Locks the messages. A poisoned lock is usable: no holder can panic between two writes.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_messages_are_one_and_the_most_urgent_comes_first() {
        let wakes = Wakes::default();
        for _ in 0..1000 {
            assert!(wakes.send(Wake::Files) && wakes.send(Wake::Secret) && wakes.send(Wake::Signal));
        }
        let received: Vec<Wake> = (0..4).map(|_| wakes.wait(Duration::ZERO)).collect();
        assert_eq!(received, [Wake::Signal, Wake::Secret, Wake::Files, Wake::TimedOut]);
    }

    #[test]
    fn a_stopped_thread_stays_stopped() {
        let wakes = Wakes::default();
        assert!(!wakes.send(Wake::Stop));
        assert!(!wakes.send(Wake::Files), "a provider learns that its receiver is gone");
        assert_eq!([wakes.wait(Duration::MAX), wakes.wait(Duration::MAX)], [Wake::Stop; 2]);
    }
}
