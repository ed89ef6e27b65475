//! `runtime/panic`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A panic while a config is loaded.
pub const CODE: Code = Code {
    name: "runtime/panic",
    level: Severity::Error,
    what: "The program panicked while it loaded or checked a config.",
    why: "The running config stays in effect, and the next reload tries again. The text of the panic is not \
          repeated here, because it may contain a secret.",
    fix: "Report the panic message on standard error to the author of the service.",
    example: Example::Described(
        "A rule of a service indexes a list beyond its end, and a config with an empty list is loaded.",
    ),
};
