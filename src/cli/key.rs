//! `confgate key`: keys that bundles are signed with.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use confgate_nix_signatures::{KeyName, SecretKey};
use zeroize::Zeroizing;

use crate::cli::output::Output;
use crate::cli::{DONE, Failure, file};

/// Make keys to sign bundles with, in the form of `nix key`.
#[derive(Debug, Args)]
pub struct Key {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(Generate),
    Public(Public),
}

/// Make a new key: the secret one goes to a file of its own, the public one is printed.
#[derive(Debug, Args)]
struct Generate {
    /// What signatures call the key, such as config.example.org-1.
    #[arg(value_name = "NAME")]
    name: KeyName,
    /// File for the secret key, which only you may read. It must not be there yet. [default: NAME.key]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Print the public key of a secret key.
#[derive(Debug, Args)]
struct Public {
    /// File with the secret key.
    #[arg(value_name = "FILE")]
    key_file: PathBuf,
}

impl Key {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let key = match self.command {
            Command::Generate(generate) => generate.key()?,
            Command::Public(public) => secret_key(&public.key_file)?,
        };
        output.put(&format!("{}\n", key.public()))?;
        Ok(DONE)
    }
}

impl Generate {
    fn key(self) -> Result<SecretKey, Failure> {
        let path = self.output.unwrap_or_else(|| PathBuf::from(format!("{}.key", self.name)));
        let key = SecretKey::generate(self.name)?;
        let mut text = key.to_text();
        text.push('\n');
        file::write_secret(&path, &text).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
        Ok(key)
    }
}

/// Reads a secret key from a file. No error shows what is in it.
pub fn secret_key(path: &Path) -> Result<SecretKey, Failure> {
    let failed = |reason: &dyn std::fmt::Display| Failure(format!("{}: {reason}", path.display()));
    let bytes = Zeroizing::new(fs::read(path).map_err(|error| failed(&error))?);
    let text = std::str::from_utf8(&bytes).map_err(|_| failed(&"not a secret key: it is no text"))?;
    text.trim_end().parse().map_err(|error| failed(&error))
}
