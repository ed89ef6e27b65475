//! Verified copies of releases from the authority's store to the region's.

use std::collections::HashSet;

use confgate_core::gate::Gate;
use confgate_files::SizeLimit;
use confgate_nix_signatures::Trust;

use crate::bundle_header::{BundleHeader, split};
use crate::digest::Digest;
use crate::gated::GatedConfig;
use crate::keys::Keys;
use crate::limits::{CHUNK_SIZE, MAX_INDEX, MAX_VALUE};
use crate::reader::{ReleaseReader, VerifiedBundle};
use crate::relay::forward_error::ForwardError;
use crate::relay::relay::Relay;
use crate::relay::status::RelayStatus;
use crate::release_error::ReleaseError;
use crate::store::Store;
use crate::store_error::StoreError;
use crate::transaction::{Commit, Condition, Transaction};

/// Largest number of attempts to write a key of the region while others change it.
const MAX_ROUNDS: usize = 5;

/// The values that a relay has forwarded, so that each is verified once.
#[derive(Debug, Default)]
pub(super) struct Forwarded {
    releases: HashSet<Digest>,
    bundles: HashSet<Digest>,
}

impl Forwarded {
    /// Forgets what the region had: its data were replaced, or are to be verified again.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// A copier of releases.
#[derive(Clone, Copy)]
pub(super) struct Forwarder<'f> {
    pub authority: &'f Store,
    pub region: &'f Store,
    pub keys: &'f Keys,
    pub trust: &'f Trust,
    pub gate: &'f Gate,
    pub status: &'f RelayStatus,
}

impl<'f> Forwarder<'f> {
    /// Returns the copier of a relay between its stores.
    pub(super) fn of(relay: &'f Relay<'f>, authority: &'f Store, region: &'f Store, status: &'f RelayStatus) -> Self {
        Self { authority, region, keys: relay.keys, trust: relay.trust, gate: relay.gate, status }
    }

    /// Brings a release to the region: its bundles, then its index. Each is verified on both sides. What the region has already is
    /// read and verified there; a part that is missing or altered is written again.
    pub(super) async fn forward(&self, release: &Digest, forwarded: &mut Forwarded) -> Result<(), ForwardError> {
        if forwarded.releases.contains(release) {
            // The region may have been pruned: the index is removed first, and the bundles with it.
            let key = self.keys.release(release);
            let there = self.region.list_keys(&key).await.map_err(|error| ForwardError::Region(error.into()))?;
            if there.entries.iter().any(|entry| entry.key == key) {
                return Ok(());
            }
            forwarded.forget();
        }
        let reader = ReleaseReader::new(self.authority, self.keys, self.trust);
        let index = reader.release(release).await.map_err(ForwardError::Authority)?;
        for nar in index.bundles() {
            if !forwarded.bundles.contains(&nar) {
                Box::pin(self.forward_bundle(&nar, &reader)).await?;
                forwarded.bundles.insert(nar);
            }
        }
        let bytes = index.encode().map_err(ForwardError::Authority)?;
        let key = self.keys.release(release);
        // Another version of this program may write the same release in other bytes, which have another name.
        if Digest::of(&bytes) == *release {
            self.put(&key, &bytes, MAX_INDEX).await?;
        } else {
            let (entry, _) =
                self.authority.get(&key, MAX_INDEX).await.map_err(|error| ForwardError::Authority(error.into()))?;
            let entry = entry.map(|entry| entry.value).unwrap_or_default();
            self.put(&key, &entry, MAX_INDEX).await?;
        }
        ReleaseReader::new(self.region, self.keys, self.trust).release(release).await.map_err(ForwardError::Region)?;
        forwarded.releases.insert(*release);
        self.status.count_release();
        Ok(())
    }

