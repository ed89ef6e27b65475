//! Options that name recipients.

use std::path::PathBuf;

use clap::Args;
use confgate_files::SizeLimit;
use confgate_seal::Recipient;

use crate::cli::error::CliError;
use crate::cli::input;
use crate::cli::sealing::passphrase;

/// Public keys and passphrases that open the sealed value.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct RecipientArgs {
    /// Seal for this public key: age1…, ssh-ed25519 … or ssh-rsa …. Can be repeated; each of the keys opens the value.
    #[arg(long, short, value_name = "PUBLIC KEY")]
    recipient: Vec<String>,
    /// Seal for the public keys in this file, one per line.
    #[arg(long, short = 'R', value_name = "FILE")]
    recipients_file: Vec<PathBuf>,
    /// Seal with a passphrase, read from the terminal.
    #[arg(long, short)]
    passphrase: bool,
    /// Seal with the passphrase in this file.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase")]
    passphrase_file: Option<PathBuf>,
}

impl RecipientArgs {
    /// Returns all recipients. The passphrase is read last, so that errors in the options come before the prompt.
    pub fn recipients(&self) -> Result<Vec<Recipient>, CliError> {
        let mut recipients = Vec::new();
        for key in &self.recipient {
            let recipient: Result<Recipient, confgate_seal::RecipientError> = key.parse();
            recipients
                .push(recipient.map_err(|error| CliError::Option { option: "--recipient", source: Box::new(error) })?);
        }
        for path in &self.recipients_file {
            let bytes = input::read_file(path, SizeLimit::IDENTITY)?;
            let text = String::from_utf8_lossy(&bytes);
            recipients.extend(Recipient::read(&text).map_err(|error| CliError::file(path, error))?);
        }
        if let Some(path) = &self.passphrase_file {
            recipients.push(Recipient::passphrase(&passphrase::read_file(path)?));
        }
        if self.passphrase {
            recipients.push(Recipient::passphrase(&passphrase::read_new()?));
        }
        Ok(recipients)
    }
}
