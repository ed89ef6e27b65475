//! Base 32 as Nix writes it: the digits of one big number, its last byte first.

use std::fmt;

/// Digits and small letters without e, o, t and u, so that no hash spells a word.
const ALPHABET: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";

/// Why a text is no base 32 of Nix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base32Error {
    /// A character that is none of the 32.
    Character(
        /// The character.
        char,
    ),
    /// No number of bytes has this many digits, or not with these.
    Length(
        /// How many digits there are.
        usize,
    ),
    /// The first digit stands for bits beyond the last byte.
    Excess,
}

impl fmt::Display for Base32Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(found) => write!(f, "{found:?} is no digit of Nix's base 32"),
            Self::Length(found) => write!(f, "base 32 of whole bytes never has {found} digits"),
            Self::Excess => f.write_str("the first digit of the base 32 is too high"),
        }
    }
}

impl std::error::Error for Base32Error {}

/// Writes bytes in base 32.
///
/// ```
/// assert_eq!(confgate_nix_signatures::base32::encode(b"\x1f\x00"), "000z");
/// ```
pub fn encode(bytes: &[u8]) -> String {
    let digit = |n: usize| {
        let (byte, bit) = (n * 5 / 8, n * 5 % 8);
        let above = bytes.get(byte + 1).copied().unwrap_or(0);
        let both = u16::from_le_bytes([bytes[byte], above]);
        char::from(ALPHABET[usize::from(both >> bit & 0x1f)])
    };
    (0..digits(bytes.len())).rev().map(digit).collect()
}

/// Reads base 32.
///
/// # Errors
///
/// A character is no digit, or the digits are not those of whole bytes.
pub fn decode(text: &str) -> Result<Vec<u8>, Base32Error> {
    let length = text.chars().count();
    let mut bytes = vec![0; length * 5 / 8];
    if digits(bytes.len()) != length {
        return Err(Base32Error::Length(length));
    }
    for (n, character) in text.chars().rev().enumerate() {
        let value = value(character).ok_or(Base32Error::Character(character))?;
        let (byte, bit) = (n * 5 / 8, n * 5 % 8);
        let [low, high] = (u16::from(value) << bit).to_le_bytes();
        bytes[byte] |= low;
        match bytes.get_mut(byte + 1) {
            Some(next) => *next |= high,
            None if high != 0 => return Err(Base32Error::Excess),
            None => {}
        }
    }
    Ok(bytes)
}

/// How many digits so many bytes have.
const fn digits(bytes: usize) -> usize {
    (bytes * 8).div_ceil(5)
}

fn value(digit: char) -> Option<u8> {
    ALPHABET.iter().position(|known| char::from(*known) == digit).and_then(|at| u8::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_hash_of_a_tree_is_written_as_nix_hash_writes_it() {
        let bytes: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| &"332130291edfacb9095f20930189a100201e9adda1e04b33028d3896d12eefca"[at..at + 2])
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect();
        let text = "1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k";
        assert_eq!(encode(&bytes), text);
        assert_eq!(decode(text), Ok(bytes));
    }

    #[test]
    fn what_is_no_base_32_is_refused_with_its_reason() {
        for (text, reason) in [
            ("e0", "'e' is no digit of Nix's base 32"),
            ("0A", "'A' is no digit of Nix's base 32"),
            ("0é", "'é' is no digit of Nix's base 32"),
            ("000", "base 32 of whole bytes never has 3 digits"),
            ("0", "base 32 of whole bytes never has 1 digits"),
            ("z0", "the first digit of the base 32 is too high"),
        ] {
            assert_eq!(decode(text).unwrap_err().to_string(), reason, "{text}");
        }
    }

    proptest! {
        #[test]
        fn bytes_survive(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn a_text_that_is_read_is_the_only_one_for_its_bytes(text in "[0-9a-z]{0,60}|\\PC*") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
