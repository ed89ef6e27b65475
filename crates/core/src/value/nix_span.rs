//! What a definition in a Nix file covers: the attribute that Nix points at, and the element of a list behind it.
//!
//! Nix gives the line and column of an attribute and nothing of the elements of a list. They are found in the text, where
//! the attribute is defined by a list that is written out, possibly inside `mkIf`, `mkDefault` and the like; anything
//! else keeps the attribute's place.

use crate::value::{Definition, Place, Source, Span};

/// Where `definition` stands in the text of its file.
pub fn place(source: &Source, definition: &Definition) -> Place {
    let text = source.text();
    let line = source.line_start(definition.line);
    // Nix counts columns in bytes.
    let start = (line + definition.column.saturating_sub(1)).min(text.len());
    let start = if text.is_char_boundary(start) { start } else { line };
    let attribute = start..start + attribute_length(&text[start..]);
    let element = definition.element.and_then(|element| {
        let after = attribute.end;
        let found = list_element(&text[after..], element)?;
        Some(after + found.start..after + found.end)
    });
    match element {
        Some(range) => Place::in_text(source, Span::from(range)),
        None => Place {
            source: source.clone(),
            span: Span::from(attribute),
            position: (definition.line, definition.column),
        },
    }
}

/// How long the attribute path at the beginning of `text` is: `network.max_connections`, `"a b".c`.
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

/// The bytes of element `wanted` of the list that `text` assigns (`text` begins after the attribute).
fn list_element(text: &str, wanted: usize) -> Option<std::ops::Range<usize>> {
    let mut tokens = Tokens { text, at: 0 };
    if tokens.next()?.kind != Kind::Equals {
        return None;
    }
    // Up to the list only words may stand: `lib.mkIf condition [`. A condition in parentheses is passed over.
    loop {
        let token = tokens.next()?;
        match token.kind {
            Kind::Open('[') => break,
            Kind::Word => {}
            Kind::Open('(') => drop(tokens.skip_group()?),
            _ => return None,
        }
    }
    let mut index = 0;
    loop {
        let token = tokens.next()?;
        let end = match token.kind {
            Kind::Close => return None,
            Kind::Open(_) => tokens.skip_group()?,
            Kind::Word | Kind::Text => token.range.end,
            Kind::Equals | Kind::Other => return None,
        };
        if index == wanted {
            return Some(token.range.start..end);
        }
        index += 1;
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Open(char),
    Close,
    Equals,
    /// A name, a number, a selection.
    Word,
    /// A string of either kind.
    Text,
    Other,
}

struct Token {
    kind: Kind,
    range: std::ops::Range<usize>,
}

/// As much of Nix's lexer as it takes to tell where brackets belong together.
struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl Tokens<'_> {
    /// Passes over what a bracket that was just read encloses, and gives the byte after its end.
    fn skip_group(&mut self) -> Option<usize> {
        let mut depth = 1;
        while depth > 0 {
            match self.next()?.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close => depth -= 1,
                _ => {}
            }
        }
        Some(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let start = self.at;
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            '[' | '(' | '{' => (Kind::Open(first), 1),
            ']' | ')' | '}' => (Kind::Close, 1),
            '=' if !rest.starts_with("==") => (Kind::Equals, 1),
            '"' => (Kind::Text, string_length(rest, "\"")?),
            '\'' if rest.starts_with("''") => (Kind::Text, string_length(rest, "''")?),
            c if c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '~') => (Kind::Word, word_length(rest)),
            c => (Kind::Other, c.len_utf8()),
        };
        self.at = start + length;
        Some(Token { kind, range: start..self.at })
    }

    fn skip_blanks(&mut self) {
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

/// The length of the string that begins `text`, with its quotes and whatever is interpolated.
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

    fn covered(text: &str, line: usize, column: usize, element: Option<usize>) -> String {
        let source = Source::new("test.nix", text);
        let place = place(&source, &Definition { file: "test.nix".into(), line, column, element });
        source.text()[place.span.range()].to_owned()
    }

    #[test]
    fn an_attribute_path_is_covered_whole() {
        assert_eq!(covered("{\n  network.max_connections = 0;\n}", 2, 3, None), "network.max_connections");
        assert_eq!(covered("{ \"a = b\".c = 1; }", 1, 3, None), "\"a = b\".c");
    }

    #[test]
    fn an_element_is_found_in_a_list_that_is_written_out() {
        let text =
            "{\n  peers = [\n    \"a:1\" # \"x\"\n    (f \"b ]\")\n    { url = \"c;${g \"]\"}\"; }\n    ''d''\n  ];\n}";
        let found: Vec<String> = (0..4).map(|element| covered(text, 2, 3, Some(element))).collect();
        assert_eq!(found, ["\"a:1\"", "(f \"b ]\")", "{ url = \"c;${g \"]\"}\"; }", "''d''"]);
    }

    #[test]
    fn an_element_is_found_behind_the_words_of_the_library() {
        let text = "{ peers = lib.mkIf (a == [ 1 ]) (lib.mkBefore [ \"a\" \"b\" ]); }";
        assert_eq!(covered("{ peers = lib.mkIf cond [ \"a\" \"b\" ]; }", 1, 3, Some(1)), "\"b\"");
        assert_eq!(covered(text, 1, 3, Some(1)), "peers", "not told apart from the condition");
    }

    #[test]
    fn a_computed_list_keeps_the_place_of_its_attribute() {
        assert_eq!(covered("{ peers = a ++ [ \"b\" ]; }", 1, 3, Some(0)), "peers");
        assert_eq!(covered("{ peers = [ \"b\" ]; }", 1, 3, Some(7)), "peers");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([\\[\\](){}=\"'$#/*\\\\;a é\n]|\\$\\{){0,60}", line in 0usize..4, column in 0usize..70, element in 0usize..4) {
            covered(&text, line, column, Some(element));
        }
    }
}
