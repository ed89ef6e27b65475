//! The service of a node: its generations, its loader, its health, and the override of its region.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::gate::{Gate, plain_secrets};
use confgate_core::value;
use confgate_deploy::{
    CancellationToken, DeployError, Deployed, Deployment, Generations, GenerationsError, HookError, MemorySource,
    Probe, Problem, Progress, RealDisk, Reload, Source, deploy, dry_run, repair,
};
use confgate_nix_signatures::Trust;
use confgate_runtime::atomic_file::{self, Mode};
use confgate_runtime::load::region::{REGION_OVERRIDE, RegionOverride};
use confgate_runtime::load::{LoadOptions, Loader, Refused};
use thiserror::Error;

use crate::digest::Digest;

/// The longest time that one probe may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// The service of a node, as deployments and overrides reach it.
pub struct NodeService {
    /// Directory of its generations.
    pub root: PathBuf,
    /// Its gate.
    pub gate: Gate,
    /// Makes the loader of a bundle, with the environment and secrets of the node.
    pub loader: Arc<dyn Fn(&Path) -> Loader + Send + Sync>,
    /// Keys that sign bundles and overrides.
    pub trust: Trust,
    /// Method by which the active generation becomes the running config.
    pub reload: Reload,
    /// Health probe.
    pub health: Option<Probe>,
    /// Time in which the service must become healthy.
    pub timeout: Duration,
    /// Time for which the service must stay healthy.
    pub bake_time: Duration,
    /// Number of generations to keep.
    pub keep: usize,
    /// False to reject a bundle that was active before, and a config for an older schema.
    pub allow_downgrade: bool,
}

/// The reason why an override is not applied.
#[derive(Debug, Error)]
pub enum NodeServiceError {
    /// The gate rejects the config with it.
    #[error("the config with the override is rejected\n{0}")]
    Refused(#[source] Box<Refused>),
    /// It holds a secret in plain text.
    #[error(
        "the override sets {field}, a secret, to a plain text; write ${{SECRET_NAME}}, and give the secret to the nodes"
    )]
    PlainSecret {
        /// The field.
        field: String,
    },
    /// The file cannot be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Reason.
        source: std::io::Error,
    },
    /// The service does not take it.
    #[error("the service does not take the override, and it is removed again: {0}")]
    Reload(#[source] HookError),
}

impl fmt::Debug for NodeService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeService").field("root", &self.root).field("reload", &self.reload).finish_non_exhaustive()
    }
}

