//! Where values are written.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::parallel;
use crate::value::{Path, nix_span};

/// A text that values were read from. Cheap to clone.
#[derive(Clone)]
pub struct Source(Arc<Text>);

struct Text {
    name: String,
    text: String,
    /// Whether nobody may see the text.
    sealed: bool,
    /// Where each line begins, made at the first question for a position.
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// `name` is how messages call it: a path as the user gave it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::of(name.into(), text.into(), false)
    }

    /// A text that was sealed: places in it have lines and columns, and nobody is shown what stands there. It is wiped from
    /// memory when the last clone goes.
    pub fn sealed(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::of(name.into(), text.into(), true)
    }

    fn of(name: String, text: String, sealed: bool) -> Self {
        Self(Arc::new(Text { name, text, sealed, lines: OnceLock::new() }))
    }

    /// Whether the text was sealed.
    pub fn is_sealed(&self) -> bool {
        self.0.sealed
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The line and column, both from 1, of a byte; columns count characters. A byte order mark is none, as in editors.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let byte = byte.min(self.text().len());
        let line = self.lines().partition_point(|&start| start as usize <= byte);
        let before = &self.text().as_bytes()[self.line_start(line)..byte];
        let before = before.strip_prefix("\u{FEFF}".as_bytes()).filter(|_| line == 1).unwrap_or(before);
        // Bytes that go on a character do not count.
        (line, before.iter().filter(|&&b| b & 0xC0 != 0x80).count() + 1)
    }

    /// The byte where a line begins, counted from 1; the end of the text when it has fewer lines.
    pub fn line_start(&self, line: usize) -> usize {
        self.lines().get(line.saturating_sub(1)).map_or(self.text().len(), |&start| start as usize)
    }

    /// A line, counted from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        let text = &self.text()[self.line_start(line)..self.line_start(line + 1)];
        text.trim_end_matches(['\n', '\r'])
    }

    fn lines(&self) -> &[u32] {
        self.0.lines.get_or_init(|| {
            let ends = self.text().match_indices('\n').map(|(at, _)| Span::from(0..at + 1).end);
            std::iter::once(0).chain(ends).collect()
        })
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        if self.sealed {
            self.text.zeroize();
        }
    }
}

impl std::fmt::Debug for Source {
    // Not the text: there may be secrets in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Source").field(&self.name()).finish()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A run of bytes of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The run as a range.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        // Larger files are refused before they are read.
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: byte(range.start), end: byte(range.end) }
    }
}

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: it is a default, or a program made it.
    Unwritten,
    /// In the text that its tree was read from.
    Text {
        /// The key; for list elements and the root, the value.
        key: Span,
        /// The value.
        value: Span,
    },
    /// In Nix modules.
    Nix(Arc<[Definition]>),
    /// In another layer than the one of the text: a file beside it, an environment variable, an override.
    Layer {
        /// Which of the layers' sources.
        source: u16,
        /// The key; empty where it is no text that people could look into.
        key: Span,
        /// The value.
        value: Span,
    },
}

/// One place in a Nix file that defines a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Definition {
    /// The file, relative to the root of the sources.
    pub file: String,
    /// From 1; 0 where Nix does not know.
    pub line: usize,
    /// From 1; 0 where Nix does not know.
    pub column: usize,
    /// Which element of the list that stands there, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<usize>,
}

/// A place that a message can point at.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The file.
    pub source: Source,
    /// The bytes to point at; empty where the text of the file is not at hand.
    pub span: Span,
    /// The line and column, from 1.
    pub position: (usize, usize),
}

impl Place {
    /// A run of bytes of a text at hand.
    pub fn in_text(source: &Source, span: Span) -> Self {
        Self { source: source.clone(), span, position: source.position(span.range().start) }
    }

    /// The line and column, from 1, where it ends.
    pub fn end(&self) -> (usize, usize) {
        if self.span.start == self.span.end { self.position } else { self.source.position(self.span.range().end) }
    }
}

/// The texts that the origins of a tree point into.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The text that the tree itself was read from.
    pub text: Option<Source>,
    /// The Nix files that define its values, by name.
    pub nix: HashMap<String, Source>,
    /// What other layers were read from, in the order of the layers. A source without a text stands for itself: the name of
    /// an environment variable.
    pub layers: Vec<Source>,
    /// The values with a secret in them, and how they were written before it was put there. That is what messages show.
    pub resolved: HashMap<Path, String>,
}

impl Sources {
    /// The text that a tree was read from, and no other.
    pub fn of(source: &Source) -> Self {
        Self { text: Some(source.clone()), ..Self::default() }
    }

    /// Whether the text is so long that work on its tree is worth threads.
    pub fn are_large(&self) -> bool {
        self.text.as_ref().is_some_and(|source| source.text().len() >= parallel::LARGE)
    }

    /// Every place that an origin names, in its order.
    pub fn places(&self, origin: &Origin) -> Vec<Place> {
        match origin {
            Origin::Unwritten => Vec::new(),
            Origin::Text { key, .. } => self.text.iter().map(|source| Place::in_text(source, *key)).collect(),
            Origin::Layer { source, key, .. } => self.layer(*source).map(|source| in_layer(source, *key)).collect(),
            Origin::Nix(definitions) => definitions.iter().map(|definition| self.definition(definition)).collect(),
        }
    }

    /// Where the value itself stands, for one that was read from a text.
    pub fn value(&self, origin: &Origin) -> Option<Place> {
        match origin {
            Origin::Text { value, .. } => self.text.as_ref().map(|source| Place::in_text(source, *value)),
            Origin::Layer { source, value, .. } => self.layer(*source).next().map(|source| in_layer(source, *value)),
            Origin::Unwritten | Origin::Nix(_) => None,
        }
    }

    fn layer(&self, source: u16) -> impl Iterator<Item = &Source> {
        self.layers.get(usize::from(source)).into_iter()
    }

    /// The place of one definition in a Nix file.
    pub fn definition(&self, definition: &Definition) -> Place {
        let position = (definition.line, definition.column);
        match self.nix.get(&definition.file) {
            Some(source) if definition.line > 0 => nix_span::place(source, definition),
            Some(source) => Place { source: source.clone(), span: Span::default(), position },
            None => Place { source: Source::new(definition.file.clone(), ""), span: Span::default(), position },
        }
    }
}

/// A place in the source of a layer; one without a text has no lines.
fn in_layer(source: &Source, span: Span) -> Place {
    match source.text() {
        "" => Place { source: source.clone(), span: Span::default(), position: (0, 0) },
        _ => Place::in_text(source, span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let source = Source::new("a.toml", "\u{FEFF}a = 1\n\u{FEFF}b\n");
        assert_eq!([0, 3, 7].map(|byte| source.position(byte)), [(1, 1), (1, 1), (1, 5)]);
        assert_eq!(source.position(12), (2, 2));
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let source = Source::new("x", "a\nü = 1\n");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(source.text().find('=').unwrap()), (2, 3));
        assert_eq!(source.position(99), (3, 1));
        assert_eq!(source.line_start(2), 2);
        assert_eq!(source.line_start(9), source.text().len());
    }
}
