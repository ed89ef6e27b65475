//! The unit in which the client counts characters.

use lsp_types::{InitializeParams, PositionEncodingKind};

/// Unit of a position in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Encoding {
    Utf8,
    /// The unit of clients that offer no other.
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    /// Chooses the unit: bytes if the client offers them, since spans count bytes.
    pub(crate) fn negotiated(params: &InitializeParams) -> Self {
        let general = params.capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
        match () {
            () if offered.contains(&PositionEncodingKind::UTF8) => Self::Utf8,
            () if offered.contains(&PositionEncodingKind::UTF16) || offered.is_empty() => Self::Utf16,
            () if offered.contains(&PositionEncodingKind::UTF32) => Self::Utf32,
            () => Self::Utf16,
        }
    }

    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// Returns the length of a character.
    fn length_of(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// Returns the length of a text.
    pub(crate) fn length(self, text: &str) -> u32 {
        let length = match self {
            Self::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            _ => text.chars().map(|character| self.length_of(character)).sum(),
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// Returns the byte at a position in a line. A position behind the end is the end, and one inside a character its start.
    pub(crate) fn byte(self, line: &str, position: u32) -> usize {
        let mut rest = position as usize;
        for (byte, character) in line.char_indices() {
            let length = self.length_of(character);
            if rest < length {
                return byte;
            }
            rest -= length;
        }
        line.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_in_the_unit_of_the_client() {
        let line = "aé😀b";
        for (encoding, end, of_b) in [(Encoding::Utf8, 8, 7), (Encoding::Utf16, 5, 4), (Encoding::Utf32, 4, 3)] {
            assert_eq!(encoding.length(line), end);
            assert_eq!(&line[encoding.byte(line, of_b)..], "b");
            assert_eq!(encoding.byte(line, 1000), line.len());
        }
        // Inside the pair of surrogates.
        assert_eq!(&line[Encoding::Utf16.byte(line, 3)..], "😀b");
    }
}
