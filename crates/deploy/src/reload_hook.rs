//! Reloads by the program that deploys.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::cancellation::CancellationToken;

/// An error of a hook, as the program describes it.
pub type HookError = Box<dyn Error + Send + Sync>;

/// The function of a hook: it applies the active generation within the time, and heeds the token.
type Apply = dyn Fn(Duration, &CancellationToken) -> Result<(), HookError> + Send + Sync;

/// A function of the program that deploys, which makes the active generation the running config.
#[derive(Clone)]
pub struct ReloadHook {
    name: &'static str,
    apply: Arc<Apply>,
}

impl ReloadHook {
    /// Returns a hook with a name for messages.
    pub fn new(
        name: &'static str,
        apply: impl Fn(Duration, &CancellationToken) -> Result<(), HookError> + Send + Sync + 'static,
    ) -> Self {
        Self { name, apply: Arc::new(apply) }
    }

    pub(crate) fn run(&self, timeout: Duration, cancellation: &CancellationToken) -> Result<(), HookError> {
        (self.apply)(timeout, cancellation)
    }
}

impl PartialEq for ReloadHook {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.apply, &other.apply)
    }
}

impl Eq for ReloadHook {}

impl fmt::Display for ReloadHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for ReloadHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReloadHook").field(&self.name).finish()
    }
}
