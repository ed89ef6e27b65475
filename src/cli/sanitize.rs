//! Untrusted text in the output of commands.

use confgate_core::sensitive::display::harmless;

/// Replaces control characters in every line; the lines stay.
pub fn sanitize_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", harmless(line))).collect()
}
