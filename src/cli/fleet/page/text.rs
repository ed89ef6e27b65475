//! Texts of the sections.

use jiff::Timestamp;

use crate::page::escaped;

/// Returns a time for a reader.
pub(super) fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Returns an element with a time.
pub(super) fn time_element(at: Timestamp) -> String {
    format!("<time datetime=\"{at}\">{}</time>", time(at))
}

/// Escapes a text of several lines, which the style keeps apart.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept_and_escaped() {
        assert_eq!(lines("a <b>\r\nc"), "a &lt;b&gt;\nc");
    }
}
