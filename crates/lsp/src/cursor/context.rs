//! The key or the value that is expected at a position.

use std::ops::Range;

use confgate_core::syntax::Reading;
use confgate_core::value::{Format, Node, Path, Segment, Source, Value};

use crate::cursor::scan::Scan;
use crate::cursor::schema_comment::schema_comment;

/// Text that stands for the unfinished key or value.
const MARKER: &str = "confgate_cursor";

/// The kind of text that can be written at a position.
#[derive(Debug)]
pub(crate) struct Context {
    pub expected: Expected,
    /// The bytes that a completion replaces: the word, or the string with its quotes.
    pub replaced: Range<usize>,
    /// The tree of the text before the position, with the marker.
    pub tree: Node,
}

/// Kind of what can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A key of the table at the path. The flag is true at the start of a statement of TOML.
    Key { table: Path, starts_statement: bool },
    /// The value at the path.
    Value(Path),
    /// The name of a table below the path, in a header of TOML; of a list of tables if the flag is true.
    Header { parent: Path, is_list: bool },
    /// The path of a schema in a comment, of which this is written.
    Schema(String),
}

impl Context {
    /// Returns what can be written at a byte: one kind, or a key and a value where both may follow.
    pub(crate) fn at(format: Format, text: &str, byte: usize) -> Vec<Self> {
        let before = &text[..byte];
        let scan = Scan::of(format, before);
        if let Some(comment) = scan.comment {
            return Self::in_comment(format, before, comment).into_iter().collect();
        }
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let start = scan.string.unwrap_or_else(|| before.trim_end_matches(word).len());
        let rest = &text[byte..];
        let length = match scan.string {
            Some(string) => string_end(rest, &text[string..]),
            None => rest.len() - rest.trim_start_matches(word).len(),
        };
        let probe = Probe { format, text, scan: &scan, replaced: start..byte + length };
        if scan.header.is_some() {
            return probe.header().into_iter().collect();
        }
        let (key, value) = probe.may_follow();
        let key = key.then(|| probe.key()).flatten();
        let value = value.then(|| probe.value()).flatten();
        key.into_iter().chain(value).collect()
    }

    fn in_comment(format: Format, before: &str, comment: usize) -> Option<Self> {
        let written = schema_comment(format, before, comment)?;
        Some(Self {
            expected: Expected::Schema(written.to_owned()),
            replaced: before.len() - written.len()..before.len(),
            tree: Node::generated(Value::Null),
        })
    }
}

/// Returns the length of the rest of a string behind the cursor, with the closing quote if it is on the same line.
fn string_end(rest: &str, from_quote: &str) -> usize {
    let quote = from_quote.chars().next().unwrap_or('"');
    let line = rest.lines().next().unwrap_or_default();
    line.find(quote).map_or(0, |at| at + 1)
}

/// Reading of a text with a marker at the cursor.
struct Probe<'t> {
    format: Format,
    text: &'t str,
    scan: &'t Scan,
    replaced: Range<usize>,
}

