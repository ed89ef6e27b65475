//! Iterators of [`Entries`](crate::value::Entries).

use std::{slice, vec};

use indexmap::map;

use crate::value::Key;

/// Iterator over the entries of a map.
pub enum Iter<'e, V> {
    /// Over those of a list.
    Few(slice::Iter<'e, (Key, V)>),
    /// Over those of a hash map.
    Many(map::Iter<'e, Key, V>),
}

/// Iterator over the entries of a map, whose values can be changed.
pub enum IterMut<'e, V> {
    /// Over those of a list.
    Few(slice::IterMut<'e, (Key, V)>),
    /// Over those of a hash map.
    Many(map::IterMut<'e, Key, V>),
}

/// Iterator over the owned entries of a map.
pub enum IntoIter<V> {
    /// Over those of a list.
    Few(vec::IntoIter<(Key, V)>),
    /// Over those of a hash map.
    Many(map::IntoIter<Key, V>),
}

impl<V> Clone for Iter<'_, V> {
    fn clone(&self) -> Self {
        match self {
            Self::Few(entries) => Self::Few(entries.clone()),
            Self::Many(entries) => Self::Many(entries.clone()),
        }
    }
}

/// Implements the traits of an iterator by those of its variants. `$entry` converts an entry of a list.
macro_rules! iterate {
    (<$($parameter:tt),+> $name:ty, $item:ty, $entry:expr) => {
        impl<$($parameter),+> Iterator for $name {
            type Item = $item;

            fn next(&mut self) -> Option<$item> {
                match self {
                    Self::Few(entries) => entries.next().map($entry),
                    Self::Many(entries) => entries.next(),
                }
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                match self {
                    Self::Few(entries) => entries.size_hint(),
                    Self::Many(entries) => entries.size_hint(),
                }
            }
        }

        impl<$($parameter),+> DoubleEndedIterator for $name {
            fn next_back(&mut self) -> Option<$item> {
                match self {
                    Self::Few(entries) => entries.next_back().map($entry),
                    Self::Many(entries) => entries.next_back(),
                }
            }
        }

        impl<$($parameter),+> ExactSizeIterator for $name {}
    };
}

iterate!(<'e, V> Iter<'e, V>, (&'e Key, &'e V), |(key, value)| (key, value));
iterate!(<'e, V> IterMut<'e, V>, (&'e Key, &'e mut V), |(key, value)| (&*key, value));
iterate!(<V> IntoIter<V>, (Key, V), |entry| entry);
