//! `confgate fleet status`: the nodes beside their pointers.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::render::count;
use confgate_fleet::{Digest, FleetStatus, Keys, NodeRow, WaveName, fleet_status};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;
use crate::cli::secrets::{Row, table};

/// Show what each node of a fleet runs, odd ones first: those that are dead, failed, unhealthy, drifted or behind their pointers.
/// Exits with 1 if there are any.
#[derive(Debug, Args)]
pub struct FleetStatusCommand {
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Leave out the nodes that are as their pointers say.
    #[arg(long)]
    odd: bool,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl FleetStatusCommand {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let keys = self.service.keys(&self.service.gate(model)?)?;
        let mut status = self.endpoints.with_store(async |store| fleet_status(&store, &keys).await)?;
        if self.odd {
            status.nodes.retain(|row| !row.state.is_fine());
        }
        match self.format {
            OutputFormat::Json => output.put(&document(&status))?,
            OutputFormat::Human => output.put(&text(&status, &keys))?,
        }
        Ok(ExitStatus::success_if(status.is_fine()))
    }
}

fn text(status: &FleetStatus, keys: &Keys) -> String {
    let total: usize = status.states.values().sum();
    if total == 0 {
        return format!("no node reports below {}; start the agents, or check the name of the service\n", keys.nodes());
    }
    let head = ["NODE", "STATE", "RELEASE", "POINTER", "REGION", "TAGS"].map(str::to_owned).to_vec();
    let mut rows = vec![Row { cells: head, details: Vec::new() }];
    rows.extend(status.nodes.iter().map(row));
    // A fleet without regions has no column for them.
    if rows.iter().skip(1).all(|row| row.cells[4].is_empty()) {
        rows.iter_mut().for_each(|row| drop(row.cells.remove(4)));
    }
    let states: Vec<String> =
        status.states.iter().map(|(state, number)| format!("{number} {}", state.name())).collect();
    format!("{}\n{}: {}\n", table(&rows), count(total, "node"), states.join(", "))
}

fn row(row: &NodeRow) -> Row {
    let tags: Vec<&str> = row.tags.iter().map(|tag| tag.as_str()).collect();
    let cells = vec![
        row.node.to_string(),
        row.state.name().to_owned(),
        row.release.as_ref().map(Digest::short).unwrap_or_default(),
        row.pointer.as_ref().map(WaveName::to_string).unwrap_or_default(),
        row.region.as_ref().map(ToString::to_string).unwrap_or_default(),
        tags.join(","),
    ];
    let rejection = row.rejects.as_ref();
    let rejection =
        rejection.map(|rejects| format!("would reject release {}: {}", rejects.release.short(), rejects.message));
    // An error may be a report of the gate.
    let details = row.error.iter().chain(&rejection).flat_map(|error| error.lines()).map(str::to_owned).collect();
    Row { cells, details }
}
