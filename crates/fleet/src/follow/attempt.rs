//! An attempt to run a release: read, verify, deploy.

use std::sync::Arc;

use confgate_deploy::{CancellationToken, DeployError, Deployed, MemorySource};
use thiserror::Error;

use crate::digest::Digest;
use crate::follow::choice::Choice;
use crate::follow::node_service::NodeService;
use crate::follow::staged_release::StagedRelease;
use crate::keys::Keys;
use crate::names::NodeName;
use crate::reader::ReleaseReader;
use crate::release_error::ReleaseError;
use crate::store::Store;

/// The reason why a node does not run a release.
#[derive(Debug, Error)]
pub enum AttemptError {
    /// The release cannot be read from the store, or is rejected.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The deployment failed.
    #[error(transparent)]
    Deploy(Box<DeployError>),
    /// The thread of the deployment ended without a result.
    #[error("the deployment ended without a result; see the log")]
    Ended,
}

/// Result of an attempt.
#[derive(Debug)]
pub(super) struct Done {
    /// The node's bundle.
    pub bundle: Digest,
    /// Outcome of the deployment.
    pub deployed: Deployed,
}

/// Consequence of a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The store or the disk does not answer, or another command runs: soon again.
    Transient,
    /// The release is not admitted here, and nothing was changed: again after a while, when a secret may be there.
    Rejected,
    /// It was active, and the node went back: not again.
    WentBack,
    /// Another pointer was chosen meanwhile.
    Cancelled,
}

impl AttemptError {
    pub(super) fn failure(&self) -> Failure {
        match self {
            Self::Release(error) if error.is_rejection() => Failure::Rejected,
            Self::Release(_) | Self::Ended => Failure::Transient,
            Self::Deploy(error) => match &**error {
                DeployError::Cancelled(_) => Failure::Cancelled,
                DeployError::RolledBack { error, .. }
                    if matches!(**error, confgate_deploy::StepError::Cancelled(_)) =>
                {
                    Failure::Cancelled
                }
                DeployError::RolledBack { .. } | DeployError::RollbackFailed { .. } => Failure::WentBack,
                error if error.is_rejection() => Failure::Rejected,
                _ => Failure::Transient,
            },
        }
    }

    /// Returns the message for a report that others read: without the output of a program.
    pub(super) fn reported(&self) -> String {
        match self {
            Self::Deploy(error) => match &**error {
                DeployError::RolledBack { step, error, restored, .. } => {
                    format!("{step} failed: {}; {restored}", error.recorded())
                }
                DeployError::RollbackFailed { step, error, rollback } => {
                    format!("{step} failed: {}; the rollback failed too: {rollback}", error.recorded())
                }
                DeployError::Service { step, error, generation } => {
                    format!("generation {generation} is active, but {step} failed: {}", error.recorded())
                }
                error => error.to_string(),
            },
            error => error.to_string(),
        }
    }
}

/// Parts of a node that an attempt works with.
pub(super) struct Means {
    pub store: Store,
    pub keys: Keys,
    pub service: Arc<NodeService>,
    pub node: NodeName,
    pub staged: Arc<StagedRelease>,
}

/// Takes the node's bundle of a release, which was staged or is read, and deploys it on a thread of its own.
pub(super) async fn attempt(
    means: Means,
    choice: Choice,
    cancellation: CancellationToken,
) -> Result<Done, AttemptError> {
    let Means { store, keys, service, node, staged } = means;
    let verified = match staged.take(&choice.release) {
        Some(verified) => verified,
        None => ReleaseReader::new(&store, &keys, &service.trust).bundle_of(&choice.release, &node).await?,
    };
    let bundle = Digest::from(verified.bundle.nar.hash);
    let name = format!("release {} of {}", choice.release.short(), keys.service());
    let source = MemorySource::new(name, &verified.bundle, verified.signature);
    let deploy = move || service.deploy(source, cancellation);
    let deployed = tokio::task::spawn_blocking(deploy).await.map_err(|_| AttemptError::Ended)?;
    deployed.map(|deployed| Done { bundle, deployed }).map_err(|error| AttemptError::Deploy(Box::new(error)))
}
