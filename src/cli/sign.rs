//! `confgate sign`: signature of a bundle.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_files::SizeLimit;
use confgate_nix_signatures::{PathInfo, STORE, Signature, StorePath, nar, signature_file};
use confgate_runtime::atomic_file::{self, Mode};

use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::secret_key_file::read_secret_key;

/// Sign a bundle for the nodes that trust the key.
///
/// Writes the signature to a file beside the bundle, in the format of a narinfo. Adds it to the existing signatures of the same
/// files, if any. A path in the Nix store can be signed with `nix store sign` instead.
#[derive(Debug, Args)]
pub struct Sign {
    /// Bundle.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// Sign with the secret key in this file, from `confgate key generate` or `nix key generate-secret`.
    #[arg(long, short, value_name = "FILE")]
    key_file: PathBuf,
    /// Sign this name with the files. [default: name of the bundle]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Write the signature to this file. [default: DIR.sig]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Sign {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let key = read_secret_key(&self.key_file)?;
        let bundle = fs::canonicalize(&self.bundle).map_err(|error| CliError::file(&self.bundle, error))?;
        if !bundle.is_dir() {
            return Err(CliError::file(&self.bundle, FileError::NotABundle));
        }
        let target = self.output.unwrap_or_else(|| signature_file(&self.bundle, &bundle));
        check_target(&target, &bundle)?;
        let name = self.name.unwrap_or_else(|| bundle_name(&bundle));
        let mut info = PathInfo::of_source(&name, nar::digest(&bundle)?).map_err(CliError::InvalidBundleName)?;
        info.signatures = existing_signatures(&target, &info)?;
        info.sign(&key);
        atomic_file::overwrite(&target, info.to_string().as_bytes(), Mode::Exact(0o644))
            .map_err(|error| CliError::file(&target, error))?;
        output.report_only();
        output.put(&format!("{}: signed by {}\n", target.display(), key.public().name()))?;
        Ok(ExitStatus::Success)
    }
}

/// Rejects a signature file inside the bundle, which would change the signed files.
fn check_target(target: &Path, bundle: &Path) -> Result<(), CliError> {
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let directory = fs::canonicalize(directory).map_err(|error| CliError::file(directory, error))?;
    if directory.starts_with(bundle) {
        return Err(CliError::file(target, FileError::SignatureInBundle));
    }
    Ok(())
}

/// Returns the name of a bundle. In the Nix store it excludes the hash.
pub(crate) fn bundle_name(bundle: &Path) -> String {
    let name = bundle.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if bundle.parent() != Some(Path::new(STORE)) {
        return name;
    }
    StorePath::from_base_name(&name).map_or(name, |path| path.name().to_owned())
}

/// Returns the signatures in the target that sign the same files under the same name.
fn existing_signatures(target: &Path, info: &PathInfo) -> Result<Vec<Signature>, CliError> {
    let bytes = match confgate_files::read(target, SizeLimit::SIGNATURE) {
        Err(error) if error.is_not_found() => return Ok(Vec::new()),
        result => result.map_err(|error| CliError::file(target, error))?,
    };
    let text = str::from_utf8(&bytes).map_err(|_| CliError::file(target, FileError::SignatureNotText))?;
    let existing: PathInfo =
        text.parse().map_err(|error| CliError::file(target, FileError::InvalidSignature(error)))?;
    Ok(if existing.fingerprint() == info.fingerprint() { existing.signatures } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_bundle_in_the_store_excludes_the_hash() {
        let path = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-production-bundle";
        assert_eq!(bundle_name(path.as_ref()), "production-bundle");
        assert_eq!(bundle_name(format!("{path}/node-1").as_ref()), "node-1");
        let elsewhere = path.replace("/nix/store", "/srv");
        assert_eq!(bundle_name(elsewhere.as_ref()), "hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-production-bundle");
    }
}
