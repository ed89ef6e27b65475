//! Source texts and spans in them.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use zeroize::Zeroize;

use crate::value::Format;

/// A text that values were read from, and its name in messages. Cheap to clone; two sources are equal when they are clones
/// of each other.
#[derive(Clone)]
pub struct Source(Arc<SourceText>);

struct SourceText {
    name: String,
    text: String,
    format: Format,
    /// True if the text was decrypted, so that messages must not quote it.
    sealed: bool,
    /// Start of each line, computed by the first query for a position.
    line_starts: OnceLock<Vec<u32>>,
    /// Number of characters before each block of the text, computed by the first query for a position in a long line.
    characters: OnceLock<Vec<u32>>,
}

/// Bytes of a block. Many positions in a text of one line would otherwise take quadratic time.
const BLOCK: usize = 4096;

impl Source {
    /// Creates a source in TOML. `name` is its name in messages: a path as the user gave it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::in_format(Format::Toml, name, text)
    }

    /// Creates a source in a format.
    pub fn in_format(format: Format, name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::from_parts(name.into(), text.into(), format, false)
    }

    /// Creates a source in TOML whose text was decrypted. Messages give lines and columns in it and do not quote it. The text is wiped
    /// from memory when the last clone is dropped.
    pub fn sealed(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::sealed_in_format(Format::Toml, name, text)
    }

    /// Creates a source like [`sealed`](Self::sealed) in a format.
    pub fn sealed_in_format(format: Format, name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::from_parts(name.into(), text.into(), format, true)
    }

    fn from_parts(name: String, text: String, format: Format, sealed: bool) -> Self {
        Self(Arc::new(SourceText {
            name,
            text,
            format,
            sealed,
            line_starts: OnceLock::new(),
            characters: OnceLock::new(),
        }))
    }

    /// Returns the format of the text.
    pub fn format(&self) -> Format {
        self.0.format
    }

    /// Returns whether the text was decrypted.
    pub fn is_sealed(&self) -> bool {
        self.0.sealed
    }

    /// Returns the name in messages.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns the line and column of a byte, both from 1. Columns count characters; a byte order mark has no column, as in
    /// editors.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let byte = byte.min(self.text().len());
        let line = self.line_starts().partition_point(|&start| start as usize <= byte);
        let start = self.line_start(line);
        let before = &self.text().as_bytes()[start..byte];
        let has_mark = line == 1 && before.starts_with("\u{FEFF}".as_bytes());
        let characters = match before.len() {
            0..=BLOCK => count_characters(before),
            _ => self.characters_before(byte) - self.characters_before(start),
        };
        (line, characters - usize::from(has_mark) + 1)
    }

    /// Returns the number of characters before a byte.
    fn characters_before(&self, byte: usize) -> usize {
        let bytes = self.text().as_bytes();
        let blocks = self.0.characters.get_or_init(|| {
            let counts = bytes.chunks(BLOCK).scan(0, |total, block| {
                let before = *total;
                *total += u32::try_from(count_characters(block)).unwrap_or_default();
                Some(before)
            });
            counts.collect()
        });
        let block = byte / BLOCK;
        let before = blocks.get(block).map_or_else(|| count_characters(bytes), |before| *before as usize);
        before + count_characters(bytes.get(block * BLOCK..byte).unwrap_or_default())
    }

    /// Returns the byte where a line starts, counted from 1; the length of the text if it has fewer lines.
    pub fn line_start(&self, line: usize) -> usize {
        self.line_starts().get(line.saturating_sub(1)).map_or(self.text().len(), |&start| start as usize)
    }

    /// Returns a line, counted from 1, without its line ending.
    pub fn line(&self, line: usize) -> &str {
        let text = &self.text()[self.line_start(line)..self.line_start(line + 1)];
        text.trim_end_matches(['\n', '\r'])
    }

    fn line_starts(&self) -> &[u32] {
        self.0.line_starts.get_or_init(|| {
            let ends = self.text().match_indices('\n').map(|(at, _)| Span::from(0..at + 1).end);
            std::iter::once(0).chain(ends).collect()
        })
    }
}

/// Counts characters: the bytes of UTF-8 that do not continue one.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

impl Drop for SourceText {
    fn drop(&mut self) {
        if self.sealed {
            self.text.zeroize();
        }
    }
}

impl fmt::Debug for Source {
    // Leave the text out: it may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Source").field(&self.name()).finish()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A range of bytes in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// Returns the span as a range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        // Files above `Format::max_bytes` are rejected before they are read.
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: byte(range.start), end: byte(range.end) }
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
    fn a_position_in_a_long_line_counts_characters() {
        let text = format!("\u{FEFF}{}\n{}\n", "é".repeat(3 * BLOCK), "x€".repeat(2 * BLOCK));
        let source = Source::new("x", text.clone());
        for at in [0, 3, BLOCK, BLOCK + 1, 3 + 6 * BLOCK, text.len() - 2, text.len() - 1, text.len()] {
            let before = String::from_utf8_lossy(&text.as_bytes()[..at]).replace('\u{FFFD}', "");
            let line = before.matches('\n').count() + 1;
            let in_line = before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{FEFF}');
            let cut = usize::from(!text.is_char_boundary(at));
            assert_eq!(source.position(at), (line, in_line.chars().count() + cut + 1), "{at}");
        }
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
