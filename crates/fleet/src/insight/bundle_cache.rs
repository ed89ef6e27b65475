//! The configs of bundles, read once: a bundle never changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use confgate_core::gate::Gate;

use crate::digest::Digest;
use crate::gated::GatedConfig;
use crate::insight::bundle_values::BundleValues;
use crate::insight::texts::Texts;
use crate::reader::ReleaseReader;
use crate::release_error::ReleaseError;
use crate::store_error::StoreError;

/// The config of a bundle, or the reason why it cannot be used.
pub(super) type KnownBundle = Result<Arc<BundleValues>, Arc<str>>;

/// Configs of bundles by their digests.
#[derive(Debug, Default)]
pub(super) struct BundleCache {
    known: BTreeMap<Digest, KnownBundle>,
    texts: Texts,
}

impl BundleCache {
    /// Returns a config that was read already.
    pub fn get(&self, digest: &Digest) -> Option<&KnownBundle> {
        self.known.get(digest)
    }

    /// Reads and verifies a bundle, and passes it through the gate. One that is rejected is remembered as such.
    pub async fn read(
        &mut self,
        reader: ReleaseReader<'_>,
        gate: &Gate,
        digest: &Digest,
    ) -> Result<KnownBundle, StoreError> {
        if let Some(known) = self.known.get(digest) {
            return Ok(known.clone());
        }
        let known = match reader.bundle(digest).await {
            Err(ReleaseError::Store(error)) => return Err(error),
            Err(error) => Err(error.to_string().into()),
            Ok(verified) => match GatedConfig::of(&verified.bundle, gate) {
                Ok(config) => {
                    let environment = verified.bundle.manifest.environment;
                    Ok(Arc::new(BundleValues::of(&config, environment, gate, &mut self.texts)))
                }
                Err(error) => Err(format!("bundle {}: {error}", digest.short()).into()),
            },
        };
        self.known.insert(*digest, known.clone());
        Ok(known)
    }

    /// Forgets the bundles that are not used any more, and those that are to be read again.
    pub fn retain(&mut self, used: &BTreeSet<Digest>) {
        self.known.retain(|digest, _| used.contains(digest));
        self.texts.forget_unused();
    }

    /// Forgets the bundles that could not be used: what is missing may have been stored meanwhile.
    pub fn forget_rejected(&mut self) {
        self.known.retain(|_, known| known.is_ok());
    }
}
