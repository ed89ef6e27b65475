//! Updates of a watcher, for a loop that waits for other things as well.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use crate::store::Store;
use crate::update::Update;
use crate::watch::Watcher;

/// A step of a watcher, which returns it.
type Step = Pin<Box<dyn Future<Output = (Watcher, Update)>>>;

/// Updates of a watcher. A wait that is dropped goes on with the next one, where a watcher would begin its operation again: a loop
/// with other events would never see the end of an attempt to reach a store that is away.
pub(crate) struct Updates {
    store: Store,
    step: Step,
}

impl Updates {
    /// Returns the updates of a watcher.
    pub(crate) fn new(watcher: Watcher) -> Self {
        Self { store: watcher.store().clone(), step: Box::pin(step(watcher)) }
    }

    /// Waits for the next update.
    pub(crate) async fn next(&mut self) -> Update {
        let (watcher, update) = self.step.as_mut().await;
        self.take(watcher, update)
    }

    /// Returns the next update if it is here already. A loop that is slower than the changes takes them together, and does the work for
    /// the newest alone.
    pub(crate) async fn next_ready(&mut self) -> Option<Update> {
        let ready = poll_fn(|context| match self.step.as_mut().poll(context) {
            Poll::Ready(ready) => Poll::Ready(Some(ready)),
            Poll::Pending => Poll::Ready(None),
        });
        let (watcher, update) = ready.await?;
        Some(self.take(watcher, update))
    }

    fn take(&mut self, watcher: Watcher, update: Update) -> Update {
        self.store = watcher.store().clone();
        self.step = Box::pin(step(watcher));
        update
    }

    /// Returns the store of the last update's connection.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }
}

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").field("store", &self.store).finish_non_exhaustive()
    }
}

async fn step(mut watcher: Watcher) -> (Watcher, Update) {
    let update = watcher.next().await;
    (watcher, update)
}
