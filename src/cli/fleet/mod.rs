//! Commands about a fleet in a store of etcd: `publish`, `rollout`, `fleet history`, `fleet status`.

mod candidate;
pub(crate) mod endpoint_args;
mod history;
mod publish;
mod publish_report;
mod rollout;
mod status;
mod subcommand;

pub use self::publish::Publish;
pub use self::rollout::Rollout;
pub use self::subcommand::Fleet;
