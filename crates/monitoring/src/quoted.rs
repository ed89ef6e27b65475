//! Texts of servers in messages.

use confgate_core::sensitive::display::sanitize;

/// The longest text of a server that a message quotes, in characters.
const QUOTED: usize = 300;

/// Returns a text of a server for a message, without control characters and shortened.
pub fn quoted(text: &str) -> String {
    let text = sanitize(text.trim());
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}
