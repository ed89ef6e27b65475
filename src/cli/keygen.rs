//! `confgate keygen`: a key to seal for and to open with.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use confgate_seal::Identity;

use crate::cli::output::Output;
use crate::cli::replace::Readers;
use crate::cli::{DONE, Failure, replace as file};

/// Make a key: an identity, which opens what is sealed for its public key.
#[derive(Debug, Args)]
pub struct Keygen {
    /// Write the identity to this file, which must not be there yet, readable by its owner alone. By default it is printed.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Keygen {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let identity = Identity::generate();
        let text = identity.file(SystemTime::now());
        match &self.output {
            Some(path) => file::create(path, text.expose().as_bytes(), Readers::Owner)?,
            None => output.put(text.expose())?,
        }
        output.finish()?;
        // Beside the identity, so that it can be taken from a pipe that ends in a file.
        eprintln!("Public key: {}", identity.public_key());
        Ok(DONE)
    }
}
