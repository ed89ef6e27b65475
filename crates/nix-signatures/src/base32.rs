//! Base 32 as Nix writes it: the digits of one number, the last byte first.

/// Digits and lowercase letters without e, o, t and u, so that no hash spells a word.
const ALPHABET: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";

/// Reason why a text is not base 32.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Base32Error {
    /// A character is not one of the 32 digits.
    #[error("{0:?} is not a digit of Nix's base 32")]
    Character(char),
    /// No whole number of bytes has this many digits.
    #[error("{0} digits of base 32 do not encode whole bytes")]
    Length(usize),
    /// The first digit stands for bits beyond the last byte.
    #[error("the first digit of the base 32 is too high")]
    Excess,
}

/// Encodes bytes.
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
    (0..digit_count(bytes.len())).rev().map(digit).collect()
}

/// Decodes a text.
///
/// # Errors
///
/// A character is not a digit, or the digits do not encode whole bytes.
pub fn decode(text: &str) -> Result<Vec<u8>, Base32Error> {
    let length = text.chars().count();
    let mut bytes = vec![0; length * 5 / 8];
    if digit_count(bytes.len()) != length {
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

/// Returns the number of digits that encode `bytes` bytes.
const fn digit_count(bytes: usize) -> usize {
    (bytes * 8).div_ceil(5)
}

fn value(digit: char) -> Option<u8> {
    ALPHABET.iter().position(|known| char::from(*known) == digit).and_then(|index| u8::try_from(index).ok())
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
    fn a_text_that_is_not_base_32_is_rejected_with_its_reason() {
        for (text, reason) in [
            ("e0", "'e' is not a digit of Nix's base 32"),
            ("0A", "'A' is not a digit of Nix's base 32"),
            ("0é", "'é' is not a digit of Nix's base 32"),
            ("000", "3 digits of base 32 do not encode whole bytes"),
            ("0", "1 digits of base 32 do not encode whole bytes"),
            ("z0", "the first digit of the base 32 is too high"),
        ] {
            assert_eq!(decode(text).unwrap_err().to_string(), reason, "{text}");
        }
    }

    proptest! {
        #[test]
        fn bytes_survive_a_round_trip(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn a_decoded_text_is_the_only_encoding_of_its_bytes(text in "[0-9a-z]{0,60}|\\PC*") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
