//! Evaluation of the conditions of profiles: the active profiles at a moment, and the time of the next change.
//!
//! Conditions read a [`Moment`] and nothing else: the environment, the variables of features, the time (clock.rs), the variants of flags, and the CPU
//! and memory usage ([`ResourceMeter`]: of the control groups of `control_groups.rs`, or of the machine). The same moment gives
//! the same result.
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
//!     flags: None,
//! };
//! assert!(moment.meets(&night, false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clock;
mod control_groups;
mod cpu_meter;
mod cpu_set;
mod kernel_files;
mod memory;
mod moment;
mod resource_meter;
#[cfg(test)]
mod tests;

pub use self::moment::{FlagVariants, Moment, POLL, active, next_check, unknown_facts};
pub use self::resource_meter::{ResourceMeter, Usage};
