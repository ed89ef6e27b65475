//! The part of a service's store that is read again after each change: pointers, releases, rollout, history, overrides.

use std::collections::BTreeMap;
use std::sync::Arc;

use confgate_core::diagnostics::Report;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::value::Format;
use confgate_nix_signatures::Trust;
use confgate_runtime::load::region::RegionOverride;
use jiff::Timestamp;
use serde::Serialize;

use crate::fleet_status::{Expectation, read_release};
use crate::gated::GatedConfig;
use crate::insight::bundle_values::BundleValues;
use crate::insight::texts::Texts;
use crate::insight::timeline::TimelineEntry;
use crate::keys::Keys;
use crate::names::{RegionName, WaveName};
use crate::pointer::Pointer;
use crate::release_error::ReleaseError;
use crate::rollout::{Inventory, RolloutError, StoredRollout};
use crate::signed_override::SignedOverride;
use crate::store::Store;
use crate::store_error::StoreError;

/// The number of changes that are read.
const TIMELINE: usize = 100;

/// Gate and keys, by which configs are read.
#[derive(Debug, Clone, Copy)]
pub struct ConfigSource<'s> {
    /// The gate of the service.
    pub gate: &'s Gate,
    /// Keys that sign bundles and overrides.
    pub trust: &'s Trust,
}

/// The override of a region, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionValues {
    /// The region.
    pub region: RegionName,
    /// The fields with their values.
    pub values: BTreeMap<Arc<str>, Arc<str>>,
    /// Time at which the values expire.
    pub expires: Timestamp,
    /// Author of the override.
    pub by: String,
    /// The reason.
    pub reason: String,
}

/// A service's store without the reports of the nodes.
#[derive(Debug, Default)]
pub(super) struct FleetRecord {
    pub expectation: Expectation,
    pub rollout: Option<StoredRollout>,
    pub timeline: Vec<TimelineEntry>,
    pub overrides: Vec<RegionValues>,
    /// Values that cannot be used.
    pub problems: Vec<String>,
}

impl FleetRecord {
    /// Reads the store. What `known` has, and does not change, is taken from it.
    pub async fn read(
        store: &Store,
        keys: &Keys,
        inventory: &Inventory,
        configs: Option<ConfigSource<'_>>,
        known: &Self,
    ) -> Result<Self, StoreError> {
        let mut record = Self::default();
        record.read_pointers(store, keys).await?;
        record.read_rollout(store, keys, known).await?;
        record.read_releases(store, keys, inventory, known).await?;
        record.timeline = TimelineEntry::newest(store, keys, TIMELINE).await?;
        if let Some(configs) = configs {
            record.read_overrides(store, keys, configs).await?;
        }
        Ok(record)
    }

    async fn read_pointers(&mut self, store: &Store, keys: &Keys) -> Result<(), StoreError> {
        let prefix = keys.rollouts();
        for entry in store.list(&prefix).await?.entries {
            let wave = Keys::name_below(&entry.key, &prefix).and_then(|name| name.parse::<WaveName>().ok());
            let Some(wave) = wave else { continue };
            match Pointer::decode(&entry.value, &entry.key) {
                Ok(pointer) => drop(self.expectation.pointers.insert(wave, pointer)),
                Err(error) => self.problems.push(error.to_string()),
            }
        }
        Ok(())
    }

    async fn read_rollout(&mut self, store: &Store, keys: &Keys, known: &Self) -> Result<(), StoreError> {
        match StoredRollout::read(store, keys, known.rollout.as_ref()).await {
            Ok(rollout) => self.rollout = rollout,
            Err(RolloutError::Store(error) | RolloutError::Release(ReleaseError::Store(error))) => return Err(error),
            Err(error) => self.problems.push(error.to_string()),
        }
        if let Some(running) = self.rollout.as_ref().and_then(|rollout| rollout.running.as_ref()) {
            self.expectation.nodes.extend(running.nodes().cloned());
        }
        Ok(())
    }

    async fn read_releases(
        &mut self,
        store: &Store,
        keys: &Keys,
        inventory: &Inventory,
        known: &Self,
    ) -> Result<(), StoreError> {
        let named = self.expectation.named_releases();
        for digest in named.iter().copied().chain(inventory.running_releases()) {
            if let Some(release) = known.expectation.releases.get(&digest) {
                self.expectation.releases.insert(digest, release.clone());
                continue;
            }
            match read_release(store, keys, &digest).await {
                Ok(release) => drop(self.expectation.releases.insert(digest, release)),
                Err(ReleaseError::Store(error)) => return Err(error),
                // A release that no pointer names may have been removed.
                Err(error) if named.contains(&digest) => self.problems.push(error.to_string()),
                Err(_) => {}
            }
        }
        Ok(())
    }

    async fn read_overrides(
        &mut self,
        store: &Store,
        keys: &Keys,
        configs: ConfigSource<'_>,
    ) -> Result<(), StoreError> {
        let prefix = keys.overrides();
        let now = Timestamp::now();
        for entry in store.list(&prefix).await?.entries {
            let region = Keys::name_below(&entry.key, &prefix).and_then(|name| name.parse::<RegionName>().ok());
            let Some(region) = region else { continue };
            let read = SignedOverride::decode(&entry.value, &entry.key).and_then(|signed| {
                signed.verify(configs.trust, keys.service(), &region, &entry.key)?;
                Ok(signed.content)
            });
            match read {
                Ok(content) if content.applies_at(now) && !content.values.is_empty() => {
                    self.overrides.push(RegionValues::of(region, &content, configs.gate));
                }
                Ok(_) => {}
                Err(error) => self.problems.push(error.to_string()),
            }
        }
        Ok(())
    }
}

impl RegionValues {
    fn of(region: RegionName, content: &RegionOverride, gate: &Gate) -> Self {
        let config = GatedConfig {
            tree: content.tree(),
            origins: BTreeMap::new(),
            report: Report::default(),
            format: Format::default(),
        };
        let values = BundleValues::of(&config, Environment::Production, gate, &mut Texts::default());
        Self {
            region,
            values: values.fields.into_iter().map(|(name, field)| (name, field.text)).collect(),
            expires: content.expires,
            by: content.by.clone(),
            reason: content.reason.clone(),
        }
    }
}
