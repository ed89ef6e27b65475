//! Whom commands seal for.

use std::path::PathBuf;

use clap::Args;
use confgate_seal::Recipient;

use crate::cli::sealing::{about, passphrase};
use crate::cli::{Failure, input};

/// Whom to seal for.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Recipients {
    /// Seal for this public key: age1…, ssh-ed25519 … or ssh-rsa …; each of several opens it.
    #[arg(long, short, value_name = "PUBLIC KEY")]
    recipient: Vec<String>,
    /// Seal for the public keys in this file, one a line.
    #[arg(long, short = 'R', value_name = "FILE")]
    recipients_file: Vec<PathBuf>,
    /// Seal with a passphrase, which is asked for.
    #[arg(long, short)]
    passphrase: bool,
    /// Seal with the passphrase in this file.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase")]
    passphrase_file: Option<PathBuf>,
}

impl Recipients {
    /// Reads them all. A passphrase is asked for last.
    pub fn read(&self) -> Result<Vec<Recipient>, Failure> {
        let mut recipients = Vec::new();
        for key in &self.recipient {
            recipients.push(key.parse().map_err(|error| Failure(format!("--recipient: {error}")))?);
        }
        for path in &self.recipients_file {
            let bytes = input::text(path)?;
            let text = String::from_utf8_lossy(&bytes);
            recipients.extend(Recipient::read(&text).map_err(|error| about(path, &error))?);
        }
        if let Some(path) = &self.passphrase_file {
            recipients.push(Recipient::passphrase(&passphrase::from_file(path)?));
        }
        if self.passphrase {
            recipients.push(Recipient::passphrase(&passphrase::chosen()?));
        }
        Ok(recipients)
    }
}
