//! The open connections of the server. Their number is limited, and the oldest one makes room for a new one.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

/// The number of connections that are open at a time. Each takes a file descriptor and at most a buffer of a request.
const MAX_CONNECTIONS: usize = 512;

/// The pause between two checks for open connections.
const CHECK_PAUSE: Duration = Duration::from_millis(5);

/// The open connections, by their age.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connections(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    next: u64,
    tasks: BTreeMap<u64, AbortHandle>,
}

/// Entry of a connection, removed when its task ends.
struct Entry {
    connections: Connections,
    id: u64,
}

impl Connections {
    /// Runs the task of a connection. A client that is slow for longer than all others gives way.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let entry = {
            let mut open = self.lock();
            open.next += 1;
            Entry { connections: self.clone(), id: open.next }
        };
        let id = entry.id;
        let task = tokio::spawn(async move {
            let _entry = entry;
            task.await;
        });
        let oldest = {
            let mut open = self.lock();
            open.tasks.insert(id, task.abort_handle());
            if open.tasks.len() > MAX_CONNECTIONS { open.tasks.pop_first() } else { None }
        };
        // Without the lock: an aborted task removes its entry.
        if let Some((_, oldest)) = oldest {
            oldest.abort();
        }
        if task.is_finished() {
            self.lock().tasks.remove(&id);
        }
    }

    /// Waits until no connection is open, or ends them all after a time.
    pub(crate) async fn close(&self, patience: Duration) {
        let began = Instant::now();
        while !self.lock().tasks.is_empty() && began.elapsed() < patience {
            sleep(CHECK_PAUSE).await;
        }
        let tasks = std::mem::take(&mut self.lock().tasks);
        tasks.values().for_each(AbortHandle::abort);
    }

    /// Locks the connections. A poisoned lock is usable: no holder can panic between two writes.
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.connections.lock().tasks.remove(&self.id);
    }
}
