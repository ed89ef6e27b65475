//! The release of a rollout, as an argument names it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use confgate_builder::fleet::ROLLOUT_FILE;
use confgate_deploy::{Bundle, DeployError};
use confgate_fleet::{Digest, NodeName, PublishError, Release, ServiceName, Targets};

use crate::cli::bundle_directory::{MANIFEST, bundles_in};
use crate::cli::error::CliError;

/// A release, or the directory of its bundles.
#[derive(Debug, Clone)]
pub(super) enum RolloutTarget {
    Release(Digest),
    Directory(PathBuf),
}

impl FromStr for RolloutTarget {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or_else(|_| Self::Directory(text.into()), Self::Release))
    }
}

impl RolloutTarget {
    /// Returns the rollout file that a fleet declares.
    pub fn rollout_file(&self) -> Option<PathBuf> {
        let Self::Directory(directory) = self else { return None };
        Some(directory.join(ROLLOUT_FILE)).filter(|file| file.exists())
    }

    /// Returns the release, which the bundles of a directory make.
    pub fn release(&self, service: &ServiceName) -> Result<Digest, CliError> {
        let directory = match self {
            Self::Release(release) => return Ok(*release),
            Self::Directory(directory) => directory,
        };
        let digest = |directory: &Path| {
            let failed = |error| DeployError::Bundle { bundle: directory.display().to_string(), error };
            Bundle::read(directory).map(|bundle| Digest::from(bundle.nar.hash)).map_err(failed)
        };
        let release = if directory.join(MANIFEST).exists() {
            Release::of_bundle(service.clone(), digest(directory)?)
        } else {
            let mut nodes: BTreeMap<NodeName, Digest> = BTreeMap::new();
            for bundle in bundles_in(directory)? {
                let name = bundle.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let node = name.parse().map_err(|error| CliError::file(&bundle, error))?;
                nodes.insert(node, digest(&bundle)?);
            }
            Release { service: service.clone(), targets: Targets::Nodes(nodes) }
        };
        Ok(Digest::of(&release.encode().map_err(PublishError::from)?))
    }
}
