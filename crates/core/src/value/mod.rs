//! Values that know where they were written.
//!
//! A layer makes a tree, layers [merge](mod@merge), the gate admits a tree. A tree is read from TOML ([`read`]) or JSON ([`json`])
//! and written as canonical TOML ([`mod@write`]); it deserializes into a Rust value; equality ignores origins, so that two trees are equal when they mean the
//! same.

mod de;
pub mod diff;
pub mod json;
pub mod merge;
mod nix_span;
mod node;
mod origin;
mod path;
pub mod reference;
mod table;

pub use self::node::*;
pub use self::origin::{Definition, Origin, Place, Source, Sources, Span};
pub use self::path::{Path, Segment, Trail};
pub use self::table::Table;
