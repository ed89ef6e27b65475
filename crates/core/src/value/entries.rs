//! Entries by their keys, in the order in which they were added.

use std::fmt;

use indexmap::IndexMap;

use crate::value::Key;
use crate::value::entries_iter::{IntoIter, Iter, IterMut};
use crate::value::key_equality::are_equal_keys;
use crate::value::key_hasher::KeyHasher;

/// The number of entries up to which names are compared one after the other. Most tables of a config have fewer: to compare their
/// short names takes less time and memory than to hash them.
const FEW: usize = 32;

/// A map from keys to values that keeps the order of its entries. Equality ignores the order.
///
/// A few entries are a list; more are a hash map.
#[derive(Clone)]
pub struct Entries<V>(Repr<V>);

#[derive(Clone)]
enum Repr<V> {
    Few(Vec<(Key, V)>),
    /// Boxed, because most values of a config are not tables and every value takes the space of the largest variant.
    Many(Box<Map<V>>),
}

type Map<V> = IndexMap<Key, V, KeyHasher>;

impl<V> Entries<V> {
    /// Creates a map without entries, and allocates nothing.
    pub const fn new() -> Self {
        Self(Repr::Few(Vec::new()))
    }

    /// Creates an empty map with room for `count` entries.
    pub fn with_capacity(count: usize) -> Self {
        Self(match count {
            0..=FEW => Repr::Few(Vec::with_capacity(count)),
            _ => Repr::Many(Box::new(Map::with_capacity_and_hasher(count, KeyHasher))),
        })
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Few(list) => list.len(),
            Repr::Many(map) => map.len(),
        }
    }

    /// Returns whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of entries that fit without an allocation.
    pub fn capacity(&self) -> usize {
        match &self.0 {
            Repr::Few(list) => list.capacity(),
            Repr::Many(map) => map.capacity(),
        }
    }

    /// Makes room for exactly `count` more entries.
    pub fn reserve_exact(&mut self, count: usize) {
        match self.for_more(count) {
            Repr::Few(list) => list.reserve_exact(count),
            Repr::Many(map) => map.reserve_exact(count),
        }
    }

    /// Returns the form in which `count` more entries fit.
    fn for_more(&mut self, count: usize) -> &mut Repr<V> {
        if let Repr::Few(list) = &mut self.0
            && list.len() + count > FEW
        {
            let mut map = Map::with_capacity_and_hasher(list.len() + count, KeyHasher);
            map.extend(std::mem::take(list));
            self.0 = Repr::Many(Box::new(map));
        }
        &mut self.0
    }

    /// Returns the index of a key.
    pub fn get_index_of(&self, key: impl AsRef<str>) -> Option<usize> {
        match &self.0 {
            Repr::Few(list) => position(list, key.as_ref()),
            Repr::Many(map) => map.get_index_of(key.as_ref()),
        }
    }

    /// Returns whether the map has a key.
    pub fn contains_key(&self, key: impl AsRef<str>) -> bool {
        self.get_index_of(key).is_some()
    }

    /// Returns the value of a key.
    pub fn get(&self, key: impl AsRef<str>) -> Option<&V> {
        match &self.0 {
            Repr::Few(list) => position(list, key.as_ref()).map(|index| &list[index].1),
            Repr::Many(map) => map.get(key.as_ref()),
        }
    }

    /// Returns the value of a key.
    pub fn get_mut(&mut self, key: impl AsRef<str>) -> Option<&mut V> {
        match &mut self.0 {
            Repr::Few(list) => position(list, key.as_ref()).map(|index| &mut list[index].1),
            Repr::Many(map) => map.get_mut(key.as_ref()),
        }
    }

    /// Counts the entries whose keys are the first of some names, in the same order, as nearly all are.
    pub(crate) fn count_in_order<'n>(&self, names: impl Iterator<Item = &'n String>) -> usize {
        match &self.0 {
            Repr::Few(list) => list.iter().zip(names).take_while(|((key, _), name)| are_equal_keys(key, name)).count(),
            Repr::Many(map) => map.keys().zip(names).take_while(|(key, name)| are_equal_keys(key, name)).count(),
        }
    }

    /// Returns the entry at an index.
    pub fn get_index(&self, index: usize) -> Option<(&Key, &V)> {
        match &self.0 {
            Repr::Few(list) => list.get(index).map(|(key, value)| (key, value)),
            Repr::Many(map) => map.get_index(index),
        }
    }

    /// Returns the entry at an index.
    pub fn get_index_mut(&mut self, index: usize) -> Option<(&Key, &mut V)> {
        match &mut self.0 {
            Repr::Few(list) => list.get_mut(index).map(|(key, value)| (&*key, value)),
            Repr::Many(map) => map.get_index_mut(index),
        }
    }

    /// Inserts an entry at the end, or replaces the value of its key and returns the old one.
    pub fn insert(&mut self, key: impl Into<Key>, value: V) -> Option<V> {
        self.insert_full(key, value).1
    }

    /// Inserts an entry like [`insert`](Self::insert), and returns its index as well.
    pub fn insert_full(&mut self, key: impl Into<Key>, value: V) -> (usize, Option<V>) {
        let key = key.into();
        if let Repr::Few(list) = &mut self.0 {
            if let Some(index) = position(list, &key) {
                return (index, Some(std::mem::replace(&mut list[index].1, value)));
            }
            if list.len() < FEW {
                list.push((key, value));
                return (list.len() - 1, None);
            }
        }
        match self.for_more(1) {
            Repr::Few(_) => unreachable!("a list of {FEW} entries becomes a map"),
            Repr::Many(map) => map.insert_full(key, value),
        }
    }

    /// Inserts an entry at the end whose key the map does not have, and returns its index.
    pub(crate) fn push_new(&mut self, key: impl Into<Key>, value: V) -> usize {
        let key = key.into();
        debug_assert!(!self.contains_key(&key), "the map has the key");
        match self.for_more(1) {
            Repr::Few(list) => {
                list.push((key, value));
                list.len() - 1
            }
            Repr::Many(map) => map.insert_full(key, value).0,
        }
    }

    /// Inserts an entry at the end. If the map has its key, it stays as it is.
    ///
    /// # Errors
    ///
    /// The value that the key has.
    pub fn try_insert(&mut self, key: impl Into<Key>, value: V) -> Result<(), &V> {
        let key = key.into();
        match self.get_index_of(&key) {
            Some(index) => self.get_index(index).map_or(Ok(()), |(_, known)| Err(known)),
            None => {
                self.insert(key, value);
                Ok(())
            }
        }
    }

    /// Returns the value of a key, which is inserted at the end if the map does not have it.
    pub fn get_or_insert_with(&mut self, key: Key, value: impl FnOnce() -> V) -> &mut V {
        match self.for_more(1) {
            Repr::Few(list) => {
                let index = position(list, &key).unwrap_or(list.len());
                if index == list.len() {
                    list.push((key, value()));
                }
                &mut list[index].1
            }
            Repr::Many(map) => map.entry(key).or_insert_with(value),
        }
    }

    /// Moves all entries of a list behind the own ones, and returns whether their keys are new and differ. Otherwise the map keeps one
    /// entry a key.
    pub fn append_new(&mut self, mut added: Vec<(Key, V)>) -> bool {
        let all = self.len() + added.len();
        match self.for_more(added.len()) {
            Repr::Few(list) if list.is_empty() && are_different(&added) => *list = added,
            Repr::Few(_) => {
                self.reserve_exact(added.len());
                self.extend(added.drain(..));
            }
            Repr::Many(map) => map.extend(added),
        }
        self.len() == all
    }

    /// Removes an entry, and keeps the order of the others.
    pub fn shift_remove(&mut self, key: impl AsRef<str>) -> Option<V> {
        let index = self.get_index_of(key)?;
        self.shift_remove_index(index).map(|(_, value)| value)
    }

    /// Removes the entry at an index, and keeps the order of the others.
    pub fn shift_remove_index(&mut self, index: usize) -> Option<(Key, V)> {
        match &mut self.0 {
            Repr::Few(list) => (index < list.len()).then(|| list.remove(index)),
            Repr::Many(map) => map.shift_remove_index(index),
        }
    }

    /// Removes an entry in constant time: the last one takes its place.
    pub fn swap_remove(&mut self, key: impl AsRef<str>) -> Option<V> {
        match &mut self.0 {
            Repr::Few(list) => position(list, key.as_ref()).map(|index| list.swap_remove(index).1),
            Repr::Many(map) => map.swap_remove(key.as_ref()),
        }
    }

    /// Removes the last entry.
    pub fn pop(&mut self) -> Option<(Key, V)> {
        match &mut self.0 {
            Repr::Few(list) => list.pop(),
            Repr::Many(map) => map.pop(),
        }
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        match &mut self.0 {
            Repr::Few(list) => list.clear(),
            Repr::Many(map) => map.clear(),
        }
    }

    /// Keeps the entries that satisfy a predicate, in their order.
    pub fn retain(&mut self, mut keep: impl FnMut(&Key, &mut V) -> bool) {
        match &mut self.0 {
            Repr::Few(list) => list.retain_mut(|(key, value)| keep(key, value)),
            Repr::Many(map) => map.retain(keep),
        }
    }

    /// Sorts the entries by a key that is computed once for each.
    pub fn sort_by_cached_key<T: Ord>(&mut self, mut sort_key: impl FnMut(&Key, &V) -> T) {
        match &mut self.0 {
            Repr::Few(list) => list.sort_by_cached_key(|(key, value)| sort_key(key, value)),
            Repr::Many(map) => map.sort_by_cached_key(sort_key),
        }
    }

    /// Returns the entries in their order.
    pub fn iter(&self) -> Iter<'_, V> {
        match &self.0 {
            Repr::Few(list) => Iter::Few(list.iter()),
            Repr::Many(map) => Iter::Many(map.iter()),
        }
    }

    /// Returns the entries in their order.
    pub fn iter_mut(&mut self) -> IterMut<'_, V> {
        match &mut self.0 {
            Repr::Few(list) => IterMut::Few(list.iter_mut()),
            Repr::Many(map) => IterMut::Many(map.iter_mut()),
        }
    }

    /// Returns the keys in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> + DoubleEndedIterator + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// Returns the values in their order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> + DoubleEndedIterator + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// Returns the values in their order.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut V> {
        self.iter_mut().map(|(_, value)| value)
    }
}

