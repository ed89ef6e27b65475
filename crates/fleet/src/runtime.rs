//! The way from blocking code into the async one.

use std::{fmt, io};

/// A runtime for callers without one of their own. It runs futures on the thread that waits for them.
///
/// A [`Store`](crate::Store) belongs to the runtime in which it was connected: its connections are tasks of that runtime.
pub struct Runtime(tokio::runtime::Runtime);

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runtime")
    }
}

impl Runtime {
    /// Creates a runtime.
    ///
    /// # Errors
    ///
    /// The operating system refuses its resources.
    pub fn new() -> io::Result<Self> {
        tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build().map(Self)
    }

    /// Runs a future to its end.
    ///
    /// # Panics
    ///
    /// Inside of another tokio runtime: await the future there.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        // Boxed: futures of the client of etcd are large, and a runtime would move them about on the stack.
        self.0.block_on(Box::pin(future))
    }
}
