//! A head with a signature: a line of the file of signed heads.

use std::fmt;
use std::str::FromStr;

use crate::audit::{Digest, Head};

/// A head of a trail, and a signature of it.
///
/// ```
/// use confgate_runtime::audit::{Digest, Head, SignedHead};
///
/// let head = Head { sequence: 7, hash: Digest::of(b"a line\n") };
/// let signed = SignedHead { head, signature: "node-1:c2lnbmF0dXJl".to_owned() };
/// assert_eq!(signed.to_string().parse(), Ok(signed));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    /// Number and hash of the line that was the last one.
    pub head: Head,
    /// The signature of [`message`](Self::message), in one word.
    pub signature: String,
}

/// Error of a line that is not a signed head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a signed head: a number, a hash and a signature are expected")]
pub struct InvalidSignedHead;

impl SignedHead {
    /// Returns the text that is signed for a head.
    pub fn message(head: Head) -> String {
        format!("confgate audit head {} {}", head.sequence, head.hash)
    }
}

impl fmt::Display for SignedHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.head.sequence, self.head.hash, self.signature)
    }
}

impl FromStr for SignedHead {
    type Err = InvalidSignedHead;

    fn from_str(text: &str) -> Result<Self, InvalidSignedHead> {
        let mut words = text.split(' ');
        let mut word = || words.next().filter(|word| !word.is_empty()).ok_or(InvalidSignedHead);
        let (sequence, hash, signature) = (word()?, word()?, word()?);
        let number: u64 = sequence.parse().map_err(|_| InvalidSignedHead)?;
        // One head has one form.
        let is_canonical = number.to_string() == sequence && words.next().is_none();
        let hash: Digest = hash.parse().map_err(|_| InvalidSignedHead)?;
        let head = Head { sequence: number, hash };
        is_canonical.then(|| Self { head, signature: signature.to_owned() }).ok_or(InvalidSignedHead)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_has_a_number_a_hash_and_a_signature() {
        let hash = Digest::of(b"x");
        assert!(format!("7 {hash} a:b").parse::<SignedHead>().is_ok());
        for bad in [
            String::new(),
            "7".to_owned(),
            format!("7 {hash}"),
            format!("7 {hash} "),
            format!("7 {hash} a:b c"),
            format!("07 {hash} a:b"),
            format!("-7 {hash} a:b"),
            format!("7  {hash} a:b"),
            "7 abc a:b".to_owned(),
        ] {
            assert_eq!(bad.parse::<SignedHead>(), Err(InvalidSignedHead), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_signed_head_or_an_error(text in "\\PC*|[0-9]{1,22} [0-9a-f]{63,65} [!-~]{0,9}") {
            if let Ok(signed) = text.parse::<SignedHead>() {
                prop_assert_eq!(signed.to_string().parse(), Ok(signed));
            }
        }
    }
}
