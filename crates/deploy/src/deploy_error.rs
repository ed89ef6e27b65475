//! Errors of a deployment.

use std::path::PathBuf;
use std::str::Utf8Error;

use confgate_files::ReadFileError;
use confgate_nix_signatures::{PathInfoError, VerifyError};
use confgate_runtime::load::Refused;
use thiserror::Error;

use crate::bundle_error::BundleError;
use crate::cancellation::Cancelled;
use crate::fetch_error::FetchError;
use crate::generations_error::GenerationsError;
use crate::restored::Restored;
use crate::step::Step;
use crate::step_error::StepError;

/// An error of a deployment. Unless it says otherwise, nothing was changed.
#[derive(Debug, Error)]
pub enum DeployError {
    /// The generations cannot be read or changed.
    #[error(transparent)]
    Generations(#[from] GenerationsError),
    /// The command was cancelled before it changed anything.
    #[error("{0}; nothing was changed")]
    Cancelled(#[from] Cancelled),
    /// The bundle cannot be fetched.
    #[error("{bundle}: {error}")]
    Fetch {
        /// Source of the bundle.
        bundle: String,
        /// Error of the source.
        #[source]
        error: FetchError,
    },
    /// The source is not a bundle, or the bundle was altered.
    #[error("{bundle}: {error}")]
    Bundle {
        /// Source of the bundle.
        bundle: String,
        /// Error of the bundle.
        #[source]
        error: BundleError,
    },
    /// The bundle is for another service.
    #[error(
        "{}, but this program is for {}: deploy it with the program of its own service",
        bundle_model(bundle),
        program_model(program)
    )]
    OtherService {
        /// Model of the bundle; `None` if it was built from a schema alone.
        bundle: Option<String>,
        /// Model of this program; `None` for a schema alone.
        program: Option<String>,
    },
    /// No trusted key signed the bundle.
    #[error(transparent)]
    Untrusted(#[from] VerifyError),
    /// A signature is required and cannot be read.
    #[error("this node accepts signed bundles only: {0}")]
    Signature(#[from] SignatureError),
    /// The gate rejected the config.
    #[error(transparent)]
    Refused(#[from] Box<Refused>),
    /// The bundle is older than the active one.
    #[error("{0}; pass --allow-downgrade to deploy it anyway")]
    Downgrade(Downgrade),
    /// A step failed at or after the activation, and an earlier generation is active again.
    #[error("{step} failed: {error}; {restored}{}", but(problem))]
    RolledBack {
        /// The step that failed.
        step: Step,
        /// Its error.
        #[source]
        error: Box<StepError>,
        /// The generation that is active now.
        restored: Restored,
        /// Error of the rollback after the link was swapped: the service was not notified, or the disk took no record.
        problem: Option<Box<StepError>>,
    },
    /// A step failed at or after the activation, and the rollback failed too.
    #[error("{step} failed: {error}; the rollback failed too: {rollback}; see confgate doctor")]
    RollbackFailed {
        /// The step that failed.
        step: Step,
        /// Its error.
        #[source]
        error: Box<StepError>,
        /// Error of the rollback.
        rollback: GenerationsError,
    },
    /// The bundle is active already, but the service could not be notified of it or is not healthy.
    #[error("generation {generation} is active, but {step} failed: {error}")]
    Service {
        /// The step that failed.
        step: Step,
        /// Its error.
        #[source]
        error: Box<StepError>,
        /// The active generation.
        generation: u64,
    },
}

/// An error of a required signature.
#[derive(Debug, Error)]
pub enum SignatureError {
    /// The source has no place for a signature.
    #[error("no signature beside {bundle}; name the file with --signature")]
    NotFound {
        /// Source of the bundle.
        bundle: String,
    },
    /// The signature cannot be read.
    #[error("cannot read the signature {}: {source}", path.display())]
    Unreadable {
        /// File of the signature.
        path: PathBuf,
        /// Reason.
        source: ReadFileError,
    },
    /// The file is not text.
    #[error("{} is not a signature: {source}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// Place of the first byte that is not UTF-8.
        source: Utf8Error,
    },
    /// The file is not a signature.
    #[error("{} is not a signature: {source}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Error of its format.
        source: PathInfoError,
    },
}

/// A bundle that is older than the active one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Downgrade {
    /// The config was written for an older version of the schema.
    #[error("its schema version {new} is older than the active version {active}")]
    Schema {
        /// Schema version of the bundle.
        new: u64,
        /// Schema version of the active generation.
        active: u64,
    },
    /// The bundle is an earlier generation.
    #[error("the bundle was deployed before, as generation {generation}")]
    Generation {
        /// The earlier generation.
        generation: u64,
    },
}

impl DeployError {
    /// Returns whether the bundle was rejected or rolled back, as opposed to a deployment that could not be attempted.
    pub fn is_rejection(&self) -> bool {
        match self {
            Self::Generations(_) | Self::Cancelled(_) => false,
            Self::Fetch { error, .. } => error.is_rejection(),
            Self::Bundle { error, .. } => error.is_rejection(),
            Self::OtherService { .. }
            | Self::Untrusted(_)
            | Self::Signature(_)
            | Self::Refused(_)
            | Self::Downgrade(_)
            | Self::RolledBack { .. }
            | Self::RollbackFailed { .. }
            | Self::Service { .. } => true,
        }
    }
}

fn but(problem: &Option<Box<StepError>>) -> String {
    problem.as_ref().map(|problem| format!(", but {problem}")).unwrap_or_default()
}

fn bundle_model(model: &Option<String>) -> String {
    model.as_ref().map_or_else(
        || "the bundle was built from a schema without a model".to_owned(),
        |model| format!("the bundle is for {model}"),
    )
}

fn program_model(model: &Option<String>) -> &str {
    model.as_deref().unwrap_or("a schema without a model")
}
