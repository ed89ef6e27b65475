//! The pointers of a store, kept up to date from the updates of a watcher.

use std::collections::BTreeMap;

use crate::entry::Entry;
use crate::keys::Keys;
use crate::names::WaveName;
use crate::pointer::Pointer;
use crate::position::{Position, Revision};
use crate::release_error::ReleaseError;
use crate::transaction::Condition;
use crate::update::{Change, Update};

/// The pointers of one store.
#[derive(Debug, Clone)]
pub(crate) struct Pointers {
    /// The position at which they were read.
    pub position: Position,
    /// The pointers by their waves.
    pub waves: BTreeMap<WaveName, Found>,
}

/// A pointer in a store.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The pointer, or what is wrong with it.
    pub pointer: Result<Pointer, String>,
    /// Its last change.
    pub modified: Revision,
}

impl Pointers {
    /// Returns the pointers of a listing.
    pub(crate) fn listed(entries: &[Entry], position: Position, keys: &Keys) -> Self {
        let mut pointers = Self { position, waves: BTreeMap::new() };
        for entry in entries {
            pointers.put(entry, keys);
        }
        pointers
    }

    /// Takes a key as it is now.
    pub(crate) fn set(&mut self, key: &str, entry: Option<&Entry>, keys: &Keys) {
        match entry {
            Some(entry) => self.put(entry, keys),
            None => self.remove(key, keys),
        }
    }

    fn remove(&mut self, key: &str, keys: &Keys) {
        if let Some(wave) = wave_of(key, keys) {
            self.waves.remove(&wave);
        }
    }

    fn put(&mut self, entry: &Entry, keys: &Keys) {
        let Some(wave) = wave_of(&entry.key, keys) else { return };
        let pointer = Pointer::decode(&entry.value, &entry.key).map_err(|error: ReleaseError| error.to_string());
        self.waves.insert(wave, Found { pointer, modified: entry.modified });
    }

    /// Applies an update of a watcher. Returns the pointers after it, or `None` if it has none.
    pub(crate) fn after(before: Option<Self>, update: &Update, keys: &Keys) -> Option<Self> {
        match update {
            Update::Listed { listing, .. } => Some(Self::listed(&listing.entries, listing.position, keys)),
            Update::Changed { changes, position } => {
                let mut pointers = before?;
                for change in changes {
                    match change {
                        Change::Put(entry) => pointers.put(entry, keys),
                        Change::Deleted { key, .. } => pointers.remove(key, keys),
                    }
                }
                pointers.position = *position;
                Some(pointers)
            }
            Update::Resumed { .. } | Update::Interrupted { .. } => before,
        }
    }

    /// Takes changes that this program made, before the watcher reports them.
    pub(crate) fn moved(
        &mut self,
        puts: impl IntoIterator<Item = (WaveName, Pointer)>,
        deletes: &[WaveName],
        modified: Revision,
    ) {
        for (wave, pointer) in puts {
            self.waves.insert(wave, Found { pointer: Ok(pointer), modified });
        }
        deletes.iter().for_each(|wave| drop(self.waves.remove(wave)));
    }

    /// Returns the condition that a pointer is as it was read.
    pub(crate) fn condition(&self, wave: &WaveName) -> Condition {
        self.waves.get(wave).map_or(Condition::Absent, |found| Condition::Unchanged(found.modified))
    }
}

fn wave_of(key: &str, keys: &Keys) -> Option<WaveName> {
    // Others may write keys that are not pointers.
    Keys::name_below(key, &keys.rollouts())?.parse().ok()
}
