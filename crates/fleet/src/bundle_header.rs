//! Headers of bundles: size, chunks and signatures.

use std::collections::BTreeSet;

use confgate_nix_signatures::nar::NarDigest;
use confgate_nix_signatures::{KeyName, PathInfo, Trust, VerifyError};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::keys::Keys;
use crate::limits::{CHUNK_SIZE, MAX_RELEASE_BUNDLE};
use crate::release::{read_document, write_document};
use crate::release_error::ReleaseError;

/// The format of a header that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// Header of a bundle in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleHeader {
    /// Size of the archive in bytes.
    pub size: u64,
    /// Digests of its chunks, in order.
    pub chunks: Vec<Digest>,
    /// Signatures of the bundle. A bundle that was signed under several names has several.
    pub signatures: Vec<PathInfo>,
}

/// A part of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// Its name.
    pub digest: Digest,
    /// Its content.
    pub bytes: &'a [u8],
}

/// The header as it is stored.
#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    size: u64,
    chunks: Vec<Digest>,
    signatures: Vec<String>,
}

/// Splits an archive into chunks.
pub fn split(archive: &[u8]) -> Vec<Chunk<'_>> {
    archive.chunks(CHUNK_SIZE).map(|bytes| Chunk { digest: Digest::of(bytes), bytes }).collect()
}

impl BundleHeader {
    /// Returns the header of an archive.
    pub fn of(archive: &[u8], signature: PathInfo) -> Self {
        let chunks = split(archive).iter().map(|chunk| chunk.digest).collect();
        Self { size: archive.len() as u64, chunks, signatures: vec![signature] }
    }

    /// Returns the header as it is stored.
    pub fn encode(&self) -> Vec<u8> {
        let signatures = self.signatures.iter().map(PathInfo::to_string).collect();
        write_document(&Document { format: FORMAT, size: self.size, chunks: self.chunks.clone(), signatures })
    }

    /// Reads the header of the bundle `nar`. Its signatures are not verified: see [`signer`](Self::signer).
    ///
    /// # Errors
    ///
    /// The bytes are not a header, or describe an archive above [`MAX_RELEASE_BUNDLE`].
    pub fn decode(bytes: &[u8], keys: &Keys, nar: &Digest) -> Result<Self, ReleaseError> {
        let key = keys.bundle(nar);
        let Document { size, chunks, signatures, .. } = read_document(bytes, &key, "the header of a bundle", FORMAT)?;
        if size > MAX_RELEASE_BUNDLE.get() {
            return Err(ReleaseError::TooLarge { what: key, size, limit: MAX_RELEASE_BUNDLE });
        }
        if chunks.len() as u64 != size.div_ceil(CHUNK_SIZE as u64) {
            return Err(ReleaseError::ChunkCount { key, chunks: chunks.len(), size });
        }
        let parse =
            |text: &String| text.parse().map_err(|source| ReleaseError::InvalidSignature { key: key.clone(), source });
        let signatures = signatures.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Self { size, chunks, signatures })
    }

    /// Returns the signature of the bundle `nar` by a trusted key, and the name of that key. Nothing of the archive is needed.
    ///
    /// # Errors
    ///
    /// No trusted key signed this bundle.
    pub fn signer<'s>(&'s self, trust: &'s Trust, nar: &Digest) -> Result<(&'s PathInfo, &'s KeyName), VerifyError> {
        let of_this = self.signatures.iter().filter(|info| info.nar_hash == nar.hash());
        let mut first_error = None;
        for info in of_this {
            match trust.signer(info) {
                Ok(signer) => return Ok((info, signer)),
                Err(error) => drop(first_error.get_or_insert(error)),
            }
        }
        // The error of a bundle without signatures names the keys that are trusted.
        let unsigned = || {
            let info = PathInfo::of_source("bundle", NarDigest { hash: nar.hash(), size: 0 });
            let error = info.ok().and_then(|info| trust.signer(&info).err());
            error.unwrap_or_else(|| VerifyError::Unsigned { trusted: BTreeSet::new() })
        };
        Err(first_error.unwrap_or_else(unsigned))
    }

    /// Adds signatures to those that are there. Returns whether one is new.
    pub fn add_signatures(&mut self, added: &PathInfo) -> bool {
        let same = self.signatures.iter_mut().find(|info| info.fingerprint() == added.fingerprint());
        let Some(info) = same else {
            self.signatures.push(added.clone());
            return true;
        };
        let before = info.signatures.len();
        for signature in &added.signatures {
            if !info.signatures.contains(signature) {
                info.signatures.push(signature.clone());
            }
        }
        info.signatures.len() > before
    }

    /// Returns the length of a chunk.
    pub(crate) fn length_of(&self, index: usize) -> usize {
        let begin = (index * CHUNK_SIZE) as u64;
        usize::try_from(self.size.saturating_sub(begin)).unwrap_or(usize::MAX).min(CHUNK_SIZE)
    }
}

#[cfg(test)]
mod tests {
    use confgate_nix_signatures::SecretKey;
    use proptest::prelude::*;

