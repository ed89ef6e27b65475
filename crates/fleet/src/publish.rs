//! Publication: gate, sign, store, move the pointers in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use confgate_core::gate::Gate;
use confgate_core::sensitive::display::sanitize;
use confgate_nix_signatures::{SecretKey, Trust};

use crate::author::Author;
use crate::candidate::{Candidate, Member, Members, digests, name_of};
use crate::digest::Digest;
use crate::entry::Entry;
use crate::gated::GatedConfig;
use crate::history::{Action, HistoryEntry, Move};
use crate::keys::Keys;
use crate::limits::MAX_VALUE;
use crate::names::WaveName;
use crate::pointer::Pointer;
use crate::position::Position;
use crate::publish_error::PublishError;
use crate::reader::ReleaseReader;
use crate::rebase::{Rebase, Taken};
use crate::rollout::RolloutState;
use crate::store::Store;
use crate::three_way::{FieldChange, field_changes};
use crate::transaction::{Commit, Condition, Transaction};
use crate::writer::{ReleaseWriter, Written};

/// Largest number of times that a publication is rebased on others that happen meanwhile.
const MAX_ROUNDS: usize = 10;

/// The largest number of bundles whose changes are compared field by field.
const MAX_COMPARED: usize = 100;

/// A publication of a service.
pub struct Publication<'p> {
    /// The keys of the service.
    pub keys: &'p Keys,
    /// The gate of the service.
    pub gate: &'p Gate,
    /// Keys that sign bundles.
    pub trust: &'p Trust,
    /// The key that signs a rebased bundle, if it is at hand.
    pub signer: Option<&'p SecretKey>,
    /// The waves whose pointers move; none to store the release alone.
    pub waves: &'p [WaveName],
    /// The release that the bundles were made from; `None` for the published one.
    pub base: Option<Digest>,
    /// The author.
    pub author: &'p Author,
    /// True to find out what would happen, and write nothing.
    pub dry_run: bool,
}

/// Outcome of a publication.
#[derive(Debug, Clone)]
pub struct Published {
    /// The release.
    pub release: Digest,
    /// Number of its bundles.
    pub bundles: usize,
    /// Number of those that were not in the store.
    pub new_bundles: usize,
    /// The pointers that moved, or would move.
    pub moved: BTreeMap<WaveName, Move>,
    /// The position of the move; `None` if nothing moved.
    pub position: Option<Position>,
    /// The publication that this one was rebased on, and what was taken from it.
    pub rebased: Option<Rebased>,
    /// Changes against the published release, by bundle.
    pub changes: BTreeMap<String, Vec<FieldChange>>,
    /// The reason why changes are missing.
    pub uncompared: Option<String>,
    /// Number of warnings of the gate.
    pub warnings: usize,
}

/// A publication that another one was rebased on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebased {
    /// Its release.
    pub release: Digest,
    /// Its author: who, when, commit.
    pub author: String,
    /// The parts that were taken from it.
    pub taken: Taken,
}

/// The pointers of the waves, as they are.
struct Current {
    pointers: Vec<(WaveName, Option<(Pointer, Entry)>)>,
    /// Condition that nothing was pruned since.
    pruned: Condition,
}

impl Current {
    /// Returns the pointer that moved last.
    fn newest(&self) -> Option<&Pointer> {
        let pointers = self.pointers.iter().filter_map(|(_, pointer)| pointer.as_ref());
        pointers.max_by_key(|(_, entry)| entry.modified).map(|(pointer, _)| pointer)
    }
}

