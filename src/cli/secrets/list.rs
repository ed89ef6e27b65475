//! `confgate secrets list`: references to secrets in configs.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_runtime::load::{Loader, Reference};
use confgate_runtime::system::SystemContext;
use serde_json::Value as Json;

use crate::cli::environment_args::HostEnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;
use crate::cli::secrets::reference::{field, name, reference_json};
use crate::cli::secrets::table::{Row, table};
use crate::cli::service_args::ServiceArgs;

/// List the references to secrets in configs, without querying secret providers.
#[derive(Debug, Args)]
pub struct List {
    /// TOML files, bundles, or directories with the config of the environment.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    environment: HostEnvironmentArgs,
    #[command(flatten)]
    service: ServiceArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl List {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let gate = self.service.gate(None, None, None, model)?;
        let mut references = Vec::new();
        for path in self.paths {
            let loader = Loader::new(gate.clone(), SystemContext::of_process())
                .backends(crate::secret_backends())
                .environment(self.environment.environment);
            match loader.at(path).references() {
                Ok(found) => references.extend(found),
                Err(refused) => {
                    output.put_report(&refused.report)?;
                    return Ok(ExitStatus::Rejected);
                }
            }
        }
        match self.format {
            OutputFormat::Human => output.put(&table(&references.iter().map(row).collect::<Vec<_>>()))?,
            OutputFormat::Json => output.put(&document(&references.iter().map(reference_json).collect::<Json>()))?,
        }
        Ok(ExitStatus::Success)
    }
}

fn row(reference: &Reference) -> Row {
    let default = if reference.has_default { "with a default" } else { "" };
    let cells = vec![field(reference), name(reference), default.to_owned(), reference.origin.clone()];
    Row { cells, details: Vec::new() }
}