    use super::*;

    const NAR: &[u8] = b"the archive of a bundle";

    fn keys() -> Keys {
        Keys::new("relay".parse().unwrap())
    }

    fn key(name: &str) -> SecretKey {
        SecretKey::generate(name.parse().unwrap()).unwrap()
    }

    fn info(content: &[u8], key: &SecretKey) -> PathInfo {
        let digest = NarDigest { hash: Digest::of(content).hash(), size: content.len() as u64 };
        let mut info = PathInfo::of_source("node", digest).unwrap();
        info.sign(key);
        info
    }

    fn trust(keys: &[&SecretKey]) -> Trust {
        Trust::new(keys.iter().map(|key| key.public()).collect())
    }

    fn error(text: &str) -> String {
        let nar = Digest::of(NAR);
        let error = BundleHeader::decode(text.as_bytes(), &keys(), &nar).unwrap_err().to_string();
        error.replace(&keys().bundle(&nar), "KEY")
    }

    #[test]
    fn a_header_survives_the_store() {
        let archive = vec![7; CHUNK_SIZE * 2 + 1];
        let header = BundleHeader::of(&archive, info(NAR, &key("a-1")));
        assert_eq!(header.chunks.len(), 3);
        assert_eq!([0, 1, 2, 3].map(|index| header.length_of(index)), [CHUNK_SIZE, CHUNK_SIZE, 1, 0]);
        let nar = Digest::of(NAR);
        assert_eq!(BundleHeader::decode(&header.encode(), &keys(), &nar).unwrap(), header);
        assert_eq!(split(&archive).iter().map(|chunk| chunk.bytes).collect::<Vec<_>>().concat(), archive);
    }

    #[test]
    fn a_header_that_describes_too_much_is_rejected_before_its_chunks_are_read() {
        let header = |size: &str, chunks: &str| {
            error(&format!(r#"{{"format":1,"size":{size},"chunks":[{chunks}],"signatures":[]}}"#))
        };
        let digest = format!("\"{}\"", Digest::of(b""));
        assert_eq!(
            header("67108865", &digest),
            "KEY: 67108865 bytes are more than the limit of 64 MiB for a bundle in a fleet's store"
        );
        assert_eq!(header("524289", &digest), "KEY: 1 chunks cannot hold 524289 bytes");
        assert_eq!(header("0", &digest), "KEY: 1 chunks cannot hold 0 bytes");
        assert!(header("-1", "").starts_with("KEY: not the header of a bundle: invalid value"));
        assert!(error("null").starts_with("KEY: not the header of a bundle: invalid type: null"), "{}", error("null"));
    }

    #[test]
    fn a_signature_of_another_bundle_is_none_of_this_one() {
        let (ours, theirs) = (key("ours-1"), key("theirs-1"));
        let nar = Digest::of(NAR);
        let message =
            |header: &BundleHeader, keys: &[&SecretKey]| header.signer(&trust(keys), &nar).unwrap_err().to_string();
        let moved = BundleHeader::of(b"", info(b"another bundle", &ours));
        assert_eq!(message(&moved, &[&ours]), "not signed; trusted: ours-1");
        let foreign = BundleHeader::of(b"", info(NAR, &theirs));
        assert_eq!(message(&foreign, &[&ours]), "signed by theirs-1, which is not trusted; trusted: ours-1");
        assert_eq!(message(&foreign, &[]), "signed by theirs-1, which is not trusted; no key is trusted");
        let trusted = trust(&[&theirs]);
        assert_eq!(foreign.signer(&trusted, &nar).unwrap().1.as_str(), "theirs-1");
    }

    #[test]
    fn signatures_are_added_and_none_is_lost() {
        let (one, other) = (key("one-1"), key("other-1"));
        let mut header = BundleHeader::of(b"", info(NAR, &one));
        assert!(!header.add_signatures(&info(NAR, &one)));
        assert!(header.add_signatures(&info(NAR, &other)));
        for key in [&one, &other] {
            header.signer(&trust(&[key]), &Digest::of(NAR)).unwrap();
        }
        assert_eq!(header.signatures.len(), 1);
        let mut renamed = PathInfo::of_source("renamed", header.signatures[0].digest()).unwrap();
        renamed.sign(&one);
        assert!(header.add_signatures(&renamed) && header.signatures.len() == 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_header_that_survives_or_an_error(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            size in any::<u64>(),
            chunks in proptest::collection::vec("[0-9a-z]{52}", 0..4),
            signature in "\\PC{0,40}",
        ) {
            let nar = Digest::of(NAR);
            let built = serde_json::json!({ "format": 1, "size": size, "chunks": chunks, "signatures": [signature] });
            for bytes in [bytes, built.to_string().into_bytes()] {
                if let Ok(header) = BundleHeader::decode(&bytes, &keys(), &nar) {
                    prop_assert_eq!(BundleHeader::decode(&header.encode(), &keys(), &nar).unwrap(), header);
                }
            }
        }
    }
}
