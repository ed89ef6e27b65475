//! Releases: the bundles that one publication brings to the nodes of a service.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::keys::Keys;
use crate::limits::MAX_INDEX;
use crate::names::{NodeName, ServiceName};
use crate::release_error::ReleaseError;

/// The format of the index that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// Index of a release. Its digest names the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The service.
    pub service: ServiceName,
    /// The bundles, named by the hashes of their NARs.
    pub targets: Targets,
}

/// The bundles of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Targets {
    /// One bundle for all nodes.
    #[serde(rename = "bundle")]
    All(Digest),
    /// A bundle for each node.
    Nodes(BTreeMap<NodeName, Digest>),
}

/// The index as it is stored.
#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    service: ServiceName,
    #[serde(flatten)]
    targets: Targets,
}

/// The part of a document that says how to read the rest.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// Reads a document of the store, if its format is known.
pub(crate) fn read_document<'d, T: Deserialize<'d>>(
    bytes: &'d [u8],
    key: &str,
    expected: &'static str,
    known: u32,
) -> Result<T, ReleaseError> {
    let invalid = |source| ReleaseError::Document { key: key.to_owned(), expected, source };
    let Head { format } = serde_json::from_slice(bytes).map_err(invalid)?;
    if format != known {
        return Err(ReleaseError::Format { key: key.to_owned(), found: format, known });
    }
    serde_json::from_slice(bytes).map_err(invalid)
}

/// Writes a document of the store.
pub(crate) fn write_document(document: &impl Serialize) -> Vec<u8> {
    // Documents have string keys and plain values, which always serialize.
    serde_json::to_vec(document).unwrap_or_default()
}

impl Release {
    /// Returns the release of one bundle for all nodes.
    pub const fn of_bundle(service: ServiceName, bundle: Digest) -> Self {
        Self { service, targets: Targets::All(bundle) }
    }

    /// Returns the index as it is stored: the same bytes for the same release.
    ///
    /// # Errors
    ///
    /// The index is larger than [`MAX_INDEX`].
    pub fn encode(&self) -> Result<Vec<u8>, ReleaseError> {
        let document = Document { format: FORMAT, service: self.service.clone(), targets: self.targets.clone() };
        let bytes = write_document(&document);
        if bytes.len() as u64 > MAX_INDEX.get() {
            return Err(ReleaseError::TooManyNodes { nodes: self.nodes(), limit: MAX_INDEX });
        }
        Ok(bytes)
    }

    /// Reads the index of the release `digest`.
    ///
    /// # Errors
    ///
    /// The bytes are not those of the release, or the release is one of another service.
    pub fn decode(bytes: &[u8], keys: &Keys, digest: &Digest) -> Result<Self, ReleaseError> {
        let key = keys.release(digest);
        let found = Digest::of(bytes);
        if found != *digest {
            return Err(ReleaseError::Altered { key, found });
        }
        let Document { service, targets, .. } = read_document(bytes, &key, "the index of a release", FORMAT)?;
        if service != *keys.service() {
            return Err(ReleaseError::OtherService { key, found: service, expected: keys.service().clone() });
        }
        Ok(Self { service, targets })
    }

    /// Returns the bundle of a node, if it has one.
    pub fn bundle_of(&self, node: &NodeName) -> Option<Digest> {
        match &self.targets {
            Targets::All(bundle) => Some(*bundle),
            Targets::Nodes(nodes) => nodes.get(node).copied(),
        }
    }

    /// Returns the bundles, each once.
    pub fn bundles(&self) -> BTreeSet<Digest> {
        match &self.targets {
            Targets::All(bundle) => BTreeSet::from([*bundle]),
            Targets::Nodes(nodes) => nodes.values().copied().collect(),
        }
    }

