//! The nodes and the releases that recommendations are made from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::digest::Digest;
use crate::fleet_status::read_release;
use crate::history::{Action, HistoryEntry};
use crate::insight::bundle_cache::BundleCache;
use crate::insight::bundle_values::BundleValues;
use crate::insight::recommend::finding::RecordedReleaseName;
use crate::insight::record::ConfigSource;
use crate::insight::subject::{InsightError, pointer};
use crate::insight::timeline::TimelineEntry;
use crate::keys::Keys;
use crate::names::{NodeName, WaveName};
use crate::reader::ReleaseReader;
use crate::release::{Release, Targets};
use crate::release_error::ReleaseError;
use crate::rollout::Inventory;
use crate::store::Store;

/// The number of changes of the history that are looked at.
const CHANGES: usize = 1000;

/// Limits of what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordLimits {
    /// The largest number of releases.
    pub releases: usize,
    /// The largest number of bundles.
    pub bundles: usize,
}

impl Default for RecordLimits {
    fn default() -> Self {
        Self { releases: 20, bundles: 5000 }
    }
}

/// The nodes of the published release, and the releases of the history.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// The config of each node in the published release.
    pub nodes: BTreeMap<NodeName, Arc<BundleValues>>,
    /// The releases, newest first.
    pub releases: Vec<RecordedRelease>,
    /// Releases and bundles that cannot be used, and limits that were reached.
    pub problems: Vec<String>,
}

/// A release of the history.
#[derive(Debug, Clone)]
pub(super) struct RecordedRelease {
    pub release: Digest,
    /// Time of its last publication, or of the last wave that got it.
    pub at: Timestamp,
    /// The reason why it went back.
    pub went_back: Option<String>,
    /// Its configs, each once.
    pub bundles: Vec<Arc<BundleValues>>,
}

impl RecordedRelease {
    /// Returns the name of the release, with what became of it.
    pub fn name(&self) -> RecordedReleaseName {
        RecordedReleaseName { release: self.release, at: self.at, went_back: self.went_back.clone() }
    }
}

impl Recorded {
    /// Reads the record.
    pub async fn read(
        store: &Store,
        keys: &Keys,
        configs: ConfigSource<'_>,
        limits: RecordLimits,
    ) -> Result<Self, InsightError> {
        let mut recorded = Self::default();
        let mut reading = Reading {
            reader: ReleaseReader::new(store, keys, configs.trust),
            configs,
            cache: BundleCache::default(),
            left: limits.bundles,
        };
        let inventory = Inventory::of(&store.list(&keys.nodes()).await?, keys);
        let all = WaveName::all();
        let published = pointer(store, keys, &all).await?.map(|pointer| pointer.release);
        if let Some(digest) = published {
            let release = read_release(store, keys, &digest).await?;
            for (node, bundle) in bundles_of_nodes(&release, &inventory) {
                if let Some(values) = reading.bundle(&bundle, &mut recorded.problems).await? {
                    recorded.nodes.insert(node, values);
                }
            }
        }
        let timeline = TimelineEntry::newest(store, keys, CHANGES).await?;
        let entries = timeline.iter().rev().filter_map(|entry| entry.change.as_ref().ok());
        for (digest, (at, went_back)) in fates(entries).into_iter().take(limits.releases) {
            let release = match read_release(store, keys, &digest).await {
                Ok(release) => release,
                Err(error @ ReleaseError::Store(_)) => return Err(error.into()),
                Err(error) => {
                    recorded.problems.push(error.to_string());
                    continue;
                }
            };
            let mut bundles = Vec::new();
            for bundle in release.bundles() {
                bundles.extend(reading.bundle(&bundle, &mut recorded.problems).await?);
            }
            recorded.releases.push(RecordedRelease { release: digest, at, went_back, bundles });
        }
        if reading.left == 0 {
            let limit = limits.bundles;
            recorded.problems.push(format!("more than {limit} bundles: those beyond are left out; raise --bundles"));
        }
        Ok(recorded)
    }
}

/// A reader of bundles with a limit.
struct Reading<'r> {
    reader: ReleaseReader<'r>,
    configs: ConfigSource<'r>,
    cache: BundleCache,
    left: usize,
}

impl Reading<'_> {
    async fn bundle(
        &mut self,
        digest: &Digest,
        problems: &mut Vec<String>,
    ) -> Result<Option<Arc<BundleValues>>, InsightError> {
        if self.cache.get(digest).is_none() {
            if self.left == 0 {
                return Ok(None);
            }
            self.left -= 1;
            if let Err(problem) = self.cache.read(self.reader, self.configs.gate, digest).await? {
                problems.push(problem.to_string());
            }
        }
        Ok(self.cache.get(digest).and_then(|known| known.clone().ok()))
    }
}

