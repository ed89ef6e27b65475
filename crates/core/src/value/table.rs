//! The entries of a table.

use std::fmt;
use std::hash::BuildHasher;
use std::ops::{Deref, DerefMut};

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;
use indexmap::{IndexMap, map};

use crate::value::Node;

/// A table: its entries in the order in which they were written. It is used as the map that it derefs to.
///
/// The map is in a box: most values of a config are no tables, and each takes the room of the largest. One that was never written
/// to has none.
#[derive(Clone, Default)]
pub struct Table(Option<Box<Map>>);

type Map = IndexMap<String, Node, Keys>;

static EMPTY: Map = Map::with_hasher(Keys);

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
        Self(Some(Box::new(Map::with_capacity_and_hasher(entries, Keys))))
    }
}

impl Deref for Table {
    type Target = Map;

    fn deref(&self) -> &Map {
        self.0.as_deref().unwrap_or(&EMPTY)
    }
}

impl DerefMut for Table {
    fn deref_mut(&mut self) -> &mut Map {
        self.0.get_or_insert_default()
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl FromIterator<(String, Node)> for Table {
    fn from_iter<I: IntoIterator<Item = (String, Node)>>(entries: I) -> Self {
        Self(Some(Box::new(entries.into_iter().collect())))
    }
}

impl IntoIterator for Table {
    type Item = (String, Node);
    type IntoIter = map::IntoIter<String, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.map(|map| *map).unwrap_or_default().into_iter()
    }
}

impl<'t> IntoIterator for &'t Table {
    type Item = (&'t String, &'t Node);
    type IntoIter = map::Iter<'t, String, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'t> IntoIterator for &'t mut Table {
    type Item = (&'t String, &'t mut Node);
    type IntoIter = map::IterMut<'t, String, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn a_value_takes_no_more_room_than_a_text_and_its_places_need() {
        assert_eq!((size_of::<Value>(), size_of::<Node>()), (32, 56));
    }

    #[test]
    fn a_table_that_was_never_written_to_is_like_one_that_was_emptied() {
        let mut emptied = Table::from_iter([("a".to_owned(), Node::bare(Value::Null))]);
        assert_ne!(emptied, Table::default());
        emptied.clear();
        assert_eq!(emptied, Table::default());
        assert_eq!(Table::default().into_iter().count() + Table::default().len(), 0);
        let mut table = Table::default();
        table.insert("b".to_owned(), Node::bare(Value::Bool(true)));
        assert_eq!(table.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), ["b"]);
    }
}
