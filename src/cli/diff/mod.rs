//! `confgate diff`: semantic comparison of two configs or fleets.
//!
//! diff.rs reads and compares both sides. row.rs has the change of a field, fleet_change.rs those of a fleet, text.rs and markdown.rs
//! display them.

mod diff;
mod fleet_change;
mod markdown;
mod row;
mod text;

pub use self::diff::Diff;
