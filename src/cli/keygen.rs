//! `confgate keygen`: identities that open sealed values.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use confgate_runtime::atomic_file::{self, Mode};
use confgate_seal::Identity;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Generate an identity, which opens values that are sealed for its public key.
#[derive(Debug, Args)]
pub struct Keygen {
    /// Write the identity to this file, which must not exist yet, readable by its owner only. [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Keygen {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let identity = Identity::generate();
        let text = identity.file(SystemTime::now());
        match &self.output {
            Some(path) => atomic_file::create(path, text.expose().as_bytes(), Mode::OwnerOnly)?,
            None => output.put(text.expose())?,
        }
        output.flush()?;
        // Standard output may be redirected to the identity file.
        eprintln!("Public key: {}", identity.public_key());
        Ok(ExitStatus::Success)
    }
}
