//! The options of a deployment.

use std::path::{Path, PathBuf};
use std::time::Duration;

use confgate_nix_signatures::Trust;
use confgate_runtime::load::Loader;

use crate::cancellation::CancellationToken;
use crate::health::Probe;
use crate::reload::Reload;
use crate::source::Source;

/// The options of a deployment; a rollback by hand uses those about the service.
pub struct Deployment<'a> {
    /// Source of the bundle.
    pub source: Source,
    /// Trusted keys. Without a key, signatures are not required.
    pub trust: Trust,
    /// File with the signature, if it is not beside the bundle.
    pub signature: Option<PathBuf>,
    /// True if git must verify a signature of the commit.
    pub signed_commit: bool,
    /// True if the bundle may be older than the active one.
    pub allow_downgrade: bool,
    /// Builds this node's loader for the bundle in a directory.
    pub loader: &'a dyn Fn(&Path) -> Loader,
    /// Method to reload the service.
    pub reload: Reload,
    /// Health probe of the service.
    pub health: Option<Probe>,
    /// Time in which the service must become healthy, and in which a reload must end.
    pub timeout: Duration,
    /// Time for which the service must stay healthy before the bundle is kept.
    pub bake_time: Duration,
    /// Number of generations to keep.
    pub keep: usize,
    /// Cancels the command: before the activation nothing is changed, after it the deployment is rolled back.
    pub cancellation: CancellationToken,
}
