//! Recommendations from what a store records, each with its evidence. None is applied.
//!
//! | file | content |
//! |---|---|
//! | recorded.rs | the nodes and the releases that are looked at |
//! | finding.rs | a recommendation and its evidence |
//! | definitions.rs | definitions that every node overrides, defaults that no node uses |
//! | flags.rs | booleans with one value everywhere |
//! | rollbacks.rs | values of releases that went back |
//! | secrets.rs | secrets that no node needs |

mod definitions;
mod finding;
mod flags;
mod recommendations;
mod recorded;
mod rollbacks;
mod secrets;

pub use self::finding::{CountedValue, Evidence, Finding, RecordedReleaseName};
pub use self::recommendations::{Recommendations, recommend};
pub use self::recorded::RecordLimits;
