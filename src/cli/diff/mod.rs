//! `confgate diff`: semantic comparison of two configs or fleets.
//!
//! diff.rs reads and compares both sides. row.rs has the change of a field, fleet_change.rs those of a fleet. text.rs,
//! markdown.rs and html.rs with page.css and page.js display them.

mod diff;
mod diff_format;
mod fleet_change;
pub(crate) mod html;
pub(crate) mod markdown;
mod row;
pub(crate) mod text;

pub use self::diff::Diff;
#[cfg(feature = "fleet")]
pub(crate) use self::diff_format::DiffFormat;
#[cfg(feature = "fleet")]
pub(crate) use self::fleet_change::FleetChange;
#[cfg(feature = "fleet")]
pub(crate) use self::row::Row;
