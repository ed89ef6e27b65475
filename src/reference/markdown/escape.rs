//! Texts as Markdown takes them for no more than texts, and the anchors that code hosts make.

use confgate_core::sensitive::display::sanitize;

use crate::reference::text::{Span, spans};

/// A link to an anchor of the page.
pub fn link(text: &str, anchor: &str) -> String {
    format!("[{text}](#{anchor})")
}

/// What stands for a space at which no line is broken.
pub const HELD: char = '\u{E000}';

/// A text at whose spaces no line is broken.
pub fn held(text: &str) -> String {
    text.replace(' ', &HELD.to_string())
}

/// A text in the fence that it needs.
pub fn code(text: &str) -> String {
    let text = sanitize(text);
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    // A space after the fence and before it is no part of the code.
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A text of the schema on one line.
pub fn inline(text: &str) -> String {
    marked_up(&spans(text))
}

/// A paragraph of the schema.
pub fn marked_up(paragraph: &[Span]) -> String {
    let spans = paragraph.iter().map(|span| match span {
        Span::Words(words) => escaped(words),
        Span::Code(text) => held(&code(text)),
    });
    spans.collect()
}

/// Words without anything that Markdown takes for more than words.
fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    let mut before = ' ';
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let special = match c {
            '\\' | '`' | '*' | '[' | '<' | '~' => true,
            // Inside a word it is no emphasis, and names are full of it.
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

/// A line that begins no list, quotation or heading.
pub fn guarded(line: &str) -> String {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < line.len() && digits.starts_with(['.', ')']) {
        let number = &line[..line.len() - digits.len()];
        return format!("{number}\\{digits}");
    }
    if line.starts_with(['#', '-', '+', '>', '=', '|', ':']) { format!("\\{line}") } else { line.to_owned() }
}

/// A text in a table, where a bar would end its cell, in code as well.
pub fn in_cell(text: &str) -> String {
    text.replace(HELD, " ").replace('|', "\\|")
}

/// The anchor that code hosts give to a heading.
pub fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
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
    fn an_anchor_is_what_code_hosts_make_of_the_heading() {
        assert_eq!(slug("network.turn_servers[].url"), "networkturn_serversurl");
        assert_eq!(slug("game/bets-ordered"), "gamebets-ordered");
        assert_eq!(slug("No longer read"), "no-longer-read");
    }
}
