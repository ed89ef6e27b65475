//! `confgate flags`: feature flags.

mod check;
mod context_args;
mod eval;
#[cfg(feature = "agent")]
mod evaluations;
mod explain;
mod file;
mod flags;
mod list;
mod render;
mod sources;
mod stale;

#[cfg(feature = "agent")]
pub(super) use self::evaluations::AgentFlags;
pub(super) use self::flags::Flags;
