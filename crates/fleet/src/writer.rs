//! Immutable writing: a value is put if its key is absent, and read back before anything points to it.

use confgate_deploy::Bundle;
use confgate_nix_signatures::{PathInfo, Trust};

use crate::bundle_header::{BundleHeader, split};
use crate::digest::Digest;
use crate::keys::Keys;
use crate::limits::{MAX_RELEASE_BUNDLE, MAX_VALUE};
use crate::reader::ReleaseReader;
use crate::release::Release;
use crate::release_error::ReleaseError;
use crate::store::Store;
use crate::transaction::{Commit, Condition, Transaction};

/// A writer of the releases of one service.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseWriter<'w> {
    store: &'w Store,
    keys: &'w Keys,
    trust: &'w Trust,
}

/// A bundle and its signature.
#[derive(Debug, Clone)]
pub struct SignedBundle {
    /// The bundle.
    pub bundle: Bundle,
    /// The signature.
    pub signature: PathInfo,
}

/// Result of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The value is new.
    New,
    /// The value was there, and its signatures were added to.
    SignaturesAdded,
    /// The value was there.
    Unchanged,
}

impl SignedBundle {
    /// Returns the name of the bundle in a store.
    pub fn digest(&self) -> Digest {
        self.bundle.nar.hash.into()
    }
}

impl<'w> ReleaseWriter<'w> {
    /// Returns a writer. What it writes must be signed by a key that it trusts: a reader would reject it otherwise.
    pub const fn new(store: &'w Store, keys: &'w Keys, trust: &'w Trust) -> Self {
        Self { store, keys, trust }
    }

    fn reader(&self) -> ReleaseReader<'w> {
        ReleaseReader::new(self.store, self.keys, self.trust)
    }

    /// Stores a bundle: its chunks, then its header, so that a header never names a chunk that was not written. Reads all of it
    /// back.
    ///
    /// # Errors
    ///
    /// The store cannot be written, holds another value under one of the names, or the bundle is too large or not signed.
    pub async fn write_bundle(&self, signed: &SignedBundle) -> Result<Written, ReleaseError> {
        let nar = signed.digest();
        let key = self.keys.bundle(&nar);
        let archive = signed.bundle.to_tar();
        if archive.len() as u64 > MAX_RELEASE_BUNDLE.get() {
            let what = signed.bundle.manifest.name.clone();
            return Err(ReleaseError::TooLarge { what, size: archive.len() as u64, limit: MAX_RELEASE_BUNDLE });
        }
        let header = BundleHeader::of(&archive, signed.signature.clone());
        header
            .signer(self.trust, &nar)
            .map_err(|source| ReleaseError::Untrusted { key: key.clone(), source: Box::new(source) })?;
        let (existing, _) = self.store.get(&key, MAX_VALUE).await?;
        if existing.is_none() {
            for chunk in split(&archive) {
                let key = self.keys.chunk(&nar, &chunk.digest);
                self.put_if_absent(&key, chunk.bytes).await?;
            }
        }
        let written = self.write_header(&nar, &header, signed).await?;
        self.reader().bundle(&nar).await?;
        Ok(written)
    }

    /// Puts the header, or adds the signatures to the one that is there.
    async fn write_header(
        &self,
        nar: &Digest,
        header: &BundleHeader,
        signed: &SignedBundle,
    ) -> Result<Written, ReleaseError> {
        let key = self.keys.bundle(nar);
        loop {
            let (existing, _) = self.store.get(&key, MAX_VALUE).await?;
            let (value, written) = match &existing {
                None => (header.encode(), Written::New),
                Some(entry) => {
                    let mut merged = BundleHeader::decode(&entry.value, self.keys, nar)?;
                    if !merged.add_signatures(&signed.signature) {
                        return Ok(Written::Unchanged);
                    }
                    (merged.encode(), Written::SignaturesAdded)
                }
            };
            let put = Transaction::new().when(&key, Condition::as_read(existing.as_ref())).put(&key, value);
            // A conflict is another writer of the same bundle, whose signatures must stay. Each round of it is one writer's success.
            if matches!(self.store.commit(&put).await?, Commit::Done(_)) {
                return Ok(written);
            }
        }
    }

    /// Stores the index of a release whose bundles are stored, and reads it back.
    ///
    /// # Errors
    ///
    /// The store cannot be written, holds another value under its name, or the release has too many nodes.
    pub async fn write_release(&self, release: &Release) -> Result<(Digest, Written), ReleaseError> {
        let bytes = release.encode()?;
        let digest = Digest::of(&bytes);
        let written = self.put_if_absent(&self.keys.release(&digest), &bytes).await?;
        self.reader().release(&digest).await?;
        Ok((digest, written))
    }

    async fn put_if_absent(&self, key: &str, value: &[u8]) -> Result<Written, ReleaseError> {
        let put = Transaction::new().when(key, Condition::Absent).put(key, value);
        Ok(match self.store.commit(&put).await? {
            Commit::Done(_) => Written::New,
            Commit::Conflict(_) => Written::Unchanged,
        })
    }
}
