//! Mistakes that the readers of JSON and YAML find.

use std::borrow::Cow;

use crate::value::{Path, Span};

/// A mistake in a JSON or YAML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Kind of the mistake.
    pub kind: ReadErrorKind,
    /// Description of the mistake. It quotes no value, because a value may be a secret.
    pub message: Cow<'static, str>,
    /// The way out, as an imperative.
    pub help: Cow<'static, str>,
    /// Location of the mistake.
    pub span: Span,
}

/// Kind of a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// The text is not of its format.
    Syntax,
    /// The text is of its format, and a config cannot mean it.
    Unsupported,
    /// A key is set again; the location of the first definition.
    Duplicate(Span),
}

/// Limit of the nesting of lists and tables in JSON and YAML.
pub const MAX_DEPTH: usize = 128;

impl ReadError {
    /// Creates the description of a text that is not of its format.
    pub fn syntax(span: Span, message: impl Into<Cow<'static, str>>, help: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: ReadErrorKind::Syntax, message: message.into(), help: help.into(), span }
    }

    /// Creates the description of something that a config cannot mean.
    pub fn unsupported(span: Span, message: impl Into<Cow<'static, str>>, help: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: ReadErrorKind::Unsupported, ..Self::syntax(span, message, help) }
    }

    /// Creates the description of a key that is set again.
    pub fn duplicate(key: &str, span: Span, first: Span) -> Self {
        let message = format!("{} is set a second time", Path::root().key(key));
        Self { kind: ReadErrorKind::Duplicate(first), ..Self::syntax(span, message, "remove one of the two") }
    }

    /// Creates the description of an integer that a tree cannot represent.
    pub fn beyond_64_bits(span: Span, is_negative: bool) -> Self {
        // Leave the digits out: the value may be a secret.
        let limit = if is_negative { i64::MIN } else { i64::MAX };
        Self::beyond(span, format!("an integer beyond 64 bits: integers reach to {limit}"))
    }

    /// Creates the description of a float that a tree cannot represent.
    pub fn beyond_float(span: Span) -> Self {
        Self::beyond(span, format!("a number beyond 64-bit floats, which reach to {:e}", f64::MAX))
    }

    fn beyond(span: Span, message: String) -> Self {
        Self::unsupported(span, message, "write a number within the limit, or put quotes around it if it is a string")
    }

    /// Creates the description of a value that is nested too deeply.
    pub fn too_deep(span: Span) -> Self {
        let message = format!("nested more than {MAX_DEPTH} levels deep");
        Self::unsupported(span, message, "bring it nearer to the root")
    }
}
