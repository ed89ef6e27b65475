//! Syntax errors of the reader.

use crate::toml::reader::mistake::Mistake;
use crate::value::Span;

/// A syntax error in a TOML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Kind of the mistake.
    pub mistake: Mistake,
    /// Description of the mistake. It quotes no value, because a value may be a secret.
    pub message: String,
    /// Location of the mistake.
    pub span: Span,
}
