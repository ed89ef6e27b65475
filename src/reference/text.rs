//! Descriptions in a schema: paragraphs in which backticks enclose code. There is no other markup.

use confgate_core::sensitive::display::harmless;

/// Part of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain text.
    Text(String),
    /// Text in backticks.
    Code(String),
}

/// Splits a text into paragraphs.
pub fn paragraphs(text: &str) -> Vec<Vec<Span>> {
    let text = text.replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(spans).collect()
}

/// Parses a text as one paragraph.
pub fn spans(text: &str) -> Vec<Span> {
    let text = text.split(['\n', '\t']).map(str::trim).collect::<Vec<_>>().join(" ");
    let text = harmless(&text);
    let mut spans = Vec::new();
    let mut words = String::new();
    let mut rest: &str = &text;
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let inner = &rest[start + ticks..];
        let (end, skip) = match closing(inner, ticks) {
            Some(end) => (Some(end), start + ticks + end + ticks),
            None => (None, start + ticks),
        };
        words.push_str(if end.is_some() { &rest[..start] } else { &rest[..skip] });
        if let Some(end) = end {
            if !words.is_empty() {
                spans.push(Span::Text(std::mem::take(&mut words)));
            }
            spans.push(Span::Code(inner[..end].trim().to_owned()));
        }
        rest = &rest[skip..];
    }
    words.push_str(rest);
    if !words.is_empty() {
        spans.push(Span::Text(words));
    }
    spans
}

/// Returns the position of a run of exactly this many backticks.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let run = text[start..].len() - text[start..].trim_start_matches('`').len();
        if run == ticks {
            return Some(start);
        }
        at = start + run;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Span {
        Span::Text(text.to_owned())
    }

    fn code(text: &str) -> Span {
        Span::Code(text.to_owned())
    }

    #[test]
    fn backticks_enclose_code_and_a_single_one_is_itself() {
        assert_eq!(spans("set `a` or ``b`c``."), [words("set "), code("a"), words(" or "), code("b`c"), words(".")]);
        assert_eq!(spans("a ` b"), [words("a ` b")]);
        assert_eq!(spans("a `` b ` c"), [words("a `` b ` c")]);
        assert_eq!(spans("``` `x`"), [words("``` "), code("x")]);
    }

    #[test]
    fn an_empty_line_ends_a_paragraph_and_other_breaks_are_spaces() {
        assert_eq!(paragraphs("one\ntwo\n\nthree\n"), [[words("one two")], [words("three")]]);
        assert!(paragraphs(" \n\n ").is_empty());
    }

    #[test]
    fn characters_that_reverse_the_direction_of_text_are_replaced() {
        assert_eq!(spans("a\u{202E}b"), [words("a\u{FFFD}b")]);
    }
}
