//! Profiles while a service runs: which of them hold at a moment, and when that may change.
//!
//! The conditions see a [`Moment`], a snapshot of all that they ask for, and nothing else: the same moment gives the same
//! answer.
//!
//! ```
//! use confgate_core::environment::Environment;
//! use confgate_core::profile::{Condition, OneOrMany};
//! use confgate_runtime::profile::{Moment, Usage};
//!
//! let night = Condition {
//!     time: Some(OneOrMany::One("22:00-06:00".parse()?)),
//!     zone: Some("Europe/Berlin".into()),
//!     ..Condition::default()
//! };
//! let moment = Moment {
//!     environment: Environment::Production,
//!     variable: &|_| None,
//!     now: "2026-01-15T21:30:00Z".parse()?, // 22:30 in Berlin
//!     usage: Usage::default(),
//! };
//! assert!(moment.meets(&night, false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clock;
mod machine;
mod moment;
#[cfg(test)]
mod tests;

pub use self::machine::{Machine, Usage};
pub use self::moment::*;
