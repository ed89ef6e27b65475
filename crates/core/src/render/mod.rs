//! Reports as people and programs read them.

pub mod github;
pub mod human;
pub mod json;
pub mod sarif;
mod snippet;
mod totals;

pub use self::totals::*;
