//! `file/changing`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A config whose files do not stop to change.
pub const CODE: Code = Code {
    name: "file/changing",
    level: Severity::Error,
    what: "The files of the config changed again and again while a reload waited for them, or while it read them.",
    why: "A file that is being written is not a config. The running config stays in effect, and the next change tries \
          again.",
    fix: "Write the file in one step: write another file in the same directory, and rename it.",
    example: Example::Described(
        "A program appends to `/etc/app/production.toml` every 50 ms, and the service watches the file.",
    ),
};
