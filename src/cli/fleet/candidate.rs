//! Bundles of a publication: read, and signed or with the signatures that are given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use confgate_deploy::{Bundle, CancellationToken, DeployError, Fetched, Source};
use confgate_files::SizeLimit;
use confgate_fleet::{Candidate, NodeName, SignedBundle};
use confgate_nix_signatures::{PathInfo, SecretKey};

use crate::cli::bundle_directory::{MANIFEST, bundles_in};
use crate::cli::error::{CliError, FileError};
use crate::cli::sign::bundle_name;

/// Bundles of a source, and the commit that they come from.
pub(crate) struct ReadCandidate {
    pub candidate: Candidate,
    pub commit: Option<String>,
}

/// Source of signatures.
pub(crate) struct Signing<'s> {
    /// The key that signs.
    pub key: Option<&'s SecretKey>,
    /// The file of a bundle's signature, or the directory with those of a fleet, in place of the files beside the bundles.
    pub signature: Option<&'s Path>,
}

impl Signing<'_> {
    /// Reads the bundle or the fleet of a source.
    pub fn candidate(&self, source: &Source) -> Result<ReadCandidate, CliError> {
        let fleet = match source {
            Source::Path(path) if path.is_dir() && !path.join(MANIFEST).exists() => bundles_in(path)?,
            _ => Vec::new(),
        };
        if fleet.is_empty() {
            let (signed, commit) = self.bundle(source, self.signature.map(Path::to_owned))?;
            return Ok(ReadCandidate { candidate: Candidate::All(Box::new(signed)), commit });
        }
        let mut nodes = BTreeMap::new();
        for directory in fleet {
            let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let node: NodeName = name.parse().map_err(|error| CliError::file(&directory, error))?;
            let signature = self.signature.map(|signatures| signatures.join(format!("{name}.sig")));
            nodes.insert(node, self.bundle(&Source::Path(directory), signature)?.0);
        }
        Ok(ReadCandidate { candidate: Candidate::Nodes(nodes), commit: None })
    }

    fn bundle(&self, source: &Source, given: Option<PathBuf>) -> Result<(SignedBundle, Option<String>), CliError> {
        let name = source.to_string();
        let Fetched { files, origin, signature: beside, .. } = source
            .fetch(false, &CancellationToken::default())
            .map_err(|error| DeployError::Fetch { bundle: name.clone(), error })?;
        let bundle = Bundle::from_files(files).map_err(|error| DeployError::Bundle { bundle: name.clone(), error })?;
        let commit = matches!(source, Source::Git { .. }).then(|| origin.clone());
        let existing = match given.or_else(|| beside.filter(|file| file.exists())) {
            Some(file) => Some(read_signature(&file)?),
            None => None,
        };
        let signature = match (self.key, existing) {
            (Some(key), existing) => {
                let path_name = match source {
                    Source::Path(_) => bundle_name(Path::new(&origin)),
                    Source::Tar(_) | Source::Git { .. } | Source::Memory(_) => bundle.manifest.name.clone(),
                };
                let mut info = PathInfo::of_source(&path_name, bundle.nar).map_err(CliError::InvalidBundleName)?;
                if let Some(existing) = existing.filter(|existing| existing.fingerprint() == info.fingerprint()) {
                    info.signatures = existing.signatures;
                }
                info.sign(key);
                info
            }
            (None, Some(existing)) => existing,
            (None, None) => return Err(CliError::NoSignature { bundle: name }),
        };
        Ok((SignedBundle { bundle, signature }, commit))
    }
}

fn read_signature(file: &Path) -> Result<PathInfo, CliError> {
    let bytes = confgate_files::read(file, SizeLimit::SIGNATURE).map_err(|error| CliError::file(file, error))?;
    let text = str::from_utf8(&bytes).map_err(|_| CliError::file(file, FileError::SignatureNotText))?;
    text.parse().map_err(|error| CliError::file(file, FileError::InvalidSignature(error)))
}
