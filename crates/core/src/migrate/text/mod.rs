//! Migration of TOML texts.
//!
//! The steps are applied to the tree of a text, and each edit of the tree is repeated on the text, statement by statement. All
//! other bytes stay: comments, order, blank lines. The result is read again and compared with the tree.

mod edit;
mod migrate_text;

pub use self::migrate_text::{MigrateTextError, migrate_text};
