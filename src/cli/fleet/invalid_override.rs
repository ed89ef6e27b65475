//! Errors of overrides on the command line.

use confgate_runtime::load::UnknownField;

/// The longest reason, in characters.
pub(crate) const LONGEST_REASON: usize = 500;

/// An invalid override.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidOverride {
    /// The field does not exist.
    #[error(transparent)]
    Field(#[from] UnknownField),
    /// The field has two values.
    #[error("{0} is set twice; give it one value")]
    Twice(String),
    /// The value has another type, or is out of bounds.
    #[error("{0}; every node would reject the override")]
    Value(String),
    /// The field is a secret.
    #[error("{0} is a secret: write ${{SECRET_NAME}}, and give the secret to the nodes")]
    Secret(String),
    /// It lasts too long.
    #[error("an override lasts for at most 31 days; publish a release in its place")]
    TooLong,
    /// The reason is too long, or empty.
    #[error("write a reason of 1 to {LONGEST_REASON} characters")]
    Reason,
    /// Another program changes it.
    #[error("another author set the override of the region meanwhile; look at it, and set it again")]
    Conflict,
}
