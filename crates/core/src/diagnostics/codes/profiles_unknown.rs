//! `profiles/unknown`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A condition that cannot be evaluated.
pub const CODE: Code = Code {
    name: "profiles/unknown",
    level: Severity::Warning,
    what: "A profile has a condition that this machine cannot answer, such as `cpu_above` where the CPU usage is \
          not available.",
    why: "The profile stays inactive, which may not be what was meant.",
    fix: "Remove the condition, or run the service where the kernel reports the value.",
    example: Example::Described(
        "A profile has `when.cpu_above = 85`, and the service runs in a container without `/proc`.",
    ),
};
