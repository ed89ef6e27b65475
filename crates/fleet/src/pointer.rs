//! Pointers: the release of each wave, the one mutable part of a service's releases.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::placement::Selector;
use crate::position::Position;
use crate::release::{read_document, write_document};
use crate::release_error::ReleaseError;

/// The format of a pointer that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// The pointer of a wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The release.
    pub release: Digest,
    /// Author of the move: USER@HOST.
    pub by: String,
    /// Time of the change, by the clock of who made it.
    pub at: Timestamp,
    /// Commit of the configuration, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// In a region, the position of the pointer in the authority's store. `None` in the authority's store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<AuthorityRevision>,
    /// The nodes that the pointer holds for, while a rollout moves it. `None` for the pointer of all nodes, and for a wave that is
    /// published by hand: it holds for the nodes with the wave's name as a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
}

/// The position of a pointer in the store of the authority, which a region's store keeps.
pub type AuthorityRevision = Position;

/// The pointer as it is stored.
#[derive(Serialize, Deserialize)]
struct Document<P> {
    format: u32,
    #[serde(flatten)]
    pointer: P,
}

impl Pointer {
    /// Returns the pointer as it is stored.
    pub fn encode(&self) -> Vec<u8> {
        write_document(&Document { format: FORMAT, pointer: self })
    }

    /// Reads a pointer.
    ///
    /// # Errors
    ///
    /// The bytes are not a pointer.
    pub fn decode(bytes: &[u8], key: &str) -> Result<Self, ReleaseError> {
        let document: Document<Self> = read_document(bytes, key, "a pointer to a release", FORMAT)?;
        Ok(document.pointer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::position::{ClusterId, Revision};

    #[test]
    fn a_pointer_survives_the_store() {
        let pointer = Pointer {
            release: Digest::of(b""),
            by: "alice@ci".to_owned(),
            at: Timestamp::from_second(1).unwrap(),
            commit: Some("c0ffee".to_owned()),
            authority: Some(Position { cluster: ClusterId(1), revision: Revision(2) }),
            selector: None,
        };
        let bytes = pointer.encode();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            r#"{"format":1,"release":"0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73","by":"alice@ci","at":"1970-01-01T00:00:01Z","commit":"c0ffee","authority":{"cluster":"0000000000000001","revision":2}}"#
        );
        assert_eq!(Pointer::decode(&bytes, "/k").unwrap(), pointer);
        let bare = Pointer { commit: None, authority: None, ..pointer };
        assert_eq!(Pointer::decode(&bare.encode(), "/k").unwrap(), bare);
    }

    #[test]
    fn bytes_that_are_not_a_pointer_are_rejected_with_their_key() {
        let error = |text: &str| Pointer::decode(text.as_bytes(), "/k").unwrap_err().to_string();
        let message = error(r#"{"format":1,"release":"/x","by":"","at":"1970-01-01T00:00:01Z"}"#);
        assert_eq!(
            message,
            "/k: not a pointer to a release: not a digest: expected 52 digits of Nix's base 32 at line 1 column 63; remove \
             the key, and publish again"
        );
        assert_eq!(
            error(r#"{"format":7}"#),
            "/k: written in format 7, and this program reads format 1; update Confgate"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_pointer_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Pointer::decode(&bytes, "/k");
        }
    }
}
