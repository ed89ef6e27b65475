//! The compiled set of flags, and its evaluation.
//!
//! `compile.rs` makes the flags from a document, and `flag_set.rs` finds one by its key. An evaluation of targeting runs in an arena of
//! its thread (`arena.rs`), so that it takes no lock, and in the steady state no memory. Targeting that only compares texts needs neither
//! (`direct.rs`), and a flag without targeting has one answer.

mod arena;
mod compile;
mod context;
mod counters;
mod dialect;
mod direct;
#[cfg(test)]
mod direct_tests;
mod evaluation;
mod flag;
mod flag_set;
mod json;
mod prepared;
mod targeting;
#[cfg(test)]
mod tests;
mod text_operators;

pub(crate) use self::arena::with_arena;
pub use self::compile::InvalidFlags;
pub(crate) use self::compile::{compile_rule, engine};
pub use self::context::{EvaluationContext, InvalidContext};
pub(crate) use self::counters::Counters;
pub use self::evaluation::{Evaluation, EvaluationError, Reason};
pub(crate) use self::flag::FixedBoolean;
pub use self::flag::{Flag, ValueKind, Variant};
pub use self::flag_set::FlagSet;
pub(crate) use self::flag_set::{Labels, typed_result};
pub(crate) use self::prepared::{PreparedContext, RequestError, reason as engine_reason, seconds_now, with_request};
pub(crate) use self::targeting::inlined;
