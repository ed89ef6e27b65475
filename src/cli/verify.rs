//! `confgate verify`: verification of a bundle's signature.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_files::SizeLimit;
use confgate_nix_signatures::nar::NarError;
use confgate_nix_signatures::{PathInfo, PathInfoError, VerifyError, signature_file};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::{display_name, is_stdin};
use crate::cli::trusted_keys::trust;

/// Verify that a trusted key signed a bundle. Does not need Nix.
#[derive(Debug, Args)]
pub struct Verify {
    /// Bundle.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// Trust this public key. Can be repeated; the signature of one key is enough.
    #[arg(long, short = 'k', required = true, value_name = "KEY")]
    trusted_public_key: Vec<String>,
    /// Read the signature from this file: the output of `confgate sign` or `nix path-info --sigs --json`, or a narinfo of a binary
    /// cache; `-` for standard input. [default: DIR.sig]
    #[arg(long, short, value_name = "FILE")]
    signature: Option<PathBuf>,
}

/// Reason why a signature file is rejected.
#[derive(Debug, thiserror::Error)]
enum InvalidSignatureFile {
    #[error("the signature file does not exist")]
    Missing,
    #[error("not UTF-8 text")]
    NotUtf8,
    #[error("not a signature: {0}")]
    NotASignature(#[source] PathInfoError),
}

impl Verify {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let trust = trust(&self.trusted_public_key)?;
        let bundle = fs::canonicalize(&self.bundle).map_err(|error| CliError::file(&self.bundle, error))?;
        let signature = self.signature.clone().unwrap_or_else(|| signature_file(&self.bundle, &bundle));
        let info = match read_signature(&signature)? {
            Ok(info) => info,
            Err(error) => return self.reject(output, &format!("{}: {error}", display_name(&signature))),
        };
        match trust.verify(&bundle, &info) {
            Ok(signer) => {
                output.put(&format!("{}: signed by {signer}\n", self.bundle.display()))?;
                Ok(ExitStatus::Success)
            }
            Err(VerifyError::Unreadable(error @ NarError::Read { .. })) => Err(error.into()),
            Err(error) => self.reject(output, &error),
        }
    }

    fn reject(&self, output: &mut Output, reason: &dyn Display) -> Result<ExitStatus, CliError> {
        output.put(&format!("{}: rejected: {reason}\n", self.bundle.display()))?;
        Ok(ExitStatus::Rejected)
    }
}

/// Reads a signature file. The inner error rejects the bundle, the outer one is an error of the system.
fn read_signature(file: &Path) -> Result<Result<PathInfo, InvalidSignatureFile>, CliError> {
    if !is_stdin(file) && !file.exists() {
        return Ok(Err(InvalidSignatureFile::Missing));
    }
    let Ok(text) = String::from_utf8(input::read_file(file, SizeLimit::SIGNATURE)?) else {
        return Ok(Err(InvalidSignatureFile::NotUtf8));
    };
    Ok(text.parse().map_err(InvalidSignatureFile::NotASignature))
}
