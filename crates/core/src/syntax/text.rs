//! A text with syntax errors, and lookups around a place in it.

use std::cell::OnceCell;

use crate::diagnostics::{Diagnostic, Suggestion, codes};
use crate::toml;
use crate::value::{Location, Node, Origin, Path, Segment, Source, Span, Value};

/// A text and the tree that the parser recovered from it.
pub(super) struct Text<'t> {
    pub(super) source: &'t Source,
    pub(super) tree: &'t Node,
    /// The ranges of the values, sorted once: a text may have as many mistakes as values.
    spans: OnceCell<Spans>,
}

/// The ranges of the values in a text, sorted by their start.
#[derive(Default)]
struct Spans {
    /// The ranges of scalars, which are disjoint.
    leaves: Vec<Span>,
    /// The ranges of lists and inline tables, each with the greatest end of those up to it.
    brackets: Vec<(Span, u32)>,
}

impl<'t> Text<'t> {
    pub(super) fn new(source: &'t Source, tree: &'t Node) -> Self {
        Self { source, tree, spans: OnceCell::new() }
    }

    fn spans(&self) -> &Spans {
        self.spans.get_or_init(|| {
            let mut spans = Spans::default();
            for_each(self.tree, &mut |node, value| {
                let opens = match node.value {
                    Value::List(_) => '[',
                    Value::Table(_) => '{',
                    _ => return spans.leaves.push(value),
                };
                let literal = self.source.text().get(value.range()).unwrap_or_default();
                if literal.starts_with(opens) {
                    spans.brackets.push((value, 0));
                }
            });
            spans.leaves.sort_unstable();
            spans.brackets.sort_unstable();
            let mut greatest = 0;
            for (span, end) in &mut spans.brackets {
                greatest = greatest.max(span.end);
                *end = greatest;
            }
            spans
        })
    }

    /// Creates a diagnostic for the text at `span`.
    pub(super) fn diagnostic(&self, message: &str, span: Span) -> Diagnostic {
        let place = Location::in_text(self.source, span);
        Diagnostic::error(&codes::TOML_SYNTAX, Path::root(), format!("not TOML: {message}")).at([place], "")
    }

    /// Adds the text that belongs at `span`.
    pub(super) fn suggest(&self, mut diagnostic: Diagnostic, span: Span, replacement: &str) -> Diagnostic {
        let place = Some(Location::in_text(self.source, span));
        diagnostic.suggestions.push(Suggestion { replacement: replacement.to_owned(), place, path: None });
        diagnostic
    }

    /// Finds the `=` at the end of the nearest line above `at` that has more than a comment.
    pub(super) fn equals_above(&self, at: usize) -> Option<usize> {
        let line = self.source.position(at).0;
        let mut above = (1..line).rev().map(|line| (self.source.line_start(line), self.source.line(line)));
        let (start, content) = above.find_map(|(start, text)| {
            let content = text.split(" #").next().unwrap_or(text).trim_end();
            (!content.trim_start().starts_with('#') && !content.trim().is_empty()).then_some((start, content))
        })?;
        content.ends_with('=').then(|| start + content.len() - 1)
    }

    /// Tells whether the place `at` is in a list or an inline table.
    pub(super) fn is_in_brackets(&self, at: usize) -> bool {
        let brackets = &self.spans().brackets;
        let before = brackets.partition_point(|(span, _)| span.range().start < at);
        before > 0 && brackets[before - 1].1 as usize >= at
    }

    /// Finds the first definition of the key that is defined again at `span`.
    pub(super) fn first_definition(&self, span: Span) -> Option<Location> {
        // Parse the text with the duplicate renamed: the tree then has it at its path.
        const NAME: &str = "confgate-defined-again";
        // Leave out the rest of the text, where a third definition would take the place of the first.
        let text = self.source.text();
        let renamed = format!("{}{NAME}{}", &text[..span.start as usize], self.rest(span.end as usize));
        let (tree, _) = toml::read(&Source::new("", renamed));
        let mut path = path_of_key(&tree, NAME)?;
        let (key, _) = toml::read(&Source::new("", format!("{} = 0", &text[span.range()])));
        *path.last_mut()? = Segment::Key(key.as_table()?.keys().next()?.clone());
        match tree.get(&path)?.origin {
            Origin::Text { key, .. } if key.start < span.start => Some(Location::in_text(self.source, key)),
            _ => None,
        }
    }

    /// Guesses the language of a text that is not TOML.
    pub(super) fn other_language(&self) -> Option<&'static str> {
        let text = self.source.text();
        if text.trim_start().starts_with('{') {
            return Some("JSON");
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (mut yaml_lines, mut all_lines) = (0, 0);
        for line in lines {
            all_lines += 1;
            let key = line.split_once(':').map(|(key, rest)| (key, rest.is_empty() || rest.starts_with(' ')));
            let has_key = key.is_some_and(|(key, ends)| ends && !key.contains(['=', '"', '\'']));
            yaml_lines += usize::from(has_key || line.starts_with("- ") || line == "---");
        }
        (yaml_lines > 1 && yaml_lines * 2 > all_lines).then_some("YAML")
    }

    /// Returns the start of the line of `at`.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.source.line_start(self.source.position(at).0)
    }

    /// Returns the part of the line before `at`.
    pub(super) fn line_before(&self, at: usize) -> &str {
        &self.source.text()[self.line_start(at)..at]
    }

    /// Returns the part of the line from `at` on.
    pub(super) fn rest(&self, at: usize) -> &str {
        let text = &self.source.text()[at..];
        text.split(['\n', '\r']).next().unwrap_or(text)
    }

    /// Returns the range to point at. For an empty span it is the word at that place, or the last character before it.
    pub(super) fn token(&self, span: Span) -> Span {
        if span.start < span.end {
            return span;
        }
        let at = span.start as usize;
        let word = |text: &str| text.find([' ', '\t', ',']).unwrap_or(text.len());
        match word(self.rest(at)) {
            0 => {
                let end = self.line_start(at) + self.line_before(at).trim_end().len();
                let last = self.source.text()[..end].chars().next_back().map_or(0, char::len_utf8);
                Span::from(end - last..end)
            }
            length => Span::from(at..at + length),
        }
    }

    /// Returns the range of the value at `at` that is not a list or a table.
    pub(super) fn leaf(&self, at: usize) -> Option<Span> {
        let leaves = &self.spans().leaves;
        let before = leaves.partition_point(|span| span.range().start <= at);
        leaves[..before].last().copied().filter(|span| at <= span.range().end)
    }
}

/// Visits every node that has a place in the text, with the range of its value.
pub(super) fn for_each<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Node, Span)) {
    if let Origin::Text { value, .. } = node.origin {
        visit(node, value);
    }
    match &node.value {
        Value::Table(table) => table.values().for_each(|child| for_each(child, visit)),
        Value::List(elements) => elements.iter().for_each(|child| for_each(child, visit)),
        _ => {}
    }
}

/// Finds the path of the first key with this name.
fn path_of_key(node: &Node, key: &str) -> Option<Vec<Segment>> {
    let under = |segment: Segment, child: &Node| {
        let mut path = path_of_key(child, key)?;
        path.insert(0, segment);
        Some(path)
    };
    match &node.value {
        Value::Table(table) if table.contains_key(key) => Some(vec![Segment::Key(key.into())]),
        Value::Table(table) => table.iter().find_map(|(name, child)| under(Segment::Key(name.clone()), child)),
        Value::List(elements) => {
            elements.iter().enumerate().find_map(|(index, child)| under(Segment::Index(index), child))
        }
        _ => None,
    }
}
