//! Reports as people and programs read them.

mod format;
pub mod github;
pub mod human;
pub mod json;
pub mod sarif;
mod snippet;

pub use self::format::*;
