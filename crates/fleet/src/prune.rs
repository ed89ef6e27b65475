//! Pruning: releases and changes that nothing needs any more are removed from a store.
//!
//! A release is kept if a pointer names it, if the running or the last rollout does, if a node reports it, or if it is among the newest.
//! Its bundles are kept with it. Each removal is a transaction that fails if a pointer moved, or a rollout began, since the store was
//! read. It also changes a key that publications and rollouts depend on: one that found a release or a bundle in the store before it was
//! removed begins again.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::author::Author;
use crate::digest::Digest;
use crate::entry::{Entry, Listing};
use crate::keys::Keys;
use crate::limits::{MAX_INDEX, MAX_VALUE};
use crate::node_report::NodeReport;
use crate::pointer::Pointer;
use crate::release::Release;
use crate::release_error::ReleaseError;
use crate::rollout::RolloutState;
use crate::store::Store;
use crate::store_error::StoreError;
use crate::transaction::{Commit, Condition, Transaction};

/// The largest number of keys that one transaction removes.
const BATCH: usize = 100;

/// A prune of one service.
#[derive(Debug, Clone, Copy)]
pub struct Prune<'p> {
    /// The keys of the service.
    pub keys: &'p Keys,
    /// Number of the newest releases to keep, beside those that are needed.
    pub keep: usize,
    /// Number of the newest changes of the history to keep.
    pub keep_history: usize,
    /// The author.
    pub author: &'p Author,
    /// True to find out what would be removed, and remove nothing.
    pub dry_run: bool,
}

/// The releases and bundles that were removed, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The releases, oldest first.
    pub releases: Vec<Digest>,
    /// Number of bundles.
    pub bundles: usize,
    /// Number of changes of the history.
    pub changes: usize,
    /// Number of releases that are left.
    pub kept: usize,
}

/// The reason why a store is not pruned. What was removed until then is removed.
#[derive(Debug, Error)]
pub enum PruneError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value of the store is invalid, so that it cannot be told what it needs.
    #[error("{0}\nnothing was removed")]
    Invalid(#[source] Box<ReleaseError>),
    /// A pointer moved, or a rollout changed, meanwhile.
    #[error("the fleet changes: a pointer moved, or a rollout went on, while the store was pruned; prune it again")]
    Changed,
}

impl From<ReleaseError> for PruneError {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::Store(error) => Self::Store(error),
            error => Self::Invalid(Box::new(error)),
        }
    }
}

/// Removes what nothing needs.
///
/// # Errors
///
/// The store cannot be used, a value that tells what is needed is invalid, or the fleet changes meanwhile.
pub async fn prune(store: &Store, prune: &Prune<'_>) -> Result<Pruned, PruneError> {
    let keys = prune.keys;
    // Pointers and nodes are read before the releases that they need: a release that is stored later is not in the listing.
    let pointers = store.list(&keys.rollouts()).await?;
    let mut needed = needed(store, &pointers, keys).await?;
    let mut releases = store.list_keys(&keys.releases()).await?.entries;
    releases.sort_by_key(|entry| entry.created);
    let names = |entry: &Entry| digest_of(&entry.key, &keys.releases());
    needed.extend(releases.iter().rev().take(prune.keep).filter_map(names));
    let mut pruned = Pruned { kept: releases.len(), ..Pruned::default() };
    let mut bundles: BTreeSet<Digest> = BTreeSet::new();
    let mut removed = Vec::new();
    for entry in &releases {
        let Some(release) = names(entry) else { continue };
        if needed.contains(&release) {
            bundles.extend(bundles_of(store, keys, &release).await?);
        } else {
            pruned.releases.push(release);
            removed.push(entry.key.clone());
        }
    }
    pruned.kept -= pruned.releases.len();
    // The index goes before its bundles: a release is there whole, or not at all.
    let stored = store.list_keys(&keys.bundles()).await?.entries;
    let mut parts: BTreeMap<Digest, Vec<String>> = BTreeMap::new();
    for entry in stored {
        let name = entry.key.strip_prefix(&keys.bundles()).and_then(|rest| rest.split('/').next());
        if let Some(bundle) = name.and_then(|name| name.parse().ok()).filter(|bundle| !bundles.contains(bundle)) {
            parts.entry(bundle).or_default().push(entry.key);
        }
    }
    // Bundles of a release that is being stored have no index yet. They are as new as the newest releases, and are kept with them.
    let young = young_bundles(store, keys, &releases, prune.keep).await?;
    parts.retain(|bundle, _| !young.contains(bundle));
    pruned.bundles = parts.len();
    removed.extend(parts.into_values().flatten());
    let history = old_changes(store, keys, prune.keep_history).await?;
    pruned.changes = history.len();
    removed.extend(history);
    if !prune.dry_run {
        remove(store, prune, &removed, &pointers).await?;
    }
    Ok(pruned)
}

