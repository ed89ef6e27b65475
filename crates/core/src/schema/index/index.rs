use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use super::entry::IndexEntry;

/// The index of a resolved schema; the first entry is the root.
#[derive(Debug, Default)]
pub struct Index {
    /// The entries.
    pub entries: Vec<IndexEntry>,
    /// The places with a reference and nothing else, which have the entry of its target.
    pub(super) aliases: Vec<(String, usize)>,
    /// The entries by their places. Messages alone need it.
    places: OnceLock<HashMap<String, usize, RandomState>>,
}

impl Index {
    /// Tells whether any subschema has a keyword that is `true`.
    pub fn has_mark(&self, keyword: &str) -> bool {
        self.entries.iter().any(|entry| entry.marks.iter().any(|mark| mark == keyword))
    }

    /// Makes the index of a schema without references.
    pub fn without_references(entries: Vec<IndexEntry>) -> Self {
        Self { entries, aliases: Vec::new(), places: OnceLock::new() }
    }

    /// Returns the entry of a place.
    pub fn at(&self, pointer: &str) -> Option<&IndexEntry> {
        let places = self.places.get_or_init(|| {
            let own = self.entries.iter().enumerate().map(|(place, entry)| (entry.pointer.clone(), place));
            own.chain(self.aliases.iter().cloned()).collect()
        });
        places.get(pointer).map(|place| &self.entries[*place])
    }
}