/// Returns the index of a key in a list.
fn position<V>(list: &[(Key, V)], key: &str) -> Option<usize> {
    list.iter().position(|(known, _)| are_equal_keys(known, key))
}

/// Returns whether the keys of a list differ. Most keys of a table differ in their length, or in their first, middle or last byte,
/// so that few are compared.
fn are_different<V>(list: &[(Key, V)]) -> bool {
    let mut seen = 0_u128;
    list.iter().enumerate().all(|(index, (key, _))| {
        let bytes = key.as_bytes();
        let byte = |at: usize| bytes.get(at).map_or(0, |byte| usize::from(*byte));
        let place = bytes.len() * 7 + byte(0) * 3 + byte(bytes.len() / 2) * 5 + byte(bytes.len().wrapping_sub(1));
        let bit = 1 << (place % 128);
        let may_be_known = seen & bit != 0;
        seen |= bit;
        !may_be_known || position(&list[..index], key).is_none()
    })
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: fmt::Debug> fmt::Debug for Entries<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<V: PartialEq> PartialEq for Entries<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Into<Key>, V> Extend<(K, V)> for Entries<V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Into<Key>, V> FromIterator<(K, V)> for Entries<V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut map = Self::with_capacity(entries.size_hint().0);
        map.extend(entries);
        map
    }
}

impl<V> IntoIterator for Entries<V> {
    type Item = (Key, V);
    type IntoIter = IntoIter<V>;

    fn into_iter(self) -> IntoIter<V> {
        match self.0 {
            Repr::Few(list) => IntoIter::Few(list.into_iter()),
            Repr::Many(map) => IntoIter::Many(map.into_iter()),
        }
    }
}

impl<'e, V> IntoIterator for &'e Entries<V> {
    type Item = (&'e Key, &'e V);
    type IntoIter = Iter<'e, V>;

    fn into_iter(self) -> Iter<'e, V> {
        self.iter()
    }
}

impl<'e, V> IntoIterator for &'e mut Entries<V> {
    type Item = (&'e Key, &'e mut V);
    type IntoIter = IterMut<'e, V>;

    fn into_iter(self) -> IterMut<'e, V> {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests;
