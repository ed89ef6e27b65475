//! Problems of a secret that do not prevent its use.

use std::fmt;

use confgate_core::diagnostics::codes::{self, Code};

/// A problem of a secret that does not prevent its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretWarning {
    /// Other users can read a file: the message about it.
    Readable(String),
    /// The secret in this place ends with a line end, which was removed.
    LineEnd(String),
}

impl SecretWarning {
    /// Returns the code of the diagnostic.
    pub fn code(&self) -> &'static Code {
        match self {
            Self::Readable(_) => &codes::SECRETS_READABLE,
            Self::LineEnd(_) => &codes::SECRETS_LINE_END,
        }
    }

    /// Returns the way out, as an imperative.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Readable(_) => "restrict the permissions: chmod 600, or 400",
            Self::LineEnd(_) => "store the secret without it: `printf %s` in place of `echo`",
        }
    }
}

impl fmt::Display for SecretWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Readable(message) => f.write_str(message),
            Self::LineEnd(place) => write!(f, "{place}: the secret ends with a line end, which is removed"),
        }
    }
}

/// Removes the line end that `echo` and editors add.
pub fn without_line_end(text: &str) -> &str {
    text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
}

/// Removes the final line end of a secret in a place where it is a mistake, with a warning. A secret of several lines, such as a
/// key, ends with one as a rule.
pub fn checked_without_line_end<'t>(text: &'t str, place: &str) -> (&'t str, Option<SecretWarning>) {
    let line = without_line_end(text);
    let is_mistake = line.len() < text.len() && !line.contains('\n');
    (line, is_mistake.then(|| SecretWarning::LineEnd(place.to_owned())))
}
