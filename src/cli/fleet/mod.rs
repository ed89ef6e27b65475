//! Commands about a fleet in a store of etcd: `publish`, `relay`, `rollout`, those of `fleet`, and the agent that follows a fleet.

mod candidate;
mod config_args;
pub(crate) mod endpoint_args;
mod fleet_diff;
pub(crate) mod follow;
pub(crate) mod follow_args;
pub(crate) mod follow_error;
mod from_args;
mod history;
pub(crate) mod invalid_override;
mod listen_args;
mod override_check;
mod page;
mod page_file;
mod prune;
mod publish;
mod publish_report;
mod recommend;
mod region_override;
mod relay;
mod relay_site;
mod rollout;
mod serve;
mod status;
mod subcommand;

pub use self::publish::Publish;
pub use self::relay::Relay;
pub use self::rollout::Rollout;
pub use self::subcommand::Fleet;
