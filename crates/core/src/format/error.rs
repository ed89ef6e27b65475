//! Reasons why a text is not formatted.

use thiserror::Error;

use crate::diagnostics::Report;
use crate::gate::written::WrittenError;
use crate::toml;

/// Reason why a text is not formatted.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum FormatError {
    /// The gate rejects the config.
    #[error("the config is not formatted, because it is rejected:\n{0}")]
    Rejected(#[source] Report),
    /// The format cannot hold the values.
    #[error(transparent)]
    Write(#[from] toml::WriteError),
    /// The canonical text would be rejected, or would mean something else.
    #[error(transparent)]
    Written(#[from] WrittenError),
    /// The text has anchors, which the canonical form has not.
    #[error(
        "the text has an anchor or an alias in line {line}, which formatting would write out; write the values out, or leave the file as it is"
    )]
    Anchor {
        /// Line of the anchor, from 1.
        line: usize,
    },
    /// A comment has no position in the canonical text.
    #[error("a comment would be lost; nothing is changed")]
    Comments,
}
