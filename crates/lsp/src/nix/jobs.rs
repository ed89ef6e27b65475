//! The way of the changes of Nix files to the thread that evaluates bundles.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

/// A change of a Nix file in the editor.
#[derive(Debug)]
pub(crate) enum NixEvent {
    /// The file has this text in this version.
    Text { file: PathBuf, version: i32, text: Arc<str>, is_typed: bool },
    /// The text was saved.
    Saved(PathBuf),
    /// The document was closed: the text of the file counts.
    Closed(PathBuf),
}

/// The way to the thread.
#[derive(Debug)]
pub(crate) struct NixJobs {
    events: Sender<NixEvent>,
    /// Number of the last event. An evaluation for an earlier one is cancelled.
    newest: AtomicU64,
}

impl NixJobs {
    pub(crate) fn new() -> (Self, Receiver<NixEvent>) {
        let (events, receiver) = channel();
        (Self { events, newest: AtomicU64::new(0) }, receiver)
    }

    /// Sends an event, and ends an evaluation that is running.
    pub(crate) fn send(&self, event: NixEvent) {
        self.cancel();
        // The thread ends before the server does only if it panics.
        let _ = self.events.send(event);
    }

    /// Ends an evaluation that is running.
    pub(crate) fn cancel(&self) {
        self.newest.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns the number of the last event.
    pub(super) fn newest(&self) -> u64 {
        self.newest.load(Ordering::SeqCst)
    }
}
