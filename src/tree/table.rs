//! The entries of a table.

use std::fmt;
use std::hash::BuildHasher;
use std::ops::{Deref, DerefMut};

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;
use indexmap::{IndexMap, map};

use super::Node;

/// A table: its entries in the order in which they were written. It is used as the map that it derefs to.
///
/// The map is in a box: most values of a config are no tables, and each takes the room of the largest.
#[derive(Clone, Default, PartialEq)]
pub struct Table(Box<Map>);

type Map = IndexMap<String, Node, Keys>;

/// How the keys of tables are hashed: by what is fast, because what configs are read from is no enemy, and differently in
/// each process. It is the same for all tables of one, so that no table has to remember it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Keys;

impl BuildHasher for Keys {
    type Hasher = FoldHasher<'static>;

    fn build_hasher(&self) -> Self::Hasher {
        FoldHasher::with_seed(0x9E37_79B9_7F4A_7C15, SharedSeed::global_random())
    }
}

impl Table {
    /// A table with room for so many entries.
    pub fn with_capacity(entries: usize) -> Self {
        Self(Box::new(Map::with_capacity_and_hasher(entries, Keys)))
    }
}

impl Deref for Table {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.0
    }
}

impl DerefMut for Table {
    fn deref_mut(&mut self) -> &mut Map {
        &mut self.0
    }
}

impl FromIterator<(String, Node)> for Table {
    fn from_iter<I: IntoIterator<Item = (String, Node)>>(entries: I) -> Self {
        Self(Box::new(entries.into_iter().collect()))
    }
}

impl IntoIterator for Table {
    type Item = (String, Node);
    type IntoIter = map::IntoIter<String, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'t> IntoIterator for &'t Table {
    type Item = (&'t String, &'t Node);
    type IntoIter = map::Iter<'t, String, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'t> IntoIterator for &'t mut Table {
    type Item = (&'t String, &'t mut Node);
    type IntoIter = map::IterMut<'t, String, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Value;

    #[test]
    fn a_value_takes_no_more_room_than_a_text_and_its_places_need() {
        assert_eq!((size_of::<Value>(), size_of::<Node>()), (32, 56));
    }
}