/// Returns the releases that pointers, rollouts and nodes name.
async fn needed(store: &Store, pointers: &Listing, keys: &Keys) -> Result<BTreeSet<Digest>, PruneError> {
    let mut needed = BTreeSet::new();
    for entry in &pointers.entries {
        needed.insert(Pointer::decode(&entry.value, &entry.key)?.release);
    }
    let key = keys.staged();
    if let (Some(entry), _) = store.get(&key, MAX_VALUE).await? {
        needed.insert(Pointer::decode(&entry.value, &key)?.release);
    }
    for key in [keys.rollout_state(), keys.last_rollout()] {
        if let (Some(entry), _) = store.get(&key, MAX_VALUE).await? {
            let state = RolloutState::decode(&entry.value, &key)?;
            needed.extend([state.release, state.before]);
        }
    }
    for entry in store.list(&keys.nodes()).await?.entries {
        // A report that cannot be read is one of a node that says nothing: its pointer is kept.
        let Ok(report) = NodeReport::decode(&entry.value, &entry.key) else { continue };
        needed.extend(report.release.into_iter().chain(report.wanted));
    }
    Ok(needed)
}

/// Returns the bundles of a release. One that is not there any more has none.
async fn bundles_of(store: &Store, keys: &Keys, release: &Digest) -> Result<Vec<Digest>, PruneError> {
    let (entry, _) = store.get(&keys.release(release), MAX_INDEX).await?;
    let Some(entry) = entry else { return Ok(Vec::new()) };
    Ok(Release::decode(&entry.value, keys, release)?.bundles().into_iter().collect())
}

/// Returns the bundles that were stored after the newest releases that are kept.
async fn young_bundles(
    store: &Store,
    keys: &Keys,
    releases: &[Entry],
    keep: usize,
) -> Result<BTreeSet<Digest>, PruneError> {
    let oldest = releases.iter().rev().take(keep.max(1)).next_back().map(|entry| entry.created);
    let headers = store.list_keys(&keys.bundles()).await?.entries;
    let is_young = |entry: &&Entry| oldest.is_none_or(|oldest| entry.created > oldest);
    let name = |entry: &Entry| entry.key.strip_prefix(&keys.bundles())?.split('/').next()?.parse().ok();
    Ok(headers.iter().filter(is_young).filter_map(name).collect())
}

/// Returns the keys of the changes before the newest ones.
async fn old_changes(store: &Store, keys: &Keys, keep: usize) -> Result<Vec<String>, PruneError> {
    let mut changes = store.list_keys(&keys.history()).await?.entries;
    changes.sort_by_key(|entry| std::cmp::Reverse(entry.created));
    Ok(changes.into_iter().skip(keep).map(|entry| entry.key).collect())
}

async fn remove(store: &Store, prune: &Prune<'_>, removed: &[String], pointers: &Listing) -> Result<(), PruneError> {
    let keys = prune.keys;
    let read_at = pointers.position.revision;
    for batch in removed.chunks(BATCH) {
        let marker = keys.pruned();
        let (found, _) = store.get(&marker, MAX_VALUE).await?;
        let mut transaction = Transaction::new()
            .when(&marker, Condition::as_read(found.as_ref()))
            .when_untouched(keys.rollouts(), read_at)
            .when_untouched(keys.rollout_state(), read_at)
            .put(&marker, format!("{} at {}", prune.author.by, prune.author.at));
        for key in batch {
            transaction = transaction.delete(key);
        }
        match store.commit(&transaction).await? {
            Commit::Done(_) => {}
            Commit::Conflict(_) => return Err(PruneError::Changed),
        }
    }
    Ok(())
}

fn digest_of(key: &str, prefix: &str) -> Option<Digest> {
    Keys::name_below(key, prefix)?.parse().ok()
}
