//! Access to entries that are known to be there.

use std::ops::{Index, IndexMut};

use crate::value::Entries;

impl<V> Index<&str> for Entries<V> {
    type Output = V;

    /// Returns the value of a key.
    ///
    /// # Panics
    ///
    /// The map does not have the key.
    fn index(&self, key: &str) -> &V {
        self.get(key).unwrap_or_else(|| panic!("no entry {key}"))
    }
}

impl<V> IndexMut<&str> for Entries<V> {
    /// Returns the value of a key.
    ///
    /// # Panics
    ///
    /// The map does not have the key.
    fn index_mut(&mut self, key: &str) -> &mut V {
        self.get_mut(key).unwrap_or_else(|| panic!("no entry {key}"))
    }
}
