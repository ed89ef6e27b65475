//! Errors of the options of an agent that follows a fleet.

use confgate_fleet::InvalidName;
use thiserror::Error;

/// An error of following a fleet.
#[derive(Debug, Error)]
pub(crate) enum FollowError {
    /// No key is trusted.
    #[error("--fleet needs --trusted-public-key KEY: a node accepts signed bundles alone")]
    NoKey,
    /// No shard is given.
    #[error("--fleet needs the addresses of a store")]
    NoShard,
    /// The flags have the name of the config.
    #[cfg(feature = "flags")]
    #[error("--flags-service {0} is the service of the config; publish the flags with another --name")]
    FlagsName(confgate_fleet::ServiceName),
    /// The host name is not the name of a node.
    #[error("the host name cannot be the name of the node: {0}; set another one with --node")]
    HostName(#[source] InvalidName),
}
