//! `bundle/altered`.

use crate::diagnostics::Severity;
use crate::diagnostics::codes::code::{Code, Example};

/// A bundle that differs from what was built.
pub const CODE: Code = Code {
    name: "bundle/altered",
    level: Severity::Error,
    what: "A file of a bundle does not match the digest in `manifest.json`, is missing, or is not in the form \
          that a build writes.",
    why: "A bundle was checked when it was built. A changed bundle was not, and its origins no longer point at \
          the right places.",
    fix: "Deploy the bundle again. Values that differ between nodes belong in environment variables, not in edits \
          of the bundle.",
    example: Example::Command {
        files: &[("bundle/manifest.json", "{}")],
        variables: &[],
        arguments: &["show", "--config", "bundle"],
    },
};
