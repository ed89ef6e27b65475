//! `confgate man`: manual pages.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;

/// Write the manual pages.
#[derive(Debug, Args)]
pub struct Man {
    /// Directory for the pages, created if it does not exist.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Man {
    pub fn run(self, parser: clap::Command) -> Result<ExitStatus, CliError> {
        fs::create_dir_all(&self.directory)
            .and_then(|()| clap_mangen::generate_to(parser, &self.directory))
            .map_err(|error| CliError::file(&self.directory, error))?;
        Ok(ExitStatus::Success)
    }
}
