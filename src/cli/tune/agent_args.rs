//! Option of the agent for tuning.

use std::path::PathBuf;

use clap::Args;
use confgate_runtime::live::Live;
use confgate_tuning::{Signals, TuningFile, TuningThread};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::tune::file::read_tuning;

/// Tuning of an agent.
#[derive(Debug, Args)]
pub(crate) struct TuningArgs {
    /// Let fields of the config follow signals of this machine, by the rules in this file.
    #[arg(long, value_name = "FILE")]
    tuning: Option<PathBuf>,
}

impl TuningArgs {
    /// Reads the rules. Prints the report and returns the exit status if they are rejected.
    pub fn rules(&self, output: &mut Output) -> Result<Result<TuningFile, ExitStatus>, CliError> {
        let Some(path) = &self.tuning else { return Ok(Ok(TuningFile::default())) };
        match read_tuning(path)? {
            Ok(file) => Ok(Ok(file)),
            Err(report) => {
                output.put_report(&report)?;
                Ok(Err(ExitStatus::of_refused(&report)))
            }
        }
    }

    /// Starts to tune a running config.
    pub fn start<M: Send + Sync + 'static>(
        &self,
        live: &Live<M>,
        file: &TuningFile,
    ) -> Result<Option<TuningThread>, CliError> {
        let Some(path) = &self.tuning else { return Ok(None) };
        let mut signals = Signals::default();
        if let Some(server) = &file.prometheus {
            let interval = file.query_interval.get();
            signals = signals.prometheus(server, interval).map_err(|error| CliError::file(path, error))?;
        }
        let started = TuningThread::start(live, &file.tuning, signals);
        started.map(Some).map_err(|error| CliError::file(path, error))
    }
}
