//! Errors of forwarding a release.

use thiserror::Error;

use crate::digest::Digest;
use crate::gated::GateError;
use crate::release_error::ReleaseError;
use crate::store_error::StoreError;

/// The reason why a release is not forwarded.
#[derive(Debug, Error)]
pub enum ForwardError {
    /// The authority's copy cannot be used.
    #[error("authority: {0}")]
    Authority(#[source] ReleaseError),
    /// The region's store cannot be used.
    #[error("region: {0}")]
    Region(#[source] ReleaseError),
    /// The gate rejects a bundle.
    #[error("bundle {bundle}: {source}")]
    Gate {
        /// The bundle.
        bundle: Digest,
        /// Reason.
        source: Box<GateError>,
    },
    /// Others write the same key of the region all the time.
    #[error("region: {key}: another program keeps changing it; find out which one, and take away its right to write")]
    Contended {
        /// The key.
        key: String,
    },
}

impl ForwardError {
    /// Returns the error of the region's store.
    pub(super) fn region(error: StoreError) -> Self {
        Self::Region(error.into())
    }

    /// Returns whether the release is rejected, as opposed to a store that cannot be reached.
    pub const fn is_rejection(&self) -> bool {
        match self {
            Self::Authority(error) | Self::Region(error) => error.is_rejection(),
            Self::Gate { .. } | Self::Contended { .. } => true,
        }
    }
}
