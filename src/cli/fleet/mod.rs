//! Commands about a fleet in a store of etcd: `publish`, `relay`, `fleet history`, `fleet override`, and the agent that follows one.

mod candidate;
pub(crate) mod endpoint_args;
pub(crate) mod follow;
pub(crate) mod follow_args;
mod from_args;
mod history;
mod listen_args;
mod publish;
mod publish_report;
pub(crate) mod region_override;
mod relay;
mod relay_site;
mod subcommand;

pub use self::publish::Publish;
pub use self::relay::Relay;
pub use self::subcommand::Fleet;
