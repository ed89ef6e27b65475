//! The nesting of a text that may have mistakes, found without building a tree.
//!
//! The parser limits brackets and the parts of one key, each alone. Dotted keys in inline tables multiply the two, and the parser would build,
//! convert and drop a tree that takes more stack than a thread has.

use toml_parser::decoder::Encoding;
use toml_parser::lexer::Token;
use toml_parser::parser::{EventReceiver, parse_document};
use toml_parser::{ErrorSink, Source, Span as Bytes};

use crate::toml::reader::MAX_DEPTH;
use crate::value::Span;

/// Limit of the levels of a text that is given to the parser. A text between the limits is read, and its deepest values are reported.
const MAX_PARSED: usize = 2 * MAX_DEPTH;

/// The places where a text is too deep for the parser.
#[derive(Default)]
pub(super) struct Levels {
    /// The first place beyond the limit of all levels.
    pub(super) beyond: Option<Span>,
    /// The first part of a key beyond the limit of its parts.
    pub(super) long_key: Option<Span>,
    /// The levels of the last header.
    header: usize,
    /// The parts of keys whose values are not complete.
    keys: usize,
    lists: usize,
    /// The open brackets, outermost first: whether each is a list, and `keys` at its start.
    open: Vec<(bool, usize)>,
}

impl Levels {
    /// Finds the levels of a text.
    pub(super) fn of(text: &str) -> Self {
        let tokens: Vec<Token> = Source::new(text).lex().collect();
        let mut levels = Self::default();
        parse_document(&tokens, &mut levels, &mut ());
        levels
    }

    fn begin_statement(&mut self) {
        (self.keys, self.lists) = (0, 0);
        self.open.clear();
    }

    fn first_key(&self) -> usize {
        self.open.last().map_or(0, |(_, keys)| *keys)
    }

    /// Ends the value of the innermost key.
    fn end_value(&mut self) {
        self.keys = self.first_key();
    }

    fn find(&mut self, place: Bytes) {
        if self.beyond.is_none() && self.header + self.keys + self.lists > MAX_PARSED {
            self.beyond = Some(span(place));
        }
    }

    fn open(&mut self, is_list: bool, place: Bytes) -> bool {
        self.lists += usize::from(is_list);
        self.open.push((is_list, self.keys));
        self.find(place);
        // The parser reports brackets beyond its limit, and looks at nothing in them.
        self.beyond.is_none() && self.open.len() <= MAX_DEPTH
    }

    fn close(&mut self) {
        if let Some((is_list, _)) = self.open.pop() {
            self.lists -= usize::from(is_list);
        }
        self.end_value();
    }
}

fn span(bytes: Bytes) -> Span {
    Span::from(bytes.start()..bytes.end())
}

impl EventReceiver for Levels {
    fn std_table_open(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.begin_statement();
        self.header = 0;
    }

    fn std_table_close(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.header = self.keys;
        self.begin_statement();
    }

    fn array_table_open(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.begin_statement();
        self.header = 0;
    }

    fn array_table_close(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.header = self.keys + 1;
        self.begin_statement();
    }

    fn inline_table_open(&mut self, place: Bytes, _: &mut dyn ErrorSink) -> bool {
        self.open(false, place)
    }

    fn inline_table_close(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.close();
    }

    fn array_open(&mut self, place: Bytes, _: &mut dyn ErrorSink) -> bool {
        self.open(true, place)
    }

    fn array_close(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.close();
    }

    fn simple_key(&mut self, place: Bytes, _: Option<Encoding>, _: &mut dyn ErrorSink) {
        self.keys += 1;
        if self.long_key.is_none() && self.keys - self.first_key() > MAX_DEPTH {
            self.long_key = Some(span(place));
        }
        self.find(place);
    }

    fn scalar(&mut self, _: Bytes, _: Option<Encoding>, _: &mut dyn ErrorSink) {
        self.end_value();
    }

    fn value_sep(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.end_value();
    }

    fn newline(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        // A key without a value ends with its line.
        if self.open.is_empty() {
            self.keys = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml::Mistake;
    use crate::toml::reader::{chunks, recovery};

    fn repeated(part: &str, count: usize) -> String {
        vec![part; count].join(".")
    }

    /// Returns the text at the place of the error, after asserting that the paths agree.
    fn too_deep(text: &str) -> Option<&str> {
        let (_, errors) = recovery::read(text);
        assert_eq!(chunks::read(text).is_ok(), errors.is_empty(), "{text}");
        let first = errors.first()?;
        assert_eq!(first.mistake, Mistake::TooDeep, "{errors:?}");
        Some(&text[first.span.range()])
    }

    #[test]
    fn headers_dotted_keys_and_brackets_count_together() {
        let at_limit = [
            format!("[{}]\nb = 1\n", repeated("a", 80)),
            format!("[{}]\n{} = 1\n", repeated("a", 40), repeated("b", 41)),
            format!("[{}]\nb = [[[1]]]\n", repeated("a", 77)),
            format!("[[a]]\n[a.{}]\nb = 1\n", repeated("b", 78)),
            format!("[[{}]]\nb = 1\n", repeated("a", 79)),
            format!("[x]\na = {{ {} = [{{ c = 1 }}] }}\n", repeated("b", 76)),
        ];
        for text in &at_limit {
            assert_eq!(too_deep(text), None);
        }
        for (text, place) in [
            (format!("[{}]\nb.c = 1\n", repeated("a", 80)), "c"),
            (format!("[{}]\nb = 1\n[{}]\nb = {{ d.e.f = 1 }}\n", repeated("a", 80), repeated("c", 78)), "f"),
            (format!("[{}]\nb = [[[[1]]]]\n", repeated("a", 77)), "1"),
            (format!("[[a]]\n[a.{}]\nb = 1\n", repeated("b", 79)), "b"),
            (format!("x = 1\n[{}]\n", repeated("a", 80) + ".last"), "last"),
            (format!("x = 1\n{}.last = 1\n", repeated("a", 80)), "last"),
        ] {
            assert_eq!(too_deep(&text), Some(place), "{text}");
        }
    }

    #[test]
    fn dotted_keys_in_brackets_do_not_multiply() {
        let key = repeated("b", 80);
        for (open, close) in [("{", "}"), ("[{", "}]")] {
            let nested = (0..79).fold("1".to_owned(), |inner, _| format!("{open}{key}={inner}{close}"));
            assert_eq!(too_deep(&format!("a = {nested}\n")), Some("b"));
            assert_eq!(too_deep(&format!("x = \na = {nested}\n")), Some("b"));
        }
    }

    #[test]
    fn keys_without_values_do_not_add_up() {
        for line in ["a b\n", "a.b\n", "a = { b, c d, e }\n", "a = [\n"] {
            assert!(Levels::of(&line.repeat(1_000)).beyond.is_none(), "{line}");
        }
    }
}
