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
    match path.to_str() {
        Some(STDIN) => "<stdin>".to_owned(),
        Some(name) => name.to_owned(),
        None => path.display().to_string(),
    }
}
