//! Deployment of a bundle to a node, and the way back.
//!
//! A node keeps its bundles as numbered [generations](Generations), each a directory with a [record](Record) beside it. The
//! link `current` names the active generation, and the service reads its config through that link.
//!
//! [`deploy()`] takes a [`Deployment`] through these [steps](Step):
//!
//! ```text
//! fetch → verify → gate │ stage → activate → reload → health → bake → keep
//!     prepare.rs        │                    deploy.rs
//! ```
//!
//! Nothing on the node changes before `stage`. `activate` swaps the link by a rename. If a later step fails, the previous
//! generation becomes active again. Every change of the disk goes through [`Disk`], and a kill or a power cut at any of them
//! leaves the old generation or the new one intact; the next command finds out which (`recovery.rs`).
//!
//! [`rollback()`] goes back by hand, [`examine`] and [`repair`] look for damage, and `rollback_target.rs` decides which generation
//! a rollback chooses. A [`CancellationToken`] stops any of these commands; every wait heeds it.

mod archive;
mod bundle;
mod bundle_error;
mod bundle_file;
mod cancellation;
mod damage;
mod deploy;
mod deploy_error;
mod deployment;
mod disk;
mod doctor;
mod fetch_error;
mod generations;
mod generations_error;
mod git;
mod health;
mod http;
mod limits;
mod link;
mod lock;
mod lock_owner;
mod memory_source;
mod model_check;
mod outcome;
mod pending_reload;
mod plan;
mod prepare;
mod problem;
mod process;
mod progress;
mod record;
mod recovery;
mod reload;
mod reload_hook;
mod restored;
mod rollback;
mod rollback_error;
mod rollback_target;
mod run;
mod running;
mod service;
mod source;
mod step;
mod step_error;
#[cfg(test)]
mod tests;

pub use self::bundle::Bundle;
pub use self::bundle_error::BundleError;
pub use self::bundle_file::BundleFile;
pub use self::cancellation::{CancellationToken, Cancelled};
pub use self::damage::Damage;
pub use self::deploy::{Deployed, deploy, dry_run};
pub use self::deploy_error::{DeployError, Downgrade, SignatureError};
pub use self::deployment::Deployment;
pub use self::disk::{Disk, FileContent, RealDisk};
pub use self::doctor::{examine, repair};
pub use self::fetch_error::FetchError;
pub use self::generations::Generations;
pub use self::generations_error::GenerationsError;
pub use self::health::{InvalidProbe, Probe, ProbeError};
pub use self::http::HttpError;
pub use self::link::{ActiveLink, LinkProblem};
pub use self::lock::Lock;
pub use self::lock_owner::{LockOwner, current_user};
pub use self::memory_source::MemorySource;
pub use self::outcome::Outcome;
pub use self::pending_reload::PendingReload;
pub use self::plan::{Plan, PlannedChange};
pub use self::problem::{Problem, ProblemKind, Repair};
pub use self::process::ProcessError;
pub use self::progress::{Progress, SkipReason};
pub use self::record::Record;
pub use self::reload::{Reload, ReloadError};
pub use self::reload_hook::{HookError, ReloadHook};
pub use self::restored::Restored;
pub use self::rollback::rollback;
pub use self::rollback_error::RollbackError;
pub use self::running::{RunningError, running_changes};
pub use self::source::{Fetched, InvalidSource, Source};
pub use self::step::Step;
pub use self::step_error::StepError;
