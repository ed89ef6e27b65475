//! `confgate rekey`: what is sealed, sealed for others.

use std::path::PathBuf;

use clap::Args;
use confgate_seal::{Encoding, open, seal};

use crate::cli::output::Output;
use crate::cli::replace::Readers;
use crate::cli::sealing::identities::Opening;
use crate::cli::sealing::recipients::Recipients;
use crate::cli::sealing::{about, bytes, document, refuse_stdin};
use crate::cli::{DONE, Failure, replace as file};

/// Seal what is sealed for other recipients: every sealed value of a TOML file, or a whole age file, in its place.
#[derive(Debug, Args)]
pub struct Rekey {
    /// The TOML file with sealed values, or the sealed file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    recipients: Recipients,
    /// Open with the keys in this file: an identity file of age, or a private key of ssh. By default the file that
    /// CONFGATE_IDENTITY names.
    #[arg(long, short, value_name = "FILE")]
    identity: Vec<PathBuf>,
    /// Open with the passphrase in this file. By default it is asked for where it is needed.
    #[arg(long, value_name = "FILE")]
    old_passphrase_file: Option<PathBuf>,
}

impl Rekey {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        refuse_stdin(&self.file)?;
        let bytes = bytes(&self.file)?;
        match Encoding::of(&bytes) {
            Some(form) => self.whole(&bytes, form, output)?,
            None => self.values(&bytes, output)?,
        }
        Ok(DONE)
    }

    fn opening(&self) -> Opening<'_> {
        let passphrase = self.old_passphrase_file.as_deref();
        Opening { files: &self.identity, passphrase, option: "--old-passphrase-file" }
    }

    fn whole(&self, sealed: &[u8], encoding: Encoding, output: &mut Output) -> Result<(), Failure> {
        let identities = self.opening().identities([sealed])?;
        let plain = open(&identities, sealed).map_err(|error| about(&self.file, &error))?;
        let sealed = seal(&self.recipients.read()?, encoding, &plain)?;
        file::replace(&self.file, &sealed, Readers::Usual)?;
        output.put(&format!("rekeyed {}\n", self.file.display()))
    }

    fn values(&self, bytes: &[u8], output: &mut Output) -> Result<(), Failure> {
        let mut document = document(&self.file, bytes)?;
        let keys = document.sealed();
        if keys.is_empty() {
            return Err(Failure(format!("{}: nothing in it is sealed", self.file.display())));
        }
        let identities = self.opening().identities(document.age_files(&keys).iter().map(Vec::as_slice))?;
        let recipients = self.recipients.read()?;
        for key in &keys {
            document.rekey(key, &identities, &recipients).map_err(|error| about(&self.file, &error))?;
        }
        file::replace(&self.file, document.finish().as_bytes(), Readers::Owner)?;
        keys.iter().try_for_each(|key| output.put(&format!("rekeyed {key}\n")))
    }
}
