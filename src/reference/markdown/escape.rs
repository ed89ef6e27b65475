//! Escaping of text for Markdown, and the anchors of code hosts.

use confgate_core::sensitive::display::harmless;

use crate::reference::text::{Span, spans};

/// Returns a link to an anchor of the page.
pub fn link(text: &str, anchor: &str) -> String {
    format!("[{text}](#{anchor})")
}

/// Placeholder of a space without a line break.
pub const HELD: char = '\u{E000}';

/// Prevents line breaks in a text.
pub fn held(text: &str) -> String {
    text.replace(' ', &HELD.to_string())
}

/// Returns a text as code, in a fence longer than its backticks.
pub fn code(text: &str) -> String {
    let text = harmless(text);
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    // Markdown removes one space after the opening fence and one before the closing fence.
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Renders a description on one line.
pub fn inline(text: &str) -> String {
    marked_up(&spans(text))
}

/// Renders a paragraph of a description.
pub fn marked_up(paragraph: &[Span]) -> String {
    let spans = paragraph.iter().map(|span| match span {
        Span::Text(text) => escaped(text),
        Span::Code(text) => held(&code(text)),
    });
    spans.collect()
}

/// Escapes the characters that Markdown interprets.
fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    let mut before = ' ';
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let special = match c {
            '\\' | '`' | '*' | '[' | '<' | '~' => true,
            // Inside a word an underscore does not start emphasis, and names contain many.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '&' => after.is_alphanumeric() || after == '#',
            _ => false,
        };
        if special {
            text.push('\\');
        }
        text.push(c);
        before = c;
    }
    text
}

/// Escapes the start of a line that Markdown would take for a list, quotation or heading.
pub fn guarded(line: &str) -> String {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < line.len() && digits.starts_with(['.', ')']) {
        let number = &line[..line.len() - digits.len()];
        return format!("{number}\\{digits}");
    }
    if line.starts_with(['#', '-', '+', '>', '=', '|', ':']) { format!("\\{line}") } else { line.to_owned() }
}

/// Escapes the bars of a text in a table, where a bar ends the cell even in code.
pub fn in_cell(text: &str) -> String {
    text.replace(HELD, " ").replace('|', "\\|")
}

/// Returns the anchor that code hosts give to a heading.
pub fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_interpreted_as_markup() {
        assert_eq!(
            inline("<b> & &amp; *x* [a](b) min_bet _y_ `a*b`"),
            "\\<b> & \\&amp; \\*x\\* \\[a](b) min_bet \\_y\\_ `a*b`"
        );
        assert_eq!(guarded("- no list"), "\\- no list");
        assert_eq!(guarded("12. no list"), "12\\. no list");
        assert_eq!(guarded("12 lists"), "12 lists");
    }

    #[test]
    fn code_has_the_fence_that_it_needs() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
    }

    #[test]
    fn an_anchor_is_the_one_that_code_hosts_generate() {
        assert_eq!(slug("network.turn_servers[].url"), "networkturn_serversurl");
        assert_eq!(slug("game/bets-ordered"), "gamebets-ordered");
        assert_eq!(slug("No longer read"), "no-longer-read");
    }
}
