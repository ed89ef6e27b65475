//! `confgate rollout status`.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_fleet::rollout::status;
use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::fleet::rollout::report::status_text;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Show the running rollout, or the last one: waves, nodes that are late, alarms. Exits with 1 if it is paused or went back.
#[derive(Debug, Args)]
pub(super) struct RolloutStatusCommand {
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl RolloutStatusCommand {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let keys = self.service.keys(&self.service.gate(model)?)?;
        let status = self.endpoints.with_store(async |store| status(&store, &keys).await)?;
        match (&status, self.format) {
            (Some(status), OutputFormat::Human) => output.put(&status_text(status))?,
            (Some(status), OutputFormat::Json) => output.put(&document(status))?,
            (None, OutputFormat::Human) => output.put("no rollout\n")?,
            (None, OutputFormat::Json) => output.put(&document(&json!(null)))?,
        }
        Ok(ExitStatus::success_if(status.is_none_or(|status| !status.needs_attention())))
    }
}
