//! Nix settings files: bundles are evaluated when a file of theirs is saved or typed, and the gate's diagnostics stand at the Nix
//! lines.
//!
//! An evaluation takes as long as Nix needs for it, so it runs on a thread of its own ([`worker`]). A later change ends an evaluation
//! that is running, and what it leaves is evaluated again. A text that is typed is evaluated when it has not changed for a moment.

mod evaluator;
mod imports;
mod jobs;
mod worker;

pub use self::evaluator::{Bundle, Evaluated, EvaluationError, NixEvaluator, UnsavedTexts};
pub(crate) use self::jobs::{NixEvent, NixJobs};
pub(crate) use self::worker::run;
