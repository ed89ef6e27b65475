//! Changes of several keys at once, under conditions.

use etcd_client::{Compare, CompareOp, PutOptions, Txn, TxnOp, TxnOpResponse, TxnResponse};

use crate::entry::{Entry, entry, position};
use crate::lease_id::LeaseId;
use crate::position::{Position, Revision};
use crate::range_end::range_end;
use crate::store_error::StoreError;

/// A condition on a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The key does not exist.
    Absent,
    /// The last change of the key was at this revision.
    Unchanged(Revision),
}

impl Condition {
    /// Returns the condition that a key is as it was read.
    pub fn as_read(entry: Option<&Entry>) -> Self {
        entry.map_or(Self::Absent, |entry| Self::Unchanged(entry.modified))
    }
}

/// A change of several keys: all of them if every condition holds, else none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transaction {
    conditions: Vec<(String, Condition)>,
    writes: Vec<Write>,
    /// The key that no other transaction writes.
    marker: Option<String>,
    /// Prefixes below which no key may be newer than a revision.
    untouched: Vec<(String, Revision)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Write {
    key: String,
    value: Option<Vec<u8>>,
    lease: Option<LeaseId>,
}

/// Outcome of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commit {
    /// Every condition held, and all changes were made.
    Done(Position),
    /// A condition did not hold, and nothing was changed.
    Conflict(Conflict),
}

/// The keys of a transaction's conditions, as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Each key of a condition with its entry.
    pub found: Vec<(String, Option<Entry>)>,
    /// The position at which they were read.
    pub position: Position,
}

impl Transaction {
    /// Returns a transaction without changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition.
    #[must_use]
    pub fn when(mut self, key: impl Into<String>, condition: Condition) -> Self {
        self.conditions.push((key.into(), condition));
        self
    }

    /// Adds the condition that no key below a prefix was put after a revision.
    #[must_use]
    pub fn when_untouched(mut self, prefix: impl Into<String>, revision: Revision) -> Self {
        self.untouched.push((prefix.into(), revision));
        self
    }

    /// Adds the change of a key to a value.
    #[must_use]
    pub fn put(self, key: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.write(key.into(), Some(value.into()), None)
    }

    /// Adds the change of a key to a value that ends with a lease.
    #[must_use]
    pub fn put_under(self, key: impl Into<String>, value: impl Into<Vec<u8>>, lease: LeaseId) -> Self {
        self.write(key.into(), Some(value.into()), Some(lease))
    }

    /// Adds a key that no other transaction writes, such as an entry of a history. It tells after an attempt without an answer whether
    /// the changes were made, also if others have changed the other keys since.
    #[must_use]
    pub fn put_marker(mut self, key: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        let key = key.into();
        self.marker = Some(key.clone());
        self.put(key, value)
    }

    /// Adds the removal of a key.
    #[must_use]
    pub fn delete(self, key: impl Into<String>) -> Self {
        self.write(key.into(), None, None)
    }

    fn write(mut self, key: String, value: Option<Vec<u8>>, lease: Option<LeaseId>) -> Self {
        self.writes.push(Write { key, value, lease });
        self
    }

    /// Returns the request. If a condition does not hold, it reads the keys of the conditions, and those that it would write.
    pub(crate) fn request(&self) -> Txn {
        let compare = |(key, condition): &(String, Condition)| match condition {
            Condition::Absent => Compare::create_revision(key.as_str(), CompareOp::Equal, 0),
            Condition::Unchanged(revision) => Compare::mod_revision(key.as_str(), CompareOp::Equal, revision.0),
        };
        let write = |write: &Write| match &write.value {
            Some(value) => {
                let options = write.lease.map(|lease| PutOptions::new().with_lease(lease.0));
                TxnOp::put(write.key.as_str(), value.as_slice(), options)
            }
            None => TxnOp::delete(write.key.as_str(), None),
        };
        let untouched = self.untouched.iter().map(|(prefix, revision)| {
            let newer = Compare::mod_revision(prefix.as_str(), CompareOp::Less, revision.next().0);
            newer.with_range(range_end(prefix))
        });
        Txn::new()
            .when(self.conditions.iter().map(compare).chain(untouched).collect::<Vec<_>>())
            .and_then(self.writes.iter().map(write).collect::<Vec<_>>())
            .or_else(self.keys().map(|key| TxnOp::get(key, None)).collect::<Vec<_>>())
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let conditions = self.conditions.iter().map(|(key, _)| key.as_str());
        conditions.chain(self.writes.iter().map(|write| write.key.as_str()))
    }

