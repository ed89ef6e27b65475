//! From a bundle to a running node and back, with nothing half done.
//!
//! A deployment is a row of [steps](Step). Before `activate` nothing of the node is touched; after it, whatever fails brings
//! back the generation that ran before. Every change of the disk is such that a kill or a power cut at any moment leaves the old
//! generation or the new one whole, and the next command finds out which.

mod attempt;
pub mod bundle;
mod deployment;
pub mod disk;
mod doctor;
mod error;
mod generations;
mod health;
pub mod interrupt;
mod link;
mod lock;
mod model;
mod pending_reload;
mod plan;
mod process;
mod record;
mod reload;
mod rollback;
mod running;
mod service;
mod source;
#[cfg(test)]
mod tests;

pub use self::attempt::AttemptError;
pub use self::bundle::Bundle;
pub use self::deployment::{Deployed, Deployment, Progress};
pub use self::doctor::{Problem, Repair, examine};
pub use self::error::*;
pub use self::generations::{Damage, Generations};
pub use self::health::Probe;
pub use self::lock::{Lock, Owner};
pub use self::plan::{Plan, Planned};
pub use self::record::{Record, Result as Outcome};
pub use self::reload::Reload;
pub use self::rollback::{Back, go_back};
pub use self::running::running;
pub use self::source::{Resolved, Source};