    fn nodes(&self) -> usize {
        match &self.targets {
            Targets::All(_) => 1,
            Targets::Nodes(nodes) => nodes.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys() -> Keys {
        Keys::new("relay".parse().unwrap())
    }

    fn error(text: &str) -> String {
        let digest = Digest::of(text.as_bytes());
        let error = Release::decode(text.as_bytes(), &keys(), &digest).unwrap_err().to_string();
        error.replace(&keys().release(&digest), "KEY")
    }

    #[test]
    fn an_index_survives_the_store() {
        let nodes = ["b", "a"].map(|name| (name.parse().unwrap(), Digest::of(name.as_bytes())));
        for targets in [Targets::All(Digest::of(b"")), Targets::Nodes(BTreeMap::from(nodes))] {
            let release = Release { service: "relay".parse().unwrap(), targets };
            let bytes = release.encode().unwrap();
            assert_eq!(Release::decode(&bytes, &keys(), &Digest::of(&bytes)).unwrap(), release);
        }
        let one = Release::of_bundle("relay".parse().unwrap(), Digest::of(b""));
        assert_eq!(
            String::from_utf8(one.encode().unwrap()).unwrap(),
            r#"{"format":1,"service":"relay","bundle":"0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"}"#
        );
    }

    #[test]
    fn an_altered_or_foreign_index_is_rejected() {
        let release = Release::of_bundle("relay".parse().unwrap(), Digest::of(b""));
        let mut bytes = release.encode().unwrap();
        let digest = Digest::of(&bytes);
        bytes.push(b' ');
        let message = Release::decode(&bytes, &keys(), &digest).unwrap_err().to_string();
        assert_eq!(
            message,
            format!(
                "/confgate/relay/releases/{digest}: the value was altered: its hash is {}; remove the key, and publish the \
                 release again",
                Digest::of(&bytes)
            )
        );
        let text = String::from_utf8(release.encode().unwrap()).unwrap();
        let message = error(&text.replace("\"relay\"", "\"other\""));
        assert_eq!(message, "KEY: a release of the service other, not of relay");
        let message = error(&text.replace("\"format\":1", "\"format\":2"));
        assert_eq!(message, "KEY: written in format 2, and this program reads format 1; update Confgate");
    }

    #[test]
    fn bytes_that_are_not_an_index_are_rejected_with_their_place() {
        assert_eq!(
            error("{"),
            "KEY: not the index of a release: EOF while parsing an object at line 1 column 1; remove the key, and publish \
             again"
        );
        assert_eq!(
            error(r#"{"format":1,"service":"relay","bundle":"x"}"#),
            "KEY: not the index of a release: not a digest: expected 52 digits of Nix's base 32 at line 1 column 43; \
             remove the key, and publish again"
        );
        let message = error(r#"{"format":1,"service":"relay","nodes":{"../x":"x"}}"#);
        assert!(message.contains("\"../x\" is not the name of a node"), "{message}");
    }

    #[test]
    fn the_bundle_of_a_node_is_its_own_or_that_of_all() {
        let (a, b): (NodeName, NodeName) = ("a".parse().unwrap(), "b".parse().unwrap());
        let digest = Digest::of(b"");
        let all = Release::of_bundle("relay".parse().unwrap(), digest);
        assert_eq!(all.bundle_of(&a), Some(digest));
        let one = Release { targets: Targets::Nodes(BTreeMap::from([(a.clone(), digest)])), ..all };
        assert_eq!((one.bundle_of(&a), one.bundle_of(&b)), (Some(digest), None));
    }

    #[test]
    fn a_fleet_that_is_too_large_for_an_index_is_rejected() {
        let nodes = (0..20_000_u32).map(|number| (format!("n{number}").parse().unwrap(), Digest::of(b"")));
        let release = Release { service: "relay".parse().unwrap(), targets: Targets::Nodes(nodes.collect()) };
        assert_eq!(
            release.encode().unwrap_err().to_string(),
            "the release has 20000 nodes; their index is larger than the limit of 1 MiB; publish several services"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_release_that_survives_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let digest = Digest::of(&bytes);
            if let Ok(release) = Release::decode(&bytes, &keys(), &digest) {
                let encoded = release.encode().unwrap();
                prop_assert_eq!(Release::decode(&encoded, &keys(), &Digest::of(&encoded)).unwrap(), release);
            }
        }

        #[test]
        fn a_change_of_any_byte_is_found(at in any::<proptest::sample::Index>(), bit in 0..8_u32) {
            let release = Release::of_bundle("relay".parse().unwrap(), Digest::of(b""));
            let mut bytes = release.encode().unwrap();
            let digest = Digest::of(&bytes);
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let is_altered = matches!(Release::decode(&bytes, &keys(), &digest), Err(ReleaseError::Altered { .. }));
            prop_assert!(is_altered);
        }
    }
}
