//! Paths as arguments and in messages.

use std::path::Path;

/// Argument that stands for standard input.
pub const STDIN: &str = "-";

/// Returns whether an argument stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// Returns the name of a path in messages.
pub fn display_name(path: &Path) -> String {
    if is_stdin(path) { "<stdin>".to_owned() } else { path.display().to_string() }
}
