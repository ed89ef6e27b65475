//! What commands open sealed things with.

use std::env;
use std::path::{Path, PathBuf};

use confgate_core::types::Secret;
use confgate_seal::{Identity, is_sealed_by_passphrase};

use crate::cli::Failure;
use crate::cli::sealing::{about, bytes, passphrase};

/// Names the identity file when the command does not.
const VARIABLE: &str = "CONFGATE_IDENTITY";

/// What a command was told to open with.
pub struct Opening<'a> {
    /// Identity files.
    pub files: &'a [PathBuf],
    /// A file with a passphrase.
    pub passphrase: Option<&'a Path>,
    /// The option that names that file.
    pub option: &'static str,
}

impl Opening<'_> {
    /// The identities that may open these age files. Asks for what is missing only where one of them needs it.
    pub fn identities<'s>(&self, sealed: impl IntoIterator<Item = &'s [u8]>) -> Result<Vec<Identity>, Failure> {
        let (by_passphrase, by_key): (Vec<_>, Vec<_>) =
            sealed.into_iter().partition(|sealed| is_sealed_by_passphrase(sealed));
        let mut identities = Vec::new();
        if !by_key.is_empty() {
            for path in self.files()? {
                identities.extend(self.read(&path)?);
            }
        }
        if !by_passphrase.is_empty() {
            identities.push(Identity::passphrase(&self.passphrase("Passphrase: ")?));
        }
        Ok(identities)
    }

    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        if !self.files.is_empty() {
            return Ok(self.files.to_vec());
        }
        match env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => Ok(vec![path.into()]),
            None => {
                Err(Failure(format!("no identity to open it with: name its file with --identity or in {VARIABLE}")))
            }
        }
    }

    fn read(&self, path: &Path) -> Result<Vec<Identity>, Failure> {
        let mut failed = None;
        let mut ask = || {
            let answer = self.passphrase(&format!("Passphrase of {}: ", path.display()));
            answer.map_err(|failure| failed = Some(failure)).ok()
        };
        let identities = Identity::read(&bytes(path)?, &mut ask);
        match failed {
            Some(failure) => Err(failure),
            None => identities.map_err(|error| about(path, &error)),
        }
    }

    fn passphrase(&self, prompt: &str) -> Result<Secret, Failure> {
        match self.passphrase {
            Some(path) => passphrase::from_file(path),
            None => passphrase::typed(prompt, "the passphrase", self.option),
        }
    }
}