/// Publishes bundles.
///
/// A pointer that moves meanwhile is another author's publication: this one is put on top of it, by node and by field, and passes
/// the gate again. A field that both changed to different values is a conflict, and nothing is published.
///
/// # Errors
///
/// The gate rejects a bundle, authors contradict each other, or the store cannot be used. No pointer moved then; bundles and
/// the index may be stored, which changes nothing for a node.
pub async fn publish(
    store: &Store,
    publication: &Publication<'_>,
    candidate: Candidate,
) -> Result<Published, PublishError> {
    let mut members = Members::gated(candidate, publication.gate)?;
    let mut current = publication.current(store).await?;
    let published = |current: &Current| current.newest().map(|pointer| pointer.release);
    let mut base = publication.base.or_else(|| published(&current));
    let mut rebased = None;
    for _ in 0..MAX_ROUNDS {
        if let Some(pointer) = current.newest().filter(|pointer| Some(pointer.release) != base) {
            let author = author_of(pointer);
            let rebase = publication.rebase(store, author.clone());
            let (on_top, taken) = rebase.rebase(base, pointer.release, members).await?;
            members = on_top;
            base = Some(pointer.release);
            rebased = Some(Rebased { release: pointer.release, author, taken });
        }
        let mut outcome = publication.outcome(store, &members, &current, rebased.clone()).await?;
        if publication.dry_run {
            return Ok(outcome);
        }
        outcome.new_bundles = publication.store(store, &members).await?;
        if outcome.moved.is_empty() {
            return Ok(outcome);
        }
        match store.commit(&publication.transaction(&current, &outcome)).await? {
            Commit::Done(position) => {
                outcome.position = Some(position);
                return Ok(outcome);
            }
            Commit::Conflict(conflict) => {
                let key = publication.keys.rollout_state();
                let state = conflict.found.into_iter().find(|(found, _)| *found == key).and_then(|(_, entry)| entry);
                if let Some(entry) = state {
                    let state = RolloutState::decode(&entry.value, &key)?;
                    let rollout = format!("release {} by {}", state.release.short(), sanitize(&state.by));
                    return Err(PublishError::RolloutRunning { rollout });
                }
            }
        }
        current = publication.current(store).await?;
    }
    Err(PublishError::Busy { rounds: MAX_ROUNDS })
}

