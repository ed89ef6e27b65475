//! The panic guard: a load that panics is rejected, and later reloads run as usual.

use std::panic::{AssertUnwindSafe, catch_unwind};

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::value::Path;

use crate::load::Refused;

/// Runs `work` and turns a panic into a rejection. The message of the panic is not repeated, because it may contain a secret.
pub(super) fn catch_panic<T>(work: impl FnOnce() -> Result<T, Refused>) -> Result<T, Refused> {
    // Unwind safety holds: no state of `work` is used again, since every load starts from the files.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let message = "loading the config panicked, which is a mistake in the program and not in the config";
        let help = "tell the author of the service what the panic said on standard error; the next reload tries again";
        Err(Diagnostic::error(&codes::RUNTIME_PANIC, Path::root(), message).help(help).into())
    })
}
