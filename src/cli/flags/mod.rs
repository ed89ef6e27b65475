//! `confgate flags`: feature flags.

#[cfg(feature = "agent")]
mod agent_args;
mod check;
mod compare;
mod context_args;
mod eval;
#[cfg(feature = "agent")]
mod evaluations;
mod explain;
mod file;
mod flags;
pub(crate) mod invalid_attribute;
mod list;
mod render;
mod sources;
mod stale;

#[cfg(feature = "agent")]
pub(super) use self::agent_args::AgentFlagsArgs;
pub(super) use self::file::declared_flags;
pub(super) use self::flags::Flags;