impl Publication<'_> {
    async fn current(&self, store: &Store) -> Result<Current, PublishError> {
        let (pruned, _) = store.get(&self.keys.pruned(), MAX_VALUE).await?;
        let mut pointers = Vec::new();
        for wave in self.waves {
            let key = self.keys.rollout(wave);
            let (entry, _) = store.get(&key, MAX_VALUE).await?;
            let pointer = match entry {
                Some(entry) => Some((Pointer::decode(&entry.value, &key)?, entry)),
                None => None,
            };
            pointers.push((wave.clone(), pointer));
        }
        Ok(Current { pointers, pruned: Condition::as_read(pruned.as_ref()) })
    }

    fn rebase<'r>(&'r self, store: &'r Store, theirs: String) -> Rebase<'r> {
        let mine = author_text(&self.author.by, &self.author.at, self.author.commit.as_deref());
        let reader = ReleaseReader::new(store, self.keys, self.trust);
        Rebase { reader, gate: self.gate, signer: self.signer, theirs, mine }
    }

    /// Describes what will happen.
    async fn outcome(
        &self,
        store: &Store,
        members: &Members,
        current: &Current,
        rebased: Option<Rebased>,
    ) -> Result<Published, PublishError> {
        let release = members.release(self.keys.service());
        let digest = Digest::of(&release.encode()?);
        let moves = current.pointers.iter().filter_map(|(wave, pointer)| {
            let from = pointer.as_ref().map(|(pointer, _)| pointer.release);
            (from != Some(digest)).then(|| (wave.clone(), Move { from, to: digest }))
        });
        let (changes, uncompared) = match current.newest().filter(|pointer| pointer.release != digest) {
            Some(pointer) => match self.changes(store, pointer.release, members).await {
                Ok(changes) => (changes, None),
                Err(error) => (BTreeMap::new(), Some(error.to_string())),
            },
            None => (BTreeMap::new(), None),
        };
        Ok(Published {
            release: digest,
            bundles: members.bundles(),
            new_bundles: 0,
            moved: moves.collect(),
            position: None,
            rebased,
            changes,
            uncompared,
            warnings: members.own().map(|(_, own)| own.config.report.warnings()).sum(),
        })
    }

    /// Compares the bundles that are to be stored with those of the published release.
    async fn changes(
        &self,
        store: &Store,
        published: Digest,
        members: &Members,
    ) -> Result<BTreeMap<String, Vec<FieldChange>>, PublishError> {
        let reader = ReleaseReader::new(store, self.keys, self.trust);
        let before = digests(&reader.release(&published).await?.targets);
        let changed = members.own().filter_map(|(target, own)| {
            let before = before.get(target).copied()?;
            (before != own.signed.digest()).then_some((target, own, before))
        });
        let mut changes = BTreeMap::new();
        for (target, own, before) in changed.take(MAX_COMPARED) {
            let name = name_of(target, &own.signed);
            let old = reader.bundle(&before).await?.bundle;
            let old = GatedConfig::of(&old, self.gate)
                .map_err(|source| PublishError::Gate { bundle: name.clone(), source })?;
            changes.insert(name, field_changes(self.gate, &old, &own.config));
        }
        Ok(changes)
    }

    /// Stores the bundles and the index, and returns the number of bundles that are new.
    async fn store(&self, store: &Store, members: &Members) -> Result<usize, PublishError> {
        let writer = ReleaseWriter::new(store, self.keys, self.trust);
        let (mut new, mut written) = (0, BTreeSet::new());
        for (_, own) in members.own() {
            if written.insert(own.signed.digest()) && writer.write_bundle(&own.signed).await? == Written::New {
                new += 1;
            }
        }
        // A bundle that was taken from another release may have been removed from the store since.
        let reader = ReleaseReader::new(store, self.keys, self.trust);
        for member in members.0.values() {
            if let Member::Published(digest) = member
                && written.insert(*digest)
            {
                reader.bundle(digest).await?;
            }
        }
        writer.write_release(&members.release(self.keys.service())).await?;
        Ok(new)
    }

    /// Returns the transaction that moves the pointers. It fails if one of them moved since it was read, a rollout began, or releases
    /// were pruned, among which may be one that was found in the store.
    fn transaction(&self, current: &Current, outcome: &Published) -> Transaction {
        let Author { by, at, commit } = self.author;
        let pointer = Pointer {
            release: outcome.release,
            by: by.clone(),
            at: *at,
            commit: commit.clone(),
            authority: None,
            selector: None,
        };
        let entry = HistoryEntry {
            action: if outcome.rebased.is_some() { Action::Rebase } else { Action::Publish },
            waves: outcome.moved.clone(),
            by: by.clone(),
            at: *at,
            commit: commit.clone(),
            reason: outcome
                .rebased
                .as_ref()
                .map(|rebased| format!("on top of {} by {}", rebased.release, rebased.author)),
        };
        let mut transaction = Transaction::new()
            .when(self.keys.rollout_state(), Condition::Absent)
            .when(self.keys.pruned(), current.pruned);
        for (wave, found) in &current.pointers {
            let key = self.keys.rollout(wave);
            transaction = transaction.when(&key, Condition::as_read(found.as_ref().map(|(_, entry)| entry)));
            if outcome.moved.contains_key(wave) {
                transaction = transaction.put(key, pointer.encode());
            }
        }
        // A controller of an older version leaves the release of its last rollout there.
        let transaction = transaction.delete(self.keys.staged());
        transaction.put_marker(self.keys.new_history_entry(*at), entry.encode())
    }
}

/// Returns the author of a pointer for a message.
fn author_of(pointer: &Pointer) -> String {
    author_text(&pointer.by, &pointer.at, pointer.commit.as_deref())
}

fn author_text(by: &str, at: &jiff::Timestamp, commit: Option<&str>) -> String {
    let commit = commit.map(|commit| format!(", commit {commit}")).unwrap_or_default();
    sanitize(&format!("{by} at {}{commit}", at.strftime("%Y-%m-%d %H:%M:%S UTC"))).into_owned()
}

impl Published {
    /// Returns whether the pointers were at the release already.
    pub fn is_unchanged(&self) -> bool {
        self.moved.is_empty()
    }
}
