//! `confgate sign`: a signature beside a bundle.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;
use confgate_nix_signatures::{PathInfo, STORE, Signature, StorePath, nar, signature_file};

use crate::cli::key::secret_key;
use crate::cli::output::Output;
use crate::cli::{DONE, Failure, file};

/// Sign a bundle, so that nodes that trust the key take it.
///
/// The signature goes to a file beside the bundle, in the form of a narinfo. If there is one already for the same files, the
/// signature is added to it. A path in the Nix store can be signed with `nix store sign` just as well.
#[derive(Debug, Args)]
pub struct Sign {
    /// Bundle.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// File with the secret key, from `confgate key generate` or `nix key generate-secret`.
    #[arg(long, short, value_name = "FILE")]
    key_file: PathBuf,
    /// Name that is signed with the files. [default: the bundle's]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// File for the signature. [default: DIR.sig]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Sign {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let key = secret_key(&self.key_file)?;
        let bundle = fs::canonicalize(&self.bundle).map_err(|error| failed(&self.bundle, &error))?;
        let target = self.output.unwrap_or_else(|| signature_file(&self.bundle, &bundle));
        check_place(&target, &bundle)?;
        let name = self.name.unwrap_or_else(|| name_of(&bundle));
        let mut info = PathInfo::of_source(&name, nar::digest(&bundle)?)
            .map_err(|error| Failure(format!("{error}: give another one with --name")))?;
        info.signatures = signatures_in(&target, &info)?;
        info.sign(&key);
        file::write(&target, &info.to_string()).map_err(|error| failed(&target, &error))?;
        output.put(&format!("{}: signed by {}\n", target.display(), key.public().name()))?;
        Ok(DONE)
    }
}

/// A signature in the bundle would be a change of what is signed.
fn check_place(target: &Path, bundle: &Path) -> Result<(), Failure> {
    let folder = fs::canonicalize(file::folder_of(target)).map_err(|error| failed(file::folder_of(target), &error))?;
    if folder.starts_with(bundle) {
        return Err(failed(target, &"a signature cannot be in the bundle that it is for"));
    }
    Ok(())
}

/// The name of a bundle: in the store, without the hash.
fn name_of(bundle: &Path) -> String {
    let name = bundle.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if bundle.parent() != Some(Path::new(STORE)) {
        return name;
    }
    StorePath::from_base_name(&name).map_or(name, |path| path.name().to_owned())
}

/// The signatures that a file already has for the same files under the same name.
fn signatures_in(target: &Path, info: &PathInfo) -> Result<Vec<Signature>, Failure> {
    let text = match fs::read_to_string(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(|error| failed(target, &error))?,
    };
    let earlier: PathInfo = text.parse().map_err(|error| failed(target, &format!("not a signature: {error}")))?;
    Ok(if earlier.fingerprint() == info.fingerprint() { earlier.signatures } else { Vec::new() })
}

fn failed(path: &Path, reason: &dyn std::fmt::Display) -> Failure {
    Failure(format!("{}: {reason}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_in_the_store_is_called_by_its_name_without_the_hash() {
        let path = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-production-bundle";
        assert_eq!(name_of(path.as_ref()), "production-bundle");
        assert_eq!(name_of(format!("{path}/node-1").as_ref()), "node-1");
        let elsewhere = path.replace("/nix/store", "/srv");
        assert_eq!(name_of(elsewhere.as_ref()), "hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-production-bundle");
    }
}