    async fn forward_bundle(&self, nar: &Digest, reader: &ReleaseReader<'_>) -> Result<(), ForwardError> {
        let region = ReleaseReader::new(self.region, self.keys, self.trust);
        let signed = self.header(self.authority, nar).await.map_err(ForwardError::Authority)?;
        match region.bundle(nar).await {
            Ok(found) => {
                self.check(nar, &found)?;
                return self.forward_signatures(nar, signed).await;
            }
            Err(error) if !error.is_rejection() => return Err(ForwardError::Region(error)),
            Err(_) => {}
        }
        let verified = reader.bundle(nar).await.map_err(ForwardError::Authority)?;
        self.check(nar, &verified)?;
        let archive = verified.bundle.to_tar();
        for chunk in split(&archive) {
            let key = self.keys.chunk(nar, &chunk.digest);
            self.put(&key, chunk.bytes, SizeLimit::bytes(CHUNK_SIZE as u64)).await?;
        }
        // Chunks first: a header never names one that was not written.
        let mut header = BundleHeader::of(&archive, verified.signature);
        if let Some(signed) = signed {
            header.signatures = signed.signatures;
        }
        self.put(&self.keys.bundle(nar), &header.encode(), MAX_VALUE).await?;
        region.bundle(nar).await.map_err(ForwardError::Region)?;
        self.status.count_bundle();
        Ok(())
    }

    async fn header(&self, store: &Store, nar: &Digest) -> Result<Option<BundleHeader>, ReleaseError> {
        let (entry, _) = store.get(&self.keys.bundle(nar), MAX_VALUE).await?;
        entry.map(|entry| BundleHeader::decode(&entry.value, self.keys, nar)).transpose()
    }

    /// Adds signatures that a bundle got at the authority since it was forwarded.
    async fn forward_signatures(&self, nar: &Digest, signed: Option<BundleHeader>) -> Result<(), ForwardError> {
        let (Some(signed), Some(mut header)) =
            (signed, self.header(self.region, nar).await.map_err(ForwardError::Region)?)
        else {
            return Ok(());
        };
        let mut is_changed = false;
        for signature in &signed.signatures {
            is_changed |= header.add_signatures(signature);
        }
        if is_changed {
            let key = self.keys.bundle(nar);
            let (entry, _) = self.region.get(&key, MAX_VALUE).await.map_err(ForwardError::region)?;
            let put = Transaction::new().when(&key, Condition::as_read(entry.as_ref())).put(&key, header.encode());
            // Another relay may have added them meanwhile.
            self.region.commit(&put).await.map_err(ForwardError::region)?;
        }
        Ok(())
    }

    fn check(&self, nar: &Digest, verified: &VerifiedBundle) -> Result<(), ForwardError> {
        let gated = GatedConfig::of(&verified.bundle, self.gate);
        gated.map(drop).map_err(|source| ForwardError::Gate { bundle: *nar, source: Box::new(source) })
    }

    /// Puts an immutable value. Another value under its name is an altered one, and replaced.
    async fn put(&self, key: &str, value: &[u8], limit: SizeLimit) -> Result<(), ForwardError> {
        for _ in 0..MAX_ROUNDS {
            let condition = match self.region.get(key, limit).await {
                Ok((Some(entry), _)) if entry.value == value => return Ok(()),
                Ok((entry, _)) => Condition::as_read(entry.as_ref()),
                // The value is not read, and its revision is.
                Err(StoreError::TooLarge { .. }) => {
                    let listing = self.region.list_keys(key).await.map_err(ForwardError::region)?;
                    Condition::as_read(listing.entries.iter().find(|entry| entry.key == key))
                }
                Err(error) => return Err(ForwardError::region(error)),
            };
            let put = Transaction::new().when(key, condition).put(key, value);
            if let Commit::Done(_) = self.region.commit(&put).await.map_err(ForwardError::region)? {
                if condition != Condition::Absent {
                    tracing::warn!(key, "an immutable value of the region was altered; written again");
                    self.status.count_repair();
                }
                return Ok(());
            }
        }
        Err(ForwardError::Contended { key: key.to_owned() })
    }
}