impl NodeService {
    /// Returns the generations of the service.
    pub fn generations(&self) -> Generations<'_> {
        Generations::new(&self.root, &RealDisk).with_gate(&self.gate)
    }

    /// Returns the link to the active generation, which is the config of the service.
    pub fn config(&self) -> PathBuf {
        self.generations().link().path().to_owned()
    }

    /// Returns the file with the override of the region.
    pub fn override_file(&self) -> PathBuf {
        self.root.join(REGION_OVERRIDE)
    }

    /// Finishes what an earlier process left unfinished: a deployment that was interrupted is rolled back. On a new node, makes the folder of
    /// generations, in which the node remembers what it rejects before its first deployment.
    ///
    /// # Errors
    ///
    /// Another command is running, or the disk refuses.
    pub fn recover(&self) -> Result<Vec<Problem>, GenerationsError> {
        if !self.root.exists() {
            self.generations().create_directories()?;
            return Ok(Vec::new());
        }
        repair(&self.generations())
    }

    /// Returns the bundle of the active generation.
    pub fn active_bundle(&self) -> Option<Digest> {
        let generations = self.generations();
        let record = generations.record(generations.active().ok()??).ok()??;
        record.nar_hash.parse().ok()
    }

    fn loader_of(&self, bundle: &Path) -> Loader {
        (self.loader)(bundle).region_override(self.override_file())
    }

    /// Deploys a bundle, which blocks until the service has stayed healthy for the bake time, or is back.
    ///
    /// # Errors
    ///
    /// As [`deploy`].
    pub fn deploy(&self, source: MemorySource, cancellation: CancellationToken) -> Result<Deployed, DeployError> {
        let loader = |bundle: &Path| self.loader_of(bundle);
        let deployment = self.deployment(source, cancellation, &loader);
        deploy(&deployment, &self.generations(), &mut |progress| log(&progress))
    }

    /// Checks whether a deployment of a bundle would be admitted now, and changes nothing. Secrets that the check resolves are dropped
    /// with its result.
    ///
    /// # Errors
    ///
    /// As [`dry_run`].
    pub fn check(&self, source: MemorySource) -> Result<(), DeployError> {
        let loader = |bundle: &Path| self.loader_of(bundle);
        let deployment = self.deployment(source, CancellationToken::default(), &loader);
        dry_run(&deployment, &self.generations(), &mut |_| {}).map(drop)
    }

    fn deployment<'d>(
        &self,
        source: MemorySource,
        cancellation: CancellationToken,
        loader: &'d dyn Fn(&Path) -> Loader,
    ) -> Deployment<'d> {
        Deployment {
            source: Source::Memory(source),
            trust: self.trust.clone(),
            signature: None,
            signed_commit: false,
            allow_downgrade: self.allow_downgrade,
            loader,
            reload: self.reload.clone(),
            health: self.health.clone(),
            timeout: self.timeout,
            bake_time: self.bake_time,
            keep: self.keep,
            cancellation,
        }
    }

    /// Returns the override that is on the disk, applied or expired.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn override_on_disk(&self) -> Result<Option<RegionOverride>, Box<Diagnostic>> {
        let path = self.override_file();
        let failed = |reason: String| {
            let message = format!("{}: {reason}", path.display());
            Box::new(Diagnostic::error(&codes::FILE_UNREADABLE, value::Path::root(), message))
        };
        match confgate_files::read(&path, confgate_files::SizeLimit::STATE) {
            Ok(bytes) => RegionOverride::decode(&bytes).map(Some).map_err(|error| failed(error.to_string())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Applies an override to the active generation: gates the config with it, writes it, reloads.
    ///
    /// # Errors
    ///
    /// The config with it is rejected, and nothing was changed; or the file cannot be written; or the service does not take it.
    pub fn apply_override(&self, region_override: &RegionOverride) -> Result<(), NodeServiceError> {
        let tree = region_override.tree();
        // A certain one alone: a value that looks like a secret may be none.
        if let Some(found) =
            plain_secrets::find(self.gate.view(), &tree).into_iter().find(plain_secrets::PlainSecret::is_certain)
        {
            return Err(NodeServiceError::PlainSecret { field: found.path().to_string() });
        }
        let config = self.config();
        if config.exists() {
            let loader = (self.loader)(&config).with_region_override(Some(region_override.clone()));
            loader.load(&LoadOptions::default()).map_err(|refused| NodeServiceError::Refused(Box::new(refused)))?;
        }
        let before = confgate_files::read(&self.override_file(), confgate_files::SizeLimit::STATE).ok();
        self.write_override(&region_override.encode())?;
        if !config.exists() {
            return Ok(());
        }
        let notify = || self.reload.notify(self.timeout, &CancellationToken::default());
        let Err(error) = notify() else { return Ok(()) };
        // Back to the values before; the service has not taken the new ones.
        match before {
            Some(before) => self.write_override(&before)?,
            None => drop(std::fs::remove_file(self.override_file())),
        }
        let _ = notify();
        Err(NodeServiceError::Reload(Box::new(error)))
    }

    fn write_override(&self, bytes: &[u8]) -> Result<(), NodeServiceError> {
        let path = self.override_file();
        std::fs::create_dir_all(&self.root)
            .and_then(|()| atomic_file::overwrite(&path, bytes, Mode::Exact(0o644)))
            .map_err(|source| NodeServiceError::Write { path, source })
    }

    /// Probes the health of the service once. A service without a probe is healthy.
    pub fn is_healthy(&self) -> bool {
        let probe = self.health.as_ref();
        probe.is_none_or(|probe| probe.check(PROBE_TIMEOUT, &CancellationToken::default()).is_ok())
    }
}

/// Logs a step of a deployment.
fn log(progress: &Progress) {
    match progress {
        Progress::Started(_) | Progress::Skipped { .. } => {}
        Progress::Problem(problem) => tracing::warn!("{}", problem.kind),
        Progress::Done { step, detail, .. } => tracing::info!(%step, "{detail}"),
        Progress::Failed { step, error, .. } => tracing::error!(%step, "{error}"),
    }
}
