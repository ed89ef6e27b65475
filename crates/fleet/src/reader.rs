//! Verified reading: no byte of a store is used before it is checked.

use confgate_deploy::Bundle;
use confgate_files::SizeLimit;
use confgate_nix_signatures::{KeyName, PathInfo, Trust};

use crate::bundle_header::BundleHeader;
use crate::digest::Digest;
use crate::entry::Entry;
use crate::keys::Keys;
use crate::limits::{CHUNK_SIZE, MAX_INDEX, MAX_VALUE};
use crate::names::NodeName;
use crate::release::Release;
use crate::release_error::ReleaseError;
use crate::store::Store;

/// The largest value of a chunk.
const CHUNK_LIMIT: SizeLimit = SizeLimit::bytes(CHUNK_SIZE as u64);

/// A reader of the releases of one service. It trusts its keys alone, and nothing that is stored.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseReader<'r> {
    store: &'r Store,
    keys: &'r Keys,
    trust: &'r Trust,
}

/// A bundle whose content is the one that a trusted key signed.
#[derive(Debug, Clone)]
pub struct VerifiedBundle {
    /// The bundle.
    pub bundle: Bundle,
    /// The signature.
    pub signature: PathInfo,
    /// The name of the trusted key.
    pub signer: KeyName,
}

impl<'r> ReleaseReader<'r> {
    /// Returns a reader. Without trusted keys it rejects every bundle.
    pub const fn new(store: &'r Store, keys: &'r Keys, trust: &'r Trust) -> Self {
        Self { store, keys, trust }
    }

    /// Reads the index of a release.
    ///
    /// # Errors
    ///
    /// The store cannot be read, the release is missing, or its index is invalid.
    pub async fn release(&self, digest: &Digest) -> Result<Release, ReleaseError> {
        let key = self.keys.release(digest);
        let (found, _) = self.store.immutable(&key, (MAX_INDEX, MAX_VALUE)).await?;
        let entry = match found {
            Some(entry) => Some(entry),
            None => self.store.get(&key, MAX_INDEX).await?.0,
        };
        let entry = entry.ok_or(ReleaseError::Missing { key })?;
        Release::decode(&entry.value, self.keys, digest)
    }

    /// Reads the bundle of a node in a release.
    ///
    /// # Errors
    ///
    /// As [`release`](Self::release) and [`bundle`](Self::bundle), and the release has no bundle for the node.
    pub async fn bundle_of(&self, digest: &Digest, node: &NodeName) -> Result<VerifiedBundle, ReleaseError> {
        let release = self.release(digest).await?;
        let no_bundle = || ReleaseError::NoBundle { release: *digest, node: node.clone() };
        self.bundle(&release.bundle_of(node).ok_or_else(no_bundle)?).await
    }

    /// Reads a bundle, named by the hash of its NAR. The signature is verified before a chunk is used. A bundle of one chunk is one
    /// request.
    ///
    /// # Errors
    ///
    /// The store cannot be read, a part of the bundle is missing or altered, or no trusted key signed it.
    pub async fn bundle(&self, nar: &Digest) -> Result<VerifiedBundle, ReleaseError> {
        let key = self.keys.bundle(nar);
        let (found, first) = self.store.immutable(&key, (MAX_VALUE, CHUNK_LIMIT)).await?;
        let entry = match found {
            Some(entry) => Some(entry),
            None => self.store.get(&key, MAX_VALUE).await?.0,
        };
        let entry = entry.ok_or_else(|| ReleaseError::Missing { key: key.clone() })?;
        let header = BundleHeader::decode(&entry.value, self.keys, nar)?;
        let untrusted = |source| ReleaseError::Untrusted { key: key.clone(), source: Box::new(source) };
        let (signature, signer) = header.signer(self.trust, nar).map_err(untrusted)?;
        let archive = self.archive(nar, &header, first).await?;
        let bundle = Bundle::from_tar(&archive)
            .map_err(|source| ReleaseError::Bundle { key: key.clone(), source: Box::new(source) })?;
        // The archive is the signed bundle, or another one under its name.
        self.trust.verify_digest(bundle.nar, signature).map_err(untrusted)?;
        Ok(VerifiedBundle { bundle, signature: signature.clone(), signer: signer.clone() })
    }

    /// Reads the chunks of a bundle but the one that is at hand, and checks each of them.
    async fn archive(
        &self,
        nar: &Digest,
        header: &BundleHeader,
        mut at_hand: Option<Entry>,
    ) -> Result<Vec<u8>, ReleaseError> {
        let mut archive = Vec::with_capacity(usize::try_from(header.size).unwrap_or_default());
        for (index, chunk) in header.chunks.iter().enumerate() {
            let key = self.keys.chunk(nar, chunk);
            let entry = match at_hand.take_if(|entry| entry.key == key) {
                Some(entry) => Some(entry),
                None => self.store.get(&key, CHUNK_LIMIT).await?.0,
            };
            let bytes = entry.ok_or_else(|| ReleaseError::Missing { key: key.clone() })?.value;
            let expected = header.length_of(index);
            if bytes.len() != expected {
                return Err(ReleaseError::ChunkLength { key, found: bytes.len(), expected });
            }
            let found = Digest::of(&bytes);
            if found != *chunk {
                return Err(ReleaseError::Altered { key, found });
            }
            archive.extend(bytes);
        }
        Ok(archive)
    }
}
