//! Spans of definitions in Nix files: the attribute that Nix points at, or the element of its list.
//!
//! Nix gives the line and column of an attribute and no position for the elements of a list. They are searched in the text
//! where the attribute is defined by a literal list, possibly inside `mkIf`, `mkDefault` and the like. Any other definition
//! keeps the position of its attribute.

use std::ops::Range;

use crate::value::{Definition, Location, Source, Span};

/// Returns the location of `definition` in the text of its file.
pub fn location(source: &Source, definition: &Definition) -> Location {
    let text = source.text();
    let line = source.line_start(definition.line);
    // Nix counts columns in bytes.
    let start = (line + definition.column.saturating_sub(1)).min(text.len());
    let start = if text.is_char_boundary(start) { start } else { line };
    let attribute = start..start + attribute_length(&text[start..]);
    let element = definition.element.and_then(|element| {
        let after = attribute.end;
        let range = list_element(&text[after..], element)?;
        Some(after + range.start..after + range.end)
    });
    match element {
        Some(range) => Location::in_text(source, Span::from(range)),
        None => Location {
            source: source.clone(),
            span: Span::from(attribute),
            position: (definition.line, definition.column),
        },
    }
}

/// Returns the length of the attribute path at the start of `text`: `network.max_connections`, `"a b".c`.
fn attribute_length(text: &str) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '\n' => return at,
            '"' => quoted = !quoted,
            _ if quoted => {}
            c if c.is_alphanumeric() || matches!(c, '_' | '-' | '\'' | '.') => {}
            _ => return at,
        }
    }
    text.len()
}

/// Returns the bytes of element `wanted` of the list that `text` assigns; `text` starts after the attribute.
fn list_element(text: &str, wanted: usize) -> Option<Range<usize>> {
    let mut tokens = Tokens { text, at: 0 };
    if tokens.next()?.kind != TokenKind::Equals {
        return None;
    }
    // Only words may precede the list: `lib.mkIf condition [`. A condition in parentheses is skipped.
    loop {
        let token = tokens.next()?;
        match token.kind {
            TokenKind::Open('[') => break,
            TokenKind::Word => {}
            TokenKind::Open('(') => drop(tokens.skip_group()?),
            _ => return None,
        }
    }
    let mut index = 0;
    loop {
        let token = tokens.next()?;
        let end = match token.kind {
            TokenKind::Close => return None,
            TokenKind::Open(_) => tokens.skip_group()?,
            TokenKind::Word | TokenKind::String => token.range.end,
            TokenKind::Equals | TokenKind::Other => return None,
        };
        if index == wanted {
            return Some(token.range.start..end);
        }
        index += 1;
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum TokenKind {
    Open(char),
    Close,
    Equals,
    /// A name, a number or a selection.
    Word,
    /// A string of either syntax.
    String,
    Other,
}

struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

/// A lexer of the part of Nix that is needed to match brackets.
struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl Tokens<'_> {
    /// Skips the content of the bracket that was just read, and returns the byte after its closing bracket.
    fn skip_group(&mut self) -> Option<usize> {
        let mut depth = 1;
        while depth > 0 {
            match self.next()?.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close => depth -= 1,
                _ => {}
            }
        }
        Some(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        self.skip_trivia();
        let start = self.at;
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            '[' | '(' | '{' => (TokenKind::Open(first), 1),
            ']' | ')' | '}' => (TokenKind::Close, 1),
            '=' if !rest.starts_with("==") => (TokenKind::Equals, 1),
            '"' => (TokenKind::String, string_length(rest, "\"")?),
            '\'' if rest.starts_with("''") => (TokenKind::String, string_length(rest, "''")?),
            c if c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '~') => {
                (TokenKind::Word, word_length(rest))
            }
            c => (TokenKind::Other, c.len_utf8()),
        };
        self.at = start + length;
        Some(Token { kind, range: start..self.at })
    }

    fn skip_trivia(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start().len();
            let comment = match &rest[blank..] {
                rest if rest.starts_with('#') => rest.find('\n').unwrap_or(rest.len()),
                rest if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                _ => 0,
            };
            self.at += blank + comment;
            if blank + comment == 0 {
                return;
            }
        }
    }
}

fn word_length(text: &str) -> usize {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '\'' | '.' | '/' | '~' | '+' | ':');
    text.find(|c| !word(c)).unwrap_or(text.len())
}

/// Returns the length of the string at the start of `text`, with its quotes and interpolations.
fn string_length(text: &str, quote: &str) -> Option<usize> {
    let mut at = quote.len();
    loop {
        let rest = text.get(at..)?;
        if rest.is_empty() {
            return None;
        }
        if quote == "\"" && rest.starts_with('\\') {
            at += 1 + rest[1..].chars().next()?.len_utf8();
        } else if rest.starts_with("$${") || quote == "''" && ["''$", "'''"].iter().any(|&word| rest.starts_with(word))
        {
            at += 3;
        } else if rest.starts_with("${") {
            let mut inside = Tokens { text: rest, at: 2 };
            at += inside.skip_group()?;
        } else if rest.starts_with(quote) {
            return Some(at + quote.len());
        } else {
            at += rest.chars().next()?.len_utf8();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covered_text(text: &str, line: usize, column: usize, element: Option<usize>) -> String {
        let source = Source::new("test.nix", text);
        let location = location(&source, &Definition { file: "test.nix".into(), line, column, element });
        source.text()[location.span.range()].to_owned()
    }

    #[test]
    fn an_attribute_path_is_covered_as_a_whole() {
        assert_eq!(covered_text("{\n  network.max_connections = 0;\n}", 2, 3, None), "network.max_connections");
        assert_eq!(covered_text("{ \"a = b\".c = 1; }", 1, 3, None), "\"a = b\".c");
    }

    #[test]
    fn an_element_is_found_in_a_literal_list() {
        let text =
            "{\n  peers = [\n    \"a:1\" # \"x\"\n    (f \"b ]\")\n    { url = \"c;${g \"]\"}\"; }\n    ''d''\n  ];\n}";
        let found: Vec<String> = (0..4).map(|element| covered_text(text, 2, 3, Some(element))).collect();
        assert_eq!(found, ["\"a:1\"", "(f \"b ]\")", "{ url = \"c;${g \"]\"}\"; }", "''d''"]);
    }

    #[test]
    fn an_element_is_found_after_library_functions() {
        let text = "{ peers = lib.mkIf (a == [ 1 ]) (lib.mkBefore [ \"a\" \"b\" ]); }";
        assert_eq!(covered_text("{ peers = lib.mkIf cond [ \"a\" \"b\" ]; }", 1, 3, Some(1)), "\"b\"");
        assert_eq!(covered_text(text, 1, 3, Some(1)), "peers", "a list in the condition is ambiguous");
    }

    #[test]
    fn a_computed_list_keeps_the_position_of_its_attribute() {
        assert_eq!(covered_text("{ peers = a ++ [ \"b\" ]; }", 1, 3, Some(0)), "peers");
        assert_eq!(covered_text("{ peers = [ \"b\" ]; }", 1, 3, Some(7)), "peers");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([\\[\\](){}=\"'$#/*\\\\;a é\n]|\\$\\{){0,60}", line in 0usize..4, column in 0usize..70, element in 0usize..4) {
            covered_text(&text, line, column, Some(element));
        }
    }
}
