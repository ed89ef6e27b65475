//! Edits of TOML texts that keep every other byte: comments, order, blank lines.
//!
//! [`set()`] writes one value, [`remove()`] removes one; [`FieldName`] is the name of a field as people write it. `layout` finds the items of a text, `insert` the position of a new entry.
//! Migrations of texts are made of these edits.

mod entry;
mod field_name;
mod insert;
mod layout;
mod lines;
mod set;

pub(crate) use self::entry::Entry;
pub use self::field_name::{FieldName, InvalidFieldName};
pub(crate) use self::insert::insert;
pub(crate) use self::layout::{ItemKind, Layout, LayoutItem};
pub use self::lines::key_text as key;
pub(crate) use self::lines::{comments_above, dotted_key, key_text, keys_of, line_start, next_line, replace_ranges};
pub(crate) use self::set::range_with_comma;
pub use self::set::{remove, set};
