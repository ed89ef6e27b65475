//! `confgate key`: keys that sign bundles.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use confgate_nix_signatures::{KeyName, SecretKey};
use confgate_runtime::atomic_file::{self, Mode};
use zeroize::Zeroizing;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::secret_key_file::read_secret_key;

/// Generate keys that sign bundles, in the format of `nix key`.
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

/// Generate a key: write the secret key to a file and print the public key.
#[derive(Debug, Args)]
struct Generate {
    /// Name of the key in signatures, such as config.example.org-1.
    #[arg(value_name = "NAME")]
    name: KeyName,
    /// Write the secret key to this file, which must not exist yet, readable by its owner only. [default: NAME.key]
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
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let key = match self.command {
            Command::Generate(generate) => {
                let key = generate.key()?;
                // `key public` prints it again.
                output.report_only();
                key
            }
            Command::Public(public) => read_secret_key(&public.key_file)?,
        };
        output.put(&format!("{}\n", key.public()))?;
        Ok(ExitStatus::Success)
    }
}

impl Generate {
    fn key(self) -> Result<SecretKey, CliError> {
        let path = self.output.unwrap_or_else(|| PathBuf::from(format!("{}.key", self.name)));
        let key = SecretKey::generate(self.name)?;
        let text = key.to_text();
        let mut line = Zeroizing::new(Vec::with_capacity(text.len() + 1));
        line.extend_from_slice(text.as_bytes());
        line.push(b'\n');
        atomic_file::create(&path, &line, Mode::OwnerOnly)?;
        Ok(key)
    }
}
