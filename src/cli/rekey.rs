//! `confgate rekey`: change of the recipients of sealed values.

use std::path::PathBuf;

use clap::Args;
use confgate_files::SizeLimit;
use confgate_runtime::atomic_file::{self, Mode};
use confgate_seal::{Encoding, Identity, open, seal};

use crate::cli::error::{CliError, SealingError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::path_name::display_name;
use crate::cli::sealing::{
    IdentityArgs, PassphraseFile, RecipientArgs, read_document, read_secret_bytes, reject_stdin,
};

/// Seal for other recipients, in place: every sealed value of a TOML file, or a whole age file.
#[derive(Debug, Args)]
pub struct Rekey {
    /// TOML file with sealed values, or sealed file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    recipients: RecipientArgs,
    #[command(flatten)]
    identities: IdentityArgs,
    /// Open with the passphrase in this file. [default: read from the terminal if needed]
    #[arg(long, value_name = "FILE")]
    old_passphrase_file: Option<PathBuf>,
}

impl Rekey {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        reject_stdin(&self.file)?;
        let bytes = read_secret_bytes(&self.file, SizeLimit::SEALED)?;
        match Encoding::of(&bytes) {
            Some(encoding) => self.rekey_file(&bytes, encoding, output)?,
            None => self.rekey_values(&bytes, output)?,
        }
        Ok(ExitStatus::Success)
    }

    fn identities<'s>(&self, age_files: impl IntoIterator<Item = &'s [u8]>) -> Result<Vec<Identity>, CliError> {
        let passphrase_file =
            PassphraseFile { path: self.old_passphrase_file.as_deref(), option: "--old-passphrase-file" };
        self.identities.identities(passphrase_file, age_files)
    }

    fn rekey_file(&self, sealed: &[u8], encoding: Encoding, output: &mut Output) -> Result<(), CliError> {
        let plain = open(&self.identities([sealed])?, sealed).map_err(|error| CliError::file(&self.file, error))?;
        let resealed = seal(&self.recipients.recipients()?, encoding, &plain)?;
        atomic_file::replace(&self.file, &resealed, Mode::Default)?;
        output.report_only();
        output.put(&format!("rekeyed {}\n", self.file.display()))
    }

    fn rekey_values(&self, bytes: &[u8], output: &mut Output) -> Result<(), CliError> {
        let mut document = read_document(&self.file, bytes)?;
        let keys = document.sealed();
        if keys.is_empty() {
            return Err(SealingError::NothingSealed { name: display_name(&self.file) }.into());
        }
        let identities = self.identities(document.age_files(&keys).iter().map(Vec::as_slice))?;
        let recipients = self.recipients.recipients()?;
        for key in &keys {
            document.rekey(key, &identities, &recipients).map_err(|error| CliError::file(&self.file, error))?;
        }
        atomic_file::replace(&self.file, document.finish().as_bytes(), Mode::OwnerOnly)?;
        output.report_only();
        for key in &keys {
            output.put(&format!("rekeyed {key}\n"))?;
        }
        Ok(())
    }
}