impl Probe<'_> {
    fn before(&self) -> &str {
        &self.text[..self.replaced.start]
    }

    /// Returns whether a key may follow here, and whether a value may.
    fn may_follow(&self) -> (bool, bool) {
        let trimmed = self.before().trim_end();
        let last = trimmed.chars().next_back();
        let is_flow = self.format != Format::Toml || !self.scan.open.is_empty();
        match (self.scan.open.last(), last) {
            (Some('{'), Some('{' | ',' | '.')) => (true, false),
            (Some('{'), Some('=' | ':')) => (false, true),
            // The keys of an inline table may stand on lines of their own.
            (Some('['), Some('[' | ',')) => (false, true),
            (Some(_), _) => (false, false),
            (None, _) if self.format == Format::Toml && !is_flow => {
                (!self.scan.has_equals, self.scan.has_equals && last == Some('='))
            }
            (None, _) if self.format == Format::Yaml => {
                let line = self.before().rsplit('\n').next().unwrap_or_default();
                let content = line.trim_start_matches([' ', '-']);
                (content.is_empty(), content.is_empty() || content.trim_end().ends_with(':'))
            }
            (None, _) => (false, false),
        }
    }

    fn key(&self) -> Option<Context> {
        let entry = match self.format {
            Format::Toml => format!("{MARKER} = 0"),
            Format::Json => format!("\"{MARKER}\": 0"),
            Format::Yaml => format!("{MARKER}: 0"),
        };
        let (tree, table) = self.read(&entry, Marked::Key)?;
        let line = self.before().rsplit('\n').next().unwrap_or_default();
        let starts_statement = self.format == Format::Toml && self.scan.open.is_empty() && line.trim().is_empty();
        let expected = Expected::Key { table, starts_statement };
        Some(Context { expected, replaced: self.replaced.clone(), tree })
    }

    fn value(&self) -> Option<Context> {
        let (tree, path) = self.read(&format!("\"{MARKER}\""), Marked::Value)?;
        Some(Context { expected: Expected::Value(path), replaced: self.replaced.clone(), tree })
    }

    fn header(&self) -> Option<Context> {
        let start = self.scan.header?;
        let text = &self.text[start..self.replaced.start];
        let is_list = text.starts_with("[[");
        let names = text.trim_start_matches('[').trim_end_matches('.').trim();
        let parent = if names.is_empty() { Path::root() } else { Path::dotted(names) };
        let source = Source::new("", &self.text[..start]);
        let tree = Reading::of(&source).tree;
        Some(Context { expected: Expected::Header { parent, is_list }, replaced: self.replaced.clone(), tree })
    }

    /// Reads the text before the cursor with an entry or a value there. Returns the tree and the path of the marker.
    fn read(&self, entry: &str, marked: Marked) -> Option<(Node, Path)> {
        let closing = self.scan.open.iter().rev().map(|open| if *open == '[' { ']' } else { '}' });
        let closing: String = closing.collect();
        let tree_of = |text: String| {
            let tree = Reading::of(&Source::in_format(self.format, "", text)).tree;
            find(&tree, marked).map(|path| (tree, path))
        };
        let whole = || tree_of([self.before(), entry, &closing].concat());
        // Several mistakes above the cursor may hide the statement: its section alone says where it is.
        let alone = || {
            let section = self.scan.section.map_or("", |(start, end)| &self.text[start..end]);
            let statement = self.before().get(self.scan.statement..)?;
            tree_of([section, "\n", statement, entry, &closing].concat())
        };
        whole().or_else(|| if self.format == Format::Toml { alone() } else { None })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Marked {
    Key,
    Value,
}

/// Returns the path of the table that has the marker as a key, or that of the value that is the marker.
fn find(node: &Node, marked: Marked) -> Option<Path> {
    let mut path = Path::root();
    search(node, &mut path, marked).then_some(path)
}

fn search(node: &Node, path: &mut Path, marked: Marked) -> bool {
    let mut below = |segment: Segment, child: &Node| {
        path.0.push(segment);
        let is_found = search(child, path, marked);
        if !is_found {
            path.0.pop();
        }
        is_found
    };
    match &node.value {
        Value::Table(table) if marked == Marked::Key && table.contains_key(MARKER) => true,
        // The marker is at the end of the text.
        Value::Table(table) => table.iter().rev().any(|(key, child)| below(Segment::Key(key.clone()), child)),
        Value::List(list) => list.iter().enumerate().rev().any(|(index, child)| below(Segment::Index(index), child)),
        Value::String(text) => marked == Marked::Value && text == MARKER,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns what is expected at the bar, and the bytes that a completion replaces.
    fn expected(format: Format, marked: &str) -> Vec<(String, String)> {
        let at = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let display = |context: Context| {
            let expected = match context.expected {
                Expected::Key { table, .. } => format!("key of {table}"),
                Expected::Value(path) => format!("value of {path}"),
                Expected::Header { parent, is_list } => format!("header below {parent} {is_list}"),
                Expected::Schema(written) => format!("schema {written}"),
            };
            (expected, text[context.replaced].to_owned())
        };
        Context::at(format, &text, at).into_iter().map(display).collect()
    }

    fn one(format: Format, marked: &str, what: &str, replaced: &str) {
        assert_eq!(expected(format, marked), [(what.to_owned(), replaced.to_owned())], "{marked}");
    }

    #[test]
    fn an_unfinished_toml_text_has_a_context() {
        one(Format::Toml, "[network]\nma|x = 1\nport = 2\n", "key of network", "max");
        one(Format::Toml, "[a]\nb = 1\n\n|\n[c]\n", "key of a", "");
        one(Format::Toml, "a.b.|", "key of a.b", "");
        one(Format::Toml, "[[a]]\n[[a]]\nx = { y = 1, z| }", "key of a[1].x", "z");
        one(Format::Toml, "level = \"de|bug\"\nx = 1", "value of level", "\"debug\"");
        one(Format::Toml, "[a]\nlevel = |", "value of a.level", "");
        one(Format::Toml, "a = [\n  1,\n  tr|", "value of a[1]", "tr");
        one(Format::Toml, "[net|", "header below  false", "net");
        one(Format::Toml, "[[a.b|]]", "header below a true", "b");
        one(Format::Toml, "#:schema ./a|", "schema ./a", "./a");
        assert_eq!(expected(Format::Toml, "a = 1 |"), []);
        assert_eq!(expected(Format::Toml, "a = 1 # x|"), []);
        // Mistakes above the cursor.
        one(Format::Toml, "a = = 1\n[b]\nc|", "key of b", "c");
        one(Format::Toml, "a = \nb\nc = 1\n\n[d.e] # x\nf = [\n'g', |", "value of d.e.f[1]", "");
        one(Format::Toml, "a = \nb\ntoken = \"|\"\n", "value of token", "\"\"");
    }

    #[test]
    fn an_unfinished_json_text_has_a_context() {
        one(Format::Json, "{ \"a\": { \"b|\" } }", "key of a", "\"b\"");
        one(Format::Json, "{ \"a\": 1, |", "key of ", "");
        one(Format::Json, "{ \"a\": [1, |", "value of a[1]", "");
        one(Format::Json, "{ \"a\": \"x|\", \"b\": 1 }", "value of a", "\"x\"");
        assert_eq!(expected(Format::Json, "{ \"a\" | }"), []);
    }

    #[test]
    fn an_unfinished_yaml_text_has_a_context() {
        one(Format::Yaml, "a:\n  b: x|\n", "value of a.b", "x");
        one(Format::Yaml, "a: {b: 1, |", "key of a", "");
        let both = expected(Format::Yaml, "a:\n  b: 1\n  c|\n");
        assert_eq!(both[0], ("key of a".to_owned(), "c".to_owned()));
        let element = expected(Format::Yaml, "a:\n  - b|\n");
        let names: Vec<&str> = element.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["key of a[0]", "value of a[0]"]);
        one(Format::Yaml, "# yaml-language-server: $schema=a|\n", "schema a", "a");
    }

    proptest! {
        #[test]
        fn every_position_of_any_text_has_an_answer(text in "([a-c]|é|\n|[\\[\\]{}=:\"'., #-]){0,40}", at in 0..60_usize) {
            let mut at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            for format in Format::ALL {
                for context in Context::at(format, &text, at) {
                    prop_assert!(text.get(context.replaced.clone()).is_some());
                    prop_assert!(context.replaced.start <= at && at <= context.replaced.end);
                }
            }
        }
    }
}