/// Returns the bundle of each node: of those that the release lists, else of those that report.
fn bundles_of_nodes(release: &Release, inventory: &Inventory) -> BTreeMap<NodeName, Digest> {
    match &release.targets {
        Targets::Nodes(nodes) => nodes.clone(),
        Targets::All(bundle) => inventory.members().map(|(node, _)| (node.clone(), *bundle)).collect(),
    }
}

/// Returns the releases of a history, newest first, with their last times and the reasons why they went back. `entries` are the
/// changes, oldest first.
fn fates<'e>(entries: impl Iterator<Item = &'e HistoryEntry>) -> Vec<(Digest, (Timestamp, Option<String>))> {
    let mut fates: BTreeMap<Digest, (usize, Timestamp, Option<String>)> = BTreeMap::new();
    for (order, entry) in entries.enumerate() {
        let seen: BTreeSet<Digest> = fates.keys().copied().collect();
        for moved in entry.waves.values() {
            let reason = || entry.reason.clone().unwrap_or_else(|| format!("by {}", entry.by));
            match entry.action {
                Action::Rollback => {
                    if let Some(from) = moved.from {
                        fates.insert(from, (order, entry.at, Some(reason())));
                    }
                }
                Action::Publish | Action::Rebase | Action::Advance => {
                    if let Some(from) =
                        moved.from.filter(|_| entry.action != Action::Advance && seen.contains(&moved.to))
                    {
                        let reason = format!("{} published an earlier release again", entry.by);
                        if let Some(fate) = fates.get_mut(&from) {
                            fate.2 = Some(reason);
                        }
                    }
                    fates.insert(moved.to, (order, entry.at, None));
                }
            }
        }
    }
    let mut fates: Vec<_> = fates.into_iter().collect();
    fates.sort_by_key(|(_, fate)| std::cmp::Reverse(fate.0));
    fates.into_iter().map(|(digest, (_, at, went_back))| (digest, (at, went_back))).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::history::Move;

    fn digest(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    /// Returns a release whose bundles have these configs.
    pub fn release(name: &str, went_back: Option<&str>, bundles: &[BundleValues]) -> RecordedRelease {
        RecordedRelease {
            release: digest(name),
            at: Timestamp::UNIX_EPOCH,
            went_back: went_back.map(str::to_owned),
            bundles: bundles.iter().cloned().map(Arc::new).collect(),
        }
    }

    /// Returns nodes `n0` and so on with these configs.
    pub fn nodes(configs: &[BundleValues]) -> BTreeMap<NodeName, Arc<BundleValues>> {
        let named = configs.iter().enumerate();
        named.map(|(number, values)| (format!("n{number}").parse().unwrap(), Arc::new(values.clone()))).collect()
    }

    fn entry(action: Action, from: Option<&str>, to: &str, reason: Option<&str>) -> HistoryEntry {
        HistoryEntry {
            action,
            waves: BTreeMap::from([(WaveName::all(), Move { from: from.map(digest), to: digest(to) })]),
            by: "alice".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            commit: None,
            reason: reason.map(str::to_owned),
        }
    }

    fn fates_of(entries: &[HistoryEntry]) -> Vec<(Digest, Option<String>)> {
        fates(entries.iter()).into_iter().map(|(digest, (_, went_back))| (digest, went_back)).collect()
    }

    #[test]
    fn the_last_event_of_a_release_is_its_fate() {
        let history = [
            entry(Action::Publish, None, "a", None),
            entry(Action::Advance, Some("a"), "b", None),
            entry(Action::Rollback, Some("b"), "a", Some("alarm errors fires")),
            entry(Action::Advance, Some("a"), "c", None),
        ];
        assert_eq!(
            fates_of(&history),
            [(digest("c"), None), (digest("b"), Some("alarm errors fires".to_owned())), (digest("a"), None),]
        );
        let again = [history.as_slice(), &[entry(Action::Advance, Some("c"), "b", None)]].concat();
        assert_eq!(fates_of(&again)[0], (digest("b"), None));
    }

    #[test]
    fn a_release_that_an_earlier_one_replaces_went_back() {
        let history = [
            entry(Action::Publish, None, "a", None),
            entry(Action::Publish, Some("a"), "b", None),
            entry(Action::Publish, Some("b"), "a", None),
        ];
        let back = "alice published an earlier release again".to_owned();
        assert_eq!(fates_of(&history), [(digest("a"), None), (digest("b"), Some(back))]);
    }
}
