//! Nix settings files: bundles are evaluated when a file of theirs is saved, and the gate's diagnostics stand at the Nix lines.
//!
//! An evaluation takes as long as Nix needs for it, so it runs on a thread of its own ([`worker`]). A later save ends an evaluation
//! that is running, and what it leaves is evaluated again.

mod evaluator;
mod worker;

pub use self::evaluator::{Bundle, Evaluated, EvaluationError, NixEvaluator};
pub(crate) use self::worker::{NixJobs, run};
