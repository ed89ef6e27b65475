//! Commands about a fleet in a store of etcd: `publish`, `fleet history`.

mod candidate;
pub(crate) mod endpoint_args;
mod history;
mod publish;
mod publish_report;
mod subcommand;

pub use self::publish::Publish;
pub use self::subcommand::Fleet;
