//! Names of immutable values.

use std::fmt;
use std::str::FromStr;

use confgate_nix_signatures::Sha256Hash;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Number of digits of a digest in the base 32 of Nix.
const DIGITS: usize = 52;

/// SHA-256 of an immutable value, in the base 32 of Nix: the name of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(Sha256Hash);

/// A text that is not a digest.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a digest: expected 52 digits of Nix's base 32")]
pub struct InvalidDigest;

impl Digest {
    /// Returns the digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256Hash::of(bytes))
    }

    /// Returns the hash.
    pub const fn hash(&self) -> Sha256Hash {
        self.0
    }

    /// Returns the first digits, for messages.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl PartialOrd for Digest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Digest {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.as_bytes().cmp(other.0.as_bytes())
    }
}

impl From<Sha256Hash> for Digest {
    fn from(hash: Sha256Hash) -> Self {
        Self(hash)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.base32())
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        // A hash has other forms too, of other lengths. A value has one name.
        if text.len() != DIGITS {
            return Err(InvalidDigest);
        }
        format!("sha256:{text}").parse().map(Self).map_err(|_| InvalidDigest)
    }
}

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, InvalidDigest> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_has_one_name() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string(), "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        for other in [digest.hash().hexadecimal(), digest.hash().sri(), digest.hash().to_string(), "e".repeat(52)] {
            assert_eq!(other.parse::<Digest>(), Err(InvalidDigest), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_the_one_name_of_a_digest_or_an_error(text in "\\PC{0,60}|[0-9a-z]{52}") {
            if let Ok(digest) = text.parse::<Digest>() {
                prop_assert_eq!(digest.to_string(), text);
            }
        }
    }
}
