//! Untrusted text in the output of commands.

use confgate_core::sensitive::display::sanitize;

/// Replaces control characters in every line; the lines stay.
pub fn sanitize_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", sanitize(line))).collect()
}
