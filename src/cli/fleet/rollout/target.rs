//! The release of a rollout, as an argument names it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use confgate_builder::fleet::ROLLOUT_FILE;
use confgate_deploy::{Bundle, DeployError};
use confgate_fleet::insight::release_of;
use confgate_fleet::{Digest, Keys, NodeName, PublishError, Release, ServiceName, Store, Targets};

use crate::cli::bundle_directory::{MANIFEST, bundles_in};
use crate::cli::error::CliError;

/// A release, or the directory of its bundles.
#[derive(Debug, Clone)]
pub(super) enum RolloutTarget {
    Release(Digest),
    /// The first digits of a release.
    Digits(String),
    Directory(PathBuf),
}

/// The fewest digits that stand for a release.
const FEWEST_DIGITS: usize = 6;

impl FromStr for RolloutTarget {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        if let Ok(release) = text.parse() {
            return Ok(Self::Release(release));
        }
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        // A directory of that name comes first.
        let is_release = text.len() >= FEWEST_DIGITS && is_digits(text) && !Path::new(text).exists();
        Ok(if is_release { Self::Digits(text.to_owned()) } else { Self::Directory(text.into()) })
    }
}

impl RolloutTarget {
    /// Returns the rollout file that a fleet declares.
    pub fn rollout_file(&self) -> Option<PathBuf> {
        let Self::Directory(directory) = self else { return None };
        Some(directory.join(ROLLOUT_FILE)).filter(|file| file.exists())
    }

    /// Returns the release, which the bundles of a directory make, or which the store has.
    pub async fn release(&self, store: &Store, keys: &Keys) -> Result<Digest, CliError> {
        match self {
            Self::Release(release) => Ok(*release),
            Self::Digits(digits) => Ok(release_of(store, keys, digits).await?),
            Self::Directory(directory) => Self::of_directory(directory, keys.service()),
        }
    }

    fn of_directory(directory: &Path, service: &ServiceName) -> Result<Digest, CliError> {
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
