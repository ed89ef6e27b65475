//! `confgate fleet prune`: removes releases that nothing needs.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::render::count;
use confgate_fleet::{Author, Prune, Pruned, prune};
use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Remove releases, bundles and changes that nothing needs any more.
///
/// Keeps what a pointer, a rollout or a node names, and the newest releases. A publication or rollout that begins meanwhile loses nothing.
#[derive(Debug, Args)]
pub struct PruneCommand {
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Keep this many of the newest releases, beside those that are needed.
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    keep: u16,
    /// Keep this many of the newest changes in the history.
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..))]
    keep_history: u16,
    /// Show what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl PruneCommand {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let keys = self.service.keys(&self.service.gate(model)?)?;
        let author = Author::current(None);
        let request = Prune {
            keys: &keys,
            keep: usize::from(self.keep),
            keep_history: usize::from(self.keep_history),
            author: &author,
            dry_run: self.dry_run,
        };
        let pruned = self.endpoints.with_store(async |store| prune(&store, &request).await)?;
        match self.format {
            OutputFormat::Json => output.put(&document(&json!({
                "removed": !self.dry_run,
                "releases": pruned.releases,
                "bundles": pruned.bundles,
                "changes": pruned.changes,
                "kept": pruned.kept,
            })))?,
            OutputFormat::Human => output.put(&self.text(&pruned))?,
        }
        Ok(ExitStatus::Success)
    }

    fn text(&self, pruned: &Pruned) -> String {
        let releases: String = pruned.releases.iter().map(|release| format!("release {release}\n")).collect();
        let done = if self.dry_run { "would be removed" } else { "removed" };
        format!(
            "{releases}{}, {} and {} of the history {done}, {} kept\n",
            count(pruned.releases.len(), "release"),
            count(pruned.bundles, "bundle"),
            count(pruned.changes, "change"),
            count(pruned.kept, "release"),
        )
    }
}
