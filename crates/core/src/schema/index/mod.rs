//! The index of a schema: the keywords of each subschema, extracted once.
//!
//! The gate looks up the subschema of every value several times. Lookups in the JSON document would take more time than all
//! the rest of the work. [`build_in`] makes an [`IndexEntry`] of each subschema; entries refer to one another by their position in
//! the [`Index`].

mod builder;
mod entry;
mod index;
mod json_text;
mod pattern;
#[cfg(test)]
mod tests;
mod types;

pub use self::builder::{build, build_in};
pub use self::entry::IndexEntry;
pub use self::index::Index;
pub use self::types::Types;
