//! Bundles that are in memory already, with their signatures: those of a fleet's store.

use std::sync::Arc;

use confgate_nix_signatures::PathInfo;

use crate::bundle::Bundle;
use crate::bundle_file::BundleFile;

/// A bundle in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemorySource {
    /// Name of the source, which messages and records use.
    pub name: String,
    /// The files of the bundle.
    pub files: Arc<[BundleFile]>,
    /// The signature.
    pub signature: PathInfo,
}

impl MemorySource {
    /// Returns the source of a bundle that was read from `name`.
    pub fn new(name: impl Into<String>, bundle: &Bundle, signature: PathInfo) -> Self {
        Self { name: name.into(), files: bundle.files.clone().into(), signature }
    }
}
