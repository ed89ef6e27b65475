//! Errors of rollouts.

use confgate_deploy::Cancelled;
use confgate_files::SizeLimit;
use confgate_monitoring::ServerFileError;
use thiserror::Error;

use crate::digest::Digest;
use crate::names::WaveName;
use crate::release_error::ReleaseError;
use crate::store_error::StoreError;

/// The reason why a rollout cannot be started or changed.
#[derive(Debug, Error)]
pub enum RolloutError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value of the store is invalid.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// Nothing to go back to.
    #[error(
        "no release is published yet, to which the rollout could go back; publish the first one with confgate publish"
    )]
    NothingPublished,
    /// Nothing to do.
    #[error("release {release} is published already: all nodes follow it")]
    Published {
        /// The release.
        release: Digest,
    },
    /// A rollout is unfinished.
    #[error(
        "the rollout of release {release}, started by {by}, is unfinished; wait for its end, or abort it with confgate rollout abort"
    )]
    Unfinished {
        /// Its release.
        release: Digest,
        /// Author of its start.
        by: String,
    },
    /// No rollout is running.
    #[error("no rollout is running{}", .last.as_ref().map(|last| format!("; the last one {last}")).unwrap_or_default())]
    NotRunning {
        /// End of the last one.
        last: Option<String>,
    },
    /// No node is there.
    #[error("no node reports below {prefix}; start the agents, or check the name of the service")]
    NoNodes {
        /// Prefix of the nodes.
        prefix: String,
    },
    /// Reports cannot be read.
    #[error("the reports of {count} nodes cannot be read, so that they belong to no wave: {named}")]
    InvalidReports {
        /// Number of nodes.
        count: usize,
        /// The first of them, with the reasons.
        named: String,
    },
    /// Nodes have no bundle.
    #[error(
        "release {release} has no bundle for {count} of the nodes: {named}; publish a fleet that has them, or stop their agents"
    )]
    NoBundles {
        /// The release.
        release: Digest,
        /// Number of nodes.
        count: usize,
        /// The first of them.
        named: String,
    },
    /// A pointer is published by hand.
    #[error(
        "the pointer {wave} is at release {release}, published by {by}: nodes with this tag would not follow the rollout; remove \
         the key {key}"
    )]
    OtherPointer {
        /// The pointer.
        wave: WaveName,
        /// Its release.
        release: Digest,
        /// Author of its move.
        by: String,
        /// Its key.
        key: String,
    },
    /// The plan is too large for one value.
    #[error("the fleet has {nodes} nodes; their plan is larger than the limit of {limit}; roll out several services")]
    TooManyNodes {
        /// Number of nodes.
        nodes: usize,
        /// The limit.
        limit: SizeLimit,
    },
    /// The rollout file is too large for one value.
    #[error("the rollout file makes a state of {size} bytes, more than the limit of {limit}; shorten its queries")]
    FileTooLarge {
        /// Size of the state.
        size: u64,
        /// The limit.
        limit: SizeLimit,
    },
    /// The rollout is as wanted already.
    #[error("the rollout is {0} already")]
    AlreadySo(&'static str),
    /// The controller was stopped.
    #[error("{0}; the rollout stays as it is, and goes on with confgate rollout run")]
    Cancelled(#[source] Cancelled),
    /// Others change the rollout all the time.
    #[error("the rollout changed {rounds} times meanwhile; try again")]
    Busy {
        /// Number of attempts.
        rounds: usize,
    },
    /// A file of a server of alarms cannot be used.
    #[error(transparent)]
    ServerFile(#[from] ServerFileError),
}

impl RolloutError {
    /// Returns whether a later attempt may succeed without a change of options.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) => error.is_transient(),
            Self::Release(error) => !error.is_rejection(),
            Self::Busy { .. } => true,
            _ => false,
        }
    }
}
