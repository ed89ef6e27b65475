//! `confgate verify`: whether a bundle is what a trusted key signed.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_nix_signatures::nar::NarError;
use confgate_nix_signatures::{PathInfo, PathInfoError, PublicKey, Trust, VerifyError, signature_file};

use crate::cli::output::Output;
use crate::cli::{DONE, Failure, REFUSED, input};

/// Verify that a bundle is what a trusted key signed. Nix need not be here.
#[derive(Debug, Args)]
pub struct Verify {
    /// Bundle.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// Public key that is trusted. More than one can be given; one that signed is enough.
    #[arg(long, short = 'k', required = true, value_name = "KEY")]
    trusted_public_key: Vec<String>,
    /// File with the signature: from `confgate sign`, the narinfo of a binary cache, or what `nix path-info --sigs --json`
    /// prints; `-` for standard input. [default: DIR.sig]
    #[arg(long, short, value_name = "FILE")]
    signature: Option<PathBuf>,
}

impl Verify {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let trust = self.trust()?;
        let bundle = fs::canonicalize(&self.bundle);
        let bundle = bundle.map_err(|error| Failure(format!("{}: {error}", self.bundle.display())))?;
        let signature = self.signature.clone().unwrap_or_else(|| signature_file(&self.bundle, &bundle));
        let info = match read(&signature)? {
            Ok(info) => info,
            Err(reason) => return self.refused(output, &format!("{}: {reason}", input::shown(&signature))),
        };
        match trust.verify(&bundle, &info) {
            Ok(signer) => {
                output.put(&format!("{}: signed by {signer}\n", self.bundle.display()))?;
                Ok(DONE)
            }
            Err(VerifyError::Unreadable(error @ NarError::Read { .. })) => Err(error.into()),
            Err(refusal) => self.refused(output, &refusal.to_string()),
        }
    }

    /// The keys are not parsed by clap, which would show a secret one that stands in their place.
    fn trust(&self) -> Result<Trust, Failure> {
        let keys = self.trusted_public_key.iter().map(|text| text.parse());
        let keys = keys.collect::<Result<Vec<PublicKey>, _>>();
        keys.map(Trust::new).map_err(|error| Failure(format!("--trusted-public-key: {error}")))
    }

    fn refused(&self, output: &mut Output, reason: &str) -> Result<u8, Failure> {
        output.put(&format!("{}: refused: {reason}\n", self.bundle.display()))?;
        Ok(REFUSED)
    }
}

/// What a file with a signature says, or why that is nothing.
fn read(file: &Path) -> Result<Result<PathInfo, String>, Failure> {
    if file.as_os_str() != input::STDIN && !file.exists() {
        return Ok(Err("there is no such signature".to_owned()));
    }
    let text = String::from_utf8(input::text(file)?);
    Ok(text.map_err(|_| "it is no text".to_owned()).and_then(|text| text.parse().map_err(said)))
}

fn said(error: PathInfoError) -> String {
    format!("not a signature: {error}")
}
