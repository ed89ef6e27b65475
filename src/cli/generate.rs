//! `confgate schema`, `completions` and `man`: what other programs read of this one.

use std::path::PathBuf;
use std::{fs, io};

use clap::Args;
use clap_complete::Shell;

use super::output::Output;
use super::{DONE, Failure};
use crate::gate::Gate;
use crate::nix::bundle::document;

/// Print the JSON Schema of the config.
#[derive(Debug, Args)]
pub struct Schema {}

impl Schema {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        output.put(&document(gate().schema()))?;
        Ok(DONE)
    }
}

/// Print a completion script.
#[derive(Debug, Args)]
pub struct Completions {
    /// Shell that it is for.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::command(), super::program_name(), &mut script);
        output.put(&String::from_utf8_lossy(&script))?;
        Ok(DONE)
    }
}

/// Write the manual pages.
#[derive(Debug, Args)]
pub struct Man {
    /// Folder to write them to; it is made if it is not there.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub fn run(self) -> Result<u8, Failure> {
        let failed = |error: io::Error| Failure(format!("{}: {error}", self.folder.display()));
        fs::create_dir_all(&self.folder).map_err(failed)?;
        clap_mangen::generate_to(super::command(), &self.folder).map_err(failed)?;
        Ok(DONE)
    }
}
