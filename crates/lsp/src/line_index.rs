//! The lines of a text, and conversions between bytes and positions.

use std::ops::Range;

use lsp_types::Position;

use crate::encoding::Encoding;

/// Starts of the lines of a text.
#[derive(Debug, Default)]
pub(crate) struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub(crate) fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
        Self { starts: std::iter::once(0).chain(starts).collect() }
    }

    /// Returns the bytes of a line, without its end.
    fn line(&self, text: &str, line: usize) -> Range<usize> {
        let start = self.starts.get(line).map_or(text.len(), |start| *start as usize);
        let end = self.starts.get(line + 1).map_or(text.len(), |start| *start as usize);
        let content = text[start..end].trim_end_matches(['\n', '\r']).len();
        start..start + content
    }

    /// Returns the byte of a position. A position outside of the text is its nearest end.
    pub(crate) fn byte(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return text.len();
        }
        let range = self.line(text, line);
        range.start + encoding.byte(&text[range.clone()], position.character)
    }

    /// Returns the position of a byte.
    pub(crate) fn position(&self, text: &str, byte: usize, encoding: Encoding) -> Position {
        let mut byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= byte) - 1;
        let range = self.line(text, line);
        let character = encoding.length(&text[range.start..byte.min(range.end).max(range.start)]);
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), character }
    }

    /// Returns the range of bytes.
    pub(crate) fn range(&self, text: &str, bytes: Range<usize>, encoding: Encoding) -> lsp_types::Range {
        let position = |byte| self.position(text, byte, encoding);
        lsp_types::Range { start: position(bytes.start), end: position(bytes.end.max(bytes.start)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_byte_and_its_position_are_the_same_place(text in "[a-cé😀\n]{0,40}", at in 0..200_usize) {
            let index = LineIndex::of(&text);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let position = index.position(&text, at, encoding);
                let byte = index.byte(&text, position, encoding);
                prop_assert!(byte <= at && text.is_char_boundary(byte));
                prop_assert_eq!(index.position(&text, byte, encoding), position);
                if at <= text.len() && text.is_char_boundary(at) {
                    prop_assert_eq!(byte, at);
                }
            }
        }

        #[test]
        fn any_position_is_in_the_text(text in "(a|é|\r\n|\n){0,20}", line in 0..40_u32, character in 0..40_u32) {
            let index = LineIndex::of(&text);
            let byte = index.byte(&text, Position { line, character }, Encoding::Utf16);
            prop_assert!(text.is_char_boundary(byte));
        }
    }
}
