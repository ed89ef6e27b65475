//! Migrations of TOML texts: what was done to the tree is done to its text, statement by statement. What is not touched stays
//! as it is, to the byte.

mod edit;
mod insert;
mod layout;
mod text;

pub use self::text::*;
