//! `runtime/timeout`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A load that exceeds its time limit.
pub const CODE: Code = Code {
    name: "runtime/timeout",
    level: Severity::Error,
    what: "A load or reload did not end within its time limit.",
    why: "The running config stays in effect. The load is left behind, since a read that hangs in the system cannot be \
          ended, and the next reload starts anew.",
    fix: "Find the file, filesystem or secret provider that does not answer. If loads are slow for a good reason, raise \
          the limit (`--reload-timeout`, `Builder::reload_timeout`).",
    example: Example::Described(
        "The config is on a network filesystem whose server is gone, and SIGHUP is sent to the service.",
    ),
};
