//! Errors of attributes on the command line.

use confgate_flags::InvalidContext;

/// An attribute that the flags cannot read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidAttribute {
    /// `context` declares the attributes, and not this one.
    #[error("--set {name}: `context` of the flags does not declare {name}{}", question(.nearest))]
    Undeclared {
        /// First part of its name.
        name: String,
        /// The nearest declared name.
        nearest: Option<String>,
    },
    /// A part of its name has a value that is not an object.
    #[error("--set {0}: another option sets a part of its name to a value")]
    InValue(String),
    /// The values are nested too deeply.
    #[error("--set: {0}")]
    Context(#[source] InvalidContext),
}

fn question(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|nearest| format!(": did you mean {nearest}?")).unwrap_or_default()
}
