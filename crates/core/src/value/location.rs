//! Locations that a message points at.

use crate::value::{Source, Span};

/// A location in a source that a message points at.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    /// The file.
    pub source: Source,
    /// The bytes to point at; empty where the text of the file is not available.
    pub span: Span,
    /// The line and column, from 1.
    pub position: (usize, usize),
}

impl Location {
    /// Creates the location of a span whose text is available.
    pub fn in_text(source: &Source, span: Span) -> Self {
        Self { source: source.clone(), span, position: source.position(span.range().start) }
    }

    /// Returns the text at the location; empty where the text of the file is not available.
    pub fn text(&self) -> &str {
        self.source.text().get(self.span.range()).unwrap_or_default()
    }

    /// Returns the line and column of the end, from 1.
    pub fn end(&self) -> (usize, usize) {
        if self.span.start == self.span.end { self.position } else { self.source.position(self.span.range().end) }
    }
}
