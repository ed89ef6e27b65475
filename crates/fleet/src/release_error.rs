//! Errors of releases in a store.

use confgate_deploy::FetchError;
use confgate_files::SizeLimit;
use confgate_nix_signatures::{PathInfoError, VerifyError};
use thiserror::Error;

use crate::digest::Digest;
use crate::names::{NodeName, ServiceName};
use crate::store_error::StoreError;

/// The reason why a value of a store is not used.
#[derive(Debug, Error)]
pub enum ReleaseError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key is missing.
    #[error("{key}: missing from the store; publish the release again")]
    Missing {
        /// The key.
        key: String,
    },
    /// The value is not the one that its name is the hash of.
    #[error("{key}: the value was altered: its hash is {found}; remove the key, and publish the release again")]
    Altered {
        /// The key.
        key: String,
        /// The hash of the value.
        found: Digest,
    },
    /// The value is not a document of its kind.
    #[error("{key}: not {expected}: {source}; remove the key, and publish again")]
    Document {
        /// The key.
        key: String,
        /// Noun for the expected content.
        expected: &'static str,
        /// Reason.
        source: serde_json::Error,
    },
    /// The value was written by a newer version of Confgate.
    #[error("{key}: written in format {found}, and this program reads format {known}; update Confgate")]
    Format {
        /// The key.
        key: String,
        /// The format.
        found: u32,
        /// The format of this program.
        known: u32,
    },
    /// The release belongs to another service.
    #[error("{key}: a release of the service {found}, not of {expected}")]
    OtherService {
        /// The key.
        key: String,
        /// The service that the value names.
        found: ServiceName,
        /// The service of the key.
        expected: ServiceName,
    },
    /// The release has no bundle for a node.
    #[error("release {release} has no bundle for the node {node}; publish a fleet that has it")]
    NoBundle {
        /// The release.
        release: Digest,
        /// The node.
        node: NodeName,
    },
    /// The header describes more, or less, than its chunks can hold.
    #[error("{key}: {chunks} chunks cannot hold {size} bytes")]
    ChunkCount {
        /// The key.
        key: String,
        /// Number of chunks.
        chunks: usize,
        /// Size of the archive.
        size: u64,
    },
    /// A chunk has another length.
    #[error("{key}: {found} bytes in place of {expected}")]
    ChunkLength {
        /// The key.
        key: String,
        /// Length of the value.
        found: usize,
        /// Length by the header.
        expected: usize,
    },
    /// The archive is too large.
    #[error("{what}: {size} bytes are more than the limit of {limit} for a bundle in a fleet's store")]
    TooLarge {
        /// The bundle, or its key.
        what: String,
        /// Size of the archive.
        size: u64,
        /// The limit.
        limit: SizeLimit,
    },
    /// The index of a release is too large.
    #[error("the release has {nodes} nodes; their index is larger than the limit of {limit}; publish several services")]
    TooManyNodes {
        /// Number of nodes.
        nodes: usize,
        /// The limit.
        limit: SizeLimit,
    },
    /// A signature is not one.
    #[error("{key}: not a signature: {source}")]
    InvalidSignature {
        /// The key.
        key: String,
        /// Reason.
        source: PathInfoError,
    },
    /// The signatures are not of a trusted key, or of other content.
    #[error("{key}: {source}")]
    Untrusted {
        /// The key.
        key: String,
        /// Reason.
        source: Box<VerifyError>,
    },
    /// The archive is not a bundle.
    #[error("{key}: {source}")]
    Bundle {
        /// The key.
        key: String,
        /// Reason.
        source: Box<FetchError>,
    },
}

impl ReleaseError {
    /// Returns whether the store was read and its content is rejected, as opposed to a store that cannot be read.
    pub const fn is_rejection(&self) -> bool {
        !matches!(self, Self::Store(error) if error.is_transient())
    }
}
