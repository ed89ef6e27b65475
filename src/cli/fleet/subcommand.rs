//! `confgate fleet`: commands about the store of a fleet.

use clap::{Args, Subcommand};
use confgate_core::gate::Gate;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::fleet_diff::FleetDiff;
use crate::cli::fleet::history::History;
use crate::cli::fleet::page_file::PageFile;
use crate::cli::fleet::prune::PruneCommand;
use crate::cli::fleet::recommend::Recommend;
use crate::cli::fleet::region_override::Override;
use crate::cli::fleet::serve::Serve;
use crate::cli::fleet::status::FleetStatusCommand;
use crate::cli::output::Output;

/// Show what a fleet's store holds.
#[derive(Debug, Args)]
pub struct Fleet {
    /// The command. Nix runs `confgate fleet` without one, as the builder of a fleet.
    #[command(subcommand)]
    pub command: Option<FleetCommand>,
}

#[derive(Debug, Subcommand)]
pub enum FleetCommand {
    Diff(FleetDiff),
    History(History),
    Override(Override),
    Prune(PruneCommand),
    Page(PageFile),
    Recommend(Recommend),
    Serve(Serve),
    Status(FleetStatusCommand),
}

impl FleetCommand {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        match self {
            Self::Diff(diff) => diff.run(output, model),
            Self::History(history) => history.run(output, model),
            Self::Override(region_override) => region_override.run(output, model),
            Self::Prune(prune) => prune.run(output, model),
            Self::Page(page) => page.run(output, model),
            Self::Recommend(recommend) => recommend.run(output, model),
            Self::Serve(serve) => serve.run(model),
            Self::Status(status) => status.run(output, model),
        }
    }
}
