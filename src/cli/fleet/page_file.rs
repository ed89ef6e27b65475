//! `confgate fleet page`: the page of a fleet as one file.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_fleet::insight::{ConfigSource, Observer, ObserverTimes};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::config_args::{ConfigArgs, ReadService};
use crate::cli::fleet::page::{Liveness, document};
use crate::cli::output::Output;
use crate::cli::page_file::write_page;

/// Write the page of a fleet as one HTML file: nodes side by side, rollout, timeline. It loads nothing, and holds no secret.
#[derive(Debug, Args)]
pub struct PageFile {
    #[command(flatten)]
    config: ConfigArgs,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl PageFile {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let ReadService { keys, gate, trust } = self.config.read(model)?;
        let endpoints = self.config.endpoints.options();
        let configs = Some(ConfigSource { gate: &gate, trust: &trust });
        let observer = Observer { endpoints: &endpoints, keys: &keys, configs, times: ObserverTimes::default() };
        let snapshot = self.config.endpoints.with_store(async |store| observer.read_once(&store).await)?;
        let page = document(&snapshot, Liveness::File);
        match &self.output {
            Some(path) => write_page(path, &page)?,
            None => output.put(&page)?,
        }
        Ok(ExitStatus::Success)
    }
}
