//! Options that name identities.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::types::Secret;
use confgate_files::SizeLimit;
use confgate_seal::{Identity, is_sealed_by_passphrase};

use crate::cli::error::{CliError, SealingError};
use crate::cli::sealing::passphrase;
use crate::cli::sealing::secret_file::read_secret_bytes;

/// Environment variable that names the identity file if no option does.
const VARIABLE: &str = "CONFGATE_IDENTITY";

/// Private keys that open sealed values.
#[derive(Debug, Args)]
pub struct IdentityArgs {
    /// Open with the keys in this file: an identity file of age, or a private key of ssh. [default: the file that
    /// CONFGATE_IDENTITY names]
    #[arg(long, short, value_name = "FILE")]
    identity: Vec<PathBuf>,
}

/// File with a passphrase, and the option that names it.
#[derive(Debug, Clone, Copy)]
pub struct PassphraseFile<'a> {
    pub path: Option<&'a Path>,
    pub option: &'static str,
}

impl IdentityArgs {
    /// Returns the identities that may open the age files. Reads identity files and passphrases only if one of the age files
    /// needs them.
    pub fn identities<'s>(
        &self,
        passphrase_file: PassphraseFile<'_>,
        age_files: impl IntoIterator<Item = &'s [u8]>,
    ) -> Result<Vec<Identity>, CliError> {
        let (by_passphrase, by_key): (Vec<_>, Vec<_>) =
            age_files.into_iter().partition(|age_file| is_sealed_by_passphrase(age_file));
        let mut identities = Vec::new();
        if !by_key.is_empty() {
            for path in self.files()? {
                identities.extend(read_identities(&path, passphrase_file)?);
            }
        }
        if !by_passphrase.is_empty() {
            identities.push(Identity::passphrase(&passphrase_file.read("Passphrase: ")?));
        }
        Ok(identities)
    }

    fn files(&self) -> Result<Vec<PathBuf>, CliError> {
        if !self.identity.is_empty() {
            return Ok(self.identity.clone());
        }
        match env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => Ok(vec![path.into()]),
            None => Err(SealingError::NoIdentity { variable: VARIABLE }.into()),
        }
    }
}

impl PassphraseFile<'_> {
    /// Returns the passphrase in the file, else prompts for it.
    fn read(&self, prompt: &str) -> Result<Secret, CliError> {
        match self.path {
            Some(path) => passphrase::read_file(path),
            None => Ok(passphrase::read_secret(prompt, "the passphrase", self.option)?),
        }
    }
}

fn read_identities(path: &Path, passphrase_file: PassphraseFile<'_>) -> Result<Vec<Identity>, CliError> {
    let mut prompt_error = None;
    let mut prompt = || {
        let passphrase = passphrase_file.read(&format!("Passphrase of {}: ", path.display()));
        passphrase.map_err(|error| prompt_error = Some(error)).ok()
    };
    let identities = Identity::read(&read_secret_bytes(path, SizeLimit::IDENTITY)?, &mut prompt);
    match prompt_error {
        Some(error) => Err(error),
        None => identities.map_err(|error| CliError::file(path, error)),
    }
}
