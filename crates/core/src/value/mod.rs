//! Trees of values that know where they were written.
//!
//! Every layer of a config is read into a tree of [`Node`]s: a [`Value`] and its [`Origin`]. Layers are
//! [merged](mod@merge) in the order of precedence, the gate validates the merged tree, and the tree deserializes into the
//! config type. Equality ignores origins: two trees are equal when they mean the same.
//!
//! An origin is small: byte spans or a shared list of Nix definitions. [`Sources`] holds the texts of one tree and turns an
//! origin into the [`Location`]s that a diagnostic points at.
//!
//! | module | brings |
//! |---|---|
//! | [`json`] | conversion from and to JSON |
//! | [`mod@merge`] | one tree laid over another |
//! | [`diff`] | the values in which two trees differ |
//! | [`mod@reference`] | `${NAME}` references inside strings |
//!
//! The texts are read and written by [`crate::toml`], [`crate::json`] and [`crate::yaml`].

mod deserialize;
pub mod diff;
mod entries;
mod entries_index;
mod entries_iter;
mod format;
pub mod json;
mod key;
mod key_equality;
mod key_hasher;
mod location;
pub mod merge;
mod nix_span;
mod node;
mod origin;
mod path;
mod read_error;
pub mod reference;
mod serialize;
mod source;
mod sources;

pub use self::entries::Entries;
pub use self::entries_iter::{IntoIter, Iter, IterMut};
pub use self::format::Format;
pub use self::key::Key;
pub(crate) use self::key_equality::are_equal_keys;
pub use self::location::Location;
pub(crate) use self::node::written_in;
pub use self::node::{Node, Table, Value};
pub use self::origin::{Definition, Origin};
pub use self::path::{Path, PathRef, Segment};
pub use self::read_error::{MAX_DEPTH, ReadError, ReadErrorKind};
pub use self::serialize::{SerializeError, serialize, widen};
pub use self::source::{Source, Span};
pub use self::sources::Sources;
