//! A load that panics is refused like any other: whoever waits for reloads gets the next one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::value::Path;

use crate::load::Refused;

/// What `work` comes to; a panic in it is a refusal. What the panic says is not repeated: it may be about a secret.
pub fn caught<T>(work: impl FnOnce() -> Result<T, Refused>) -> Result<T, Refused> {
    // Nothing of what the work held is used again: a load begins with what is on the disk.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let message = "loading the config panicked, which is a mistake in the program and not in the config";
        let help = "tell the author of the service what the panic said on standard error; the next reload tries again";
        Err(Diagnostic::error(&codes::RUNTIME_PANIC, Path::root(), message).help(help).into())
    })
}
