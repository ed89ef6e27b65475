//! Commands about a fleet in a store of etcd: `publish`, `relay`, `rollout`, `fleet history`, `fleet override`, `fleet prune`,
//! `fleet status`, and the agent that follows a fleet.

mod candidate;
pub(crate) mod endpoint_args;
pub(crate) mod follow;
pub(crate) mod follow_args;
pub(crate) mod follow_error;
mod from_args;
mod history;
pub(crate) mod invalid_override;
mod listen_args;
mod prune;
mod publish;
mod publish_report;
mod region_override;
mod relay;
mod relay_site;
mod rollout;
mod status;
mod subcommand;

pub use self::publish::Publish;
pub use self::relay::Relay;
pub use self::rollout::Rollout;
pub use self::subcommand::Fleet;