    /// Makes the changes in a map, as etcd would. Returns whether the conditions held.
    #[cfg(test)]
    pub(crate) fn apply(&self, entries: &mut std::collections::BTreeMap<String, Entry>, revision: Revision) -> bool {
        let holds = |(key, condition): &(String, Condition)| Condition::as_read(entries.get(key)) == *condition;
        let is_untouched = |(prefix, revision): &(String, Revision)| {
            entries.iter().all(|(key, entry)| !key.starts_with(prefix.as_str()) || entry.modified <= *revision)
        };
        if !self.conditions.iter().all(holds) || !self.untouched.iter().all(is_untouched) {
            return false;
        }
        for Write { key, value, lease } in &self.writes {
            match value {
                Some(value) => {
                    let created = entries.get(key).map_or(revision, |entry| entry.created);
                    let (key, value) = (key.clone(), value.clone());
                    entries.insert(key.clone(), Entry { key, value, created, modified: revision, lease: *lease });
                }
                None => drop(entries.remove(key)),
            }
        }
        true
    }

    /// Returns the keys that are written, each once.
    #[cfg(test)]
    pub(crate) fn written(&self) -> std::collections::BTreeSet<&str> {
        let written: std::collections::BTreeSet<&str> = self.writes.iter().map(|write| write.key.as_str()).collect();
        assert_eq!(written.len(), self.writes.len(), "etcd rejects a transaction that writes a key twice");
        written
    }

    /// Returns the position at which the changes were made, among keys that were read at `position`: that of the marker, or the
    /// present one if all changes are there.
    fn made_at(&self, found: &[(String, Option<Entry>)], position: Position) -> Option<Position> {
        let entry_of = |key: &str| found.iter().find(|(name, _)| name == key).and_then(|(_, entry)| entry.as_ref());
        let is_there = |write: &Write| {
            let entry = entry_of(&write.key);
            entry.map(|entry| (&entry.value, entry.lease)) == write.value.as_ref().map(|value| (value, write.lease))
        };
        let marker = self.marker.as_ref().and_then(|marker| self.writes.iter().find(|write| write.key == *marker));
        match marker {
            Some(marker) if is_there(marker) => {
                entry_of(&marker.key).map(|entry| Position { revision: entry.modified, ..position })
            }
            Some(_) => None,
            None => self.writes.iter().all(is_there).then_some(position),
        }
    }

    /// Returns the outcome of a response. After an attempt without an answer, changes that are there are those of that attempt.
    pub(crate) fn outcome(&self, response: &TxnResponse, is_ambiguous: bool) -> Result<Commit, StoreError> {
        let position = position(response.header());
        if response.succeeded() {
            return Ok(Commit::Done(position));
        }
        let mut found = Vec::new();
        for (key, operation) in self.keys().zip(response.op_responses()) {
            let entry = match operation {
                TxnOpResponse::Get(got) => got.kvs().first().map(|found| entry(found, key)).transpose()?,
                _ => None,
            };
            found.push((key.to_owned(), entry));
        }
        if is_ambiguous && let Some(made) = self.made_at(&found, position) {
            return Ok(Commit::Done(made));
        }
        found.truncate(self.conditions.len());
        Ok(Commit::Conflict(Conflict { found, position }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::position::ClusterId;

    #[test]
    fn changes_that_are_there_were_made() {
        let entry = |key: &str, value: &[u8]| Entry {
            key: key.to_owned(),
            value: value.to_vec(),
            created: Revision(1),
            modified: Revision(2),
            lease: None,
        };
        let transaction = Transaction::new().when("/a", Condition::Absent).put("/a", "1").delete("/b");
        let found =
            |value: &[u8], b: Option<Entry>| vec![("/a".to_owned(), Some(entry("/a", value))), ("/b".to_owned(), b)];
        let now = Position { cluster: ClusterId(1), revision: Revision(9) };
        assert_eq!(transaction.made_at(&found(b"1", None), now), Some(now));
        assert_eq!(transaction.made_at(&found(b"2", None), now), None);
        assert_eq!(transaction.made_at(&found(b"1", Some(entry("/b", b""))), now), None);
        // A marker tells it, whatever others have written since.
        let marked = transaction.put_marker("/history/1", "mine");
        let with = |marker: Option<Entry>| [found(b"2", None), vec![("/history/1".to_owned(), marker)]].concat();
        let made = Position { revision: Revision(2), ..now };
        assert_eq!(marked.made_at(&with(Some(entry("/history/1", b"mine"))), now), Some(made));
        assert_eq!(marked.made_at(&with(Some(entry("/history/1", b"theirs"))), now), None);
        let unmade = [found(b"1", None), vec![("/history/1".to_owned(), None)]].concat();
        assert_eq!(marked.made_at(&unmade, now), None);
        assert_eq!(Condition::as_read(None), Condition::Absent);
        assert_eq!(Condition::as_read(Some(&entry("/a", b""))), Condition::Unchanged(Revision(2)));
    }
}
