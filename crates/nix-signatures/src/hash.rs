//! SHA-256 hashes as Nix writes them.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::base32::{self, Base32Error};

/// SHA-256 hash.
///
/// It is parsed from each form that Nix knows (`sha256:` and base 32, base64 or lowercase hexadecimal digits, or `sha256-` and
/// base64, which is SRI) and displayed as `sha256:` and base 32.
///
/// ```
/// use confgate_nix_signatures::Sha256Hash;
///
/// let hash: Sha256Hash = "sha256-MyEwKR7frLkJXyCTAYmhACAemt2h4EszAo04ltEu78o=".parse()?;
/// assert_eq!(hash.to_string(), "sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k");
/// # Ok::<(), confgate_nix_signatures::HashError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256Hash([u8; 32]);

/// Reason why a text is not a SHA-256 hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The text starts with neither `sha256:` nor `sha256-`.
    #[error("a hash starts with sha256: or sha256-")]
    Algorithm,
    /// No form has this many characters after the name of the algorithm.
    #[error("a SHA-256 hash has 52 digits in base 32, 44 in base64 or 64 in hexadecimal, not {0}")]
    Length(usize),
    /// The digits are not base 32.
    #[error(transparent)]
    Base32(#[from] Base32Error),
    /// The digits are not base64, or not in the canonical form that an encoder writes.
    #[error("the digits are not base64")]
    Base64,
    /// The digits are not lowercase hexadecimal.
    #[error("the digits are not lowercase hexadecimal")]
    Hexadecimal,
}

impl Sha256Hash {
    /// Hashes bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Wraps the 32 bytes of a hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Formats the hash in base 32, without the name of the algorithm.
    pub fn base32(&self) -> String {
        base32::encode(&self.0)
    }

    /// Formats the hash in lowercase hexadecimal, without the name of the algorithm.
    pub fn hexadecimal(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Formats the hash as Subresource Integrity does: `sha256-` and base64.
    pub fn sri(&self) -> String {
        format!("sha256-{}", STANDARD.encode(self.0))
    }
}

impl fmt::Display for Sha256Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.base32())
    }
}

impl fmt::Debug for Sha256Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Sha256Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let bytes = if let Some(digits) = text.strip_prefix("sha256-") {
            base64(digits)?
        } else {
            let digits = text.strip_prefix("sha256:").ok_or(HashError::Algorithm)?;
            match digits.len() {
                44 => base64(digits)?,
                52 => base32::decode(digits)?,
                64 => hexadecimal(digits)?,
                other => return Err(HashError::Length(other)),
            }
        };
        let length = text.len() - "sha256:".len();
        bytes.try_into().map(Self).map_err(|_| HashError::Length(length))
    }
}

fn base64(digits: &str) -> Result<Vec<u8>, HashError> {
    STANDARD.decode(digits).map_err(|_| HashError::Base64)
}

fn hexadecimal(digits: &str) -> Result<Vec<u8>, HashError> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(HashError::Hexadecimal),
    };
    digits.as_bytes().chunks_exact(2).map(|pair| Ok(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_forms_of_one_hash_are_read_as_the_same() {
        let hash: Sha256Hash = "sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k".parse().unwrap();
        assert_eq!(hash.sri(), "sha256-MyEwKR7frLkJXyCTAYmhACAemt2h4EszAo04ltEu78o=");
        assert_eq!(hash.hexadecimal(), "332130291edfacb9095f20930189a100201e9adda1e04b33028d3896d12eefca");
        for text in [hash.sri(), format!("sha256:{}", hash.hexadecimal()), hash.sri().replace('-', ":")] {
            assert_eq!(text.parse(), Ok(hash), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_hash_is_rejected_with_its_reason() {
        let digits = "0".repeat(52);
        for (text, reason) in [
            (digits.as_str(), "a hash starts with sha256: or sha256-"),
            ("md5:00", "a hash starts with sha256: or sha256-"),
            ("sha256", "a hash starts with sha256: or sha256-"),
            ("sha256:00", "a SHA-256 hash has 52 digits in base 32, 44 in base64 or 64 in hexadecimal, not 2"),
            ("sha256-MyEwKQ==", "a SHA-256 hash has 52 digits in base 32, 44 in base64 or 64 in hexadecimal, not 8"),
            ("sha256-MyEwKR7frLkJXyCTAYmhACAemt2h4EszAo04ltEu78o", "the digits are not base64"),
            // An encoder never sets these bits of the last digit.
            ("sha256-MyEwKR7frLkJXyCTAYmhACAemt2h4EszAo04ltEu78p=", "the digits are not base64"),
            ("sha256:MyEwKR7frLkJXyCTAYmhACAemt2h4EszAo04ltEu78%=", "the digits are not base64"),
            (&format!("sha256:{}", "A".repeat(64)), "the digits are not lowercase hexadecimal"),
            (&format!("sha256:u{}", &digits[1..]), "'u' is not a digit of Nix's base 32"),
            (&format!("sha256:z{}", &digits[1..]), "the first digit of the base 32 is too high"),
        ] {
            assert_eq!(text.parse::<Sha256Hash>().unwrap_err().to_string(), reason, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_hash_survives_each_of_its_forms(bytes: [u8; 32]) {
            let hash = Sha256Hash::from_bytes(bytes);
            prop_assert_eq!(hash.to_string().parse(), Ok(hash));
            prop_assert_eq!(hash.sri().parse(), Ok(hash));
            prop_assert_eq!(format!("sha256:{}", hash.hexadecimal()).parse(), Ok(hash));
        }

        #[test]
        fn any_text_is_a_hash_or_an_error(text in "(sha256[:-])?([0-9a-zA-Z+/=]{42,66}|\\PC*)") {
            if let Ok(hash) = text.parse::<Sha256Hash>() {
                prop_assert_eq!(hash.to_string().parse(), Ok(hash));
            }
        }
    }
}
