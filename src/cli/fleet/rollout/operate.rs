//! `confgate rollout pause`, `resume`, `promote` and `abort`.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_fleet::Author;
use confgate_fleet::rollout::{Operator, Promotion, RolloutError, RolloutState};
use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Pause the running rollout: no further node gets the release. Alarms and failures still make it go back.
#[derive(Debug, Args)]
pub(super) struct PauseRollout {
    #[command(flatten)]
    operation: Operation,
    /// Record this reason.
    #[arg(long, value_name = "TEXT", default_value = "paused by an operator")]
    reason: String,
}

/// Resume a paused rollout. Late nodes and alarms get their whole time again.
#[derive(Debug, Args)]
pub(super) struct Resume {
    #[command(flatten)]
    operation: Operation,
}

/// Go on without waiting for the bake of the present wave and for late nodes. Alarms and failures still make it go back.
#[derive(Debug, Args)]
pub(super) struct Promote {
    #[command(flatten)]
    operation: Operation,
    /// Do not wait in the waves that follow either.
    #[arg(long)]
    full: bool,
}

/// Abort the running rollout: all nodes follow the release before again.
#[derive(Debug, Args)]
pub(super) struct Abort {
    #[command(flatten)]
    operation: Operation,
    /// Record this reason.
    #[arg(long, value_name = "TEXT", default_value = "aborted by an operator")]
    reason: String,
}

/// Options of an operation.
#[derive(Debug, Args)]
struct Operation {
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Record this author, by default `USER@HOST`.
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl Operation {
    fn run(
        &self,
        done: &str,
        output: &mut Output,
        model: &(dyn Fn() -> Gate + Sync),
        operate: impl AsyncFnOnce(Operator<'_>) -> Result<RolloutState, RolloutError>,
    ) -> Result<ExitStatus, CliError> {
        let keys = self.service.keys(&self.service.gate(model)?)?;
        let mut author = Author::current(None);
        if let Some(name) = &self.author {
            author.by.clone_from(name);
        }
        output.report_only();
        let operate = async |store| operate(Operator { store: &store, keys: &keys, author: &author }).await;
        let state = self.endpoints.with_store(operate)?;
        match self.format {
            OutputFormat::Json => output.put(&document(&json!({ "rollout": state.id, "state": state })))?,
            OutputFormat::Human => {
                let line =
                    format!("rollout of release {} {done}, in wave {}", state.release.short(), state.wave_name());
                output.put(&format!("{}\n", sanitize(&line)))?;
            }
        }
        Ok(ExitStatus::Success)
    }
}

impl PauseRollout {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        self.operation.run("is paused", output, model, async |operator| operator.pause(&self.reason).await)
    }
}

impl Resume {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        self.operation.run("is resumed", output, model, async |operator| operator.resume().await)
    }
}

impl Promote {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let promotion = if self.full { Promotion::Full } else { Promotion::Wave };
        self.operation.run("is promoted", output, model, async |operator| operator.promote(promotion).await)
    }
}

impl Abort {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        self.operation.run("is aborted", output, model, async |operator| operator.abort(&self.reason).await)
    }
}
