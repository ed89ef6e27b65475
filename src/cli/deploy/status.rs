//! `confgate status`: active generation of this node, and its integrity.

use std::time::Duration;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_deploy::{Generations, Lock, LockOwner, Outcome, Plan, PlannedChange, Record, running_changes};
use confgate_runtime::load::{LoadOptions, Loader};
use confgate_runtime::system::SystemContext;
use serde_json::json;

use crate::cli::change::display_value;
use crate::cli::deploy::generations_args::GenerationsArgs;
use crate::cli::environment_args::HostEnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;
use crate::cli::sanitize::sanitize_lines;

/// Time limit of the request to the agent.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Show the active generation, its integrity, running commands, pending restarts and, with --running, differences from the
/// config that the service runs. Exits with 1 if there is a problem.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    generations: GenerationsArgs,
    /// Compare with the running config at this URL, the /config of the agent: http://127.0.0.1:9099/config.
    #[arg(long, value_name = "URL")]
    running: Option<String>,
    #[command(flatten)]
    environment: HostEnvironmentArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl Status {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let gate = self.generations.gate(model)?;
        let generations = self.generations.generations(&gate)?;
        let running = self.running_changes(&generations, gate)?;
        let state = NodeState { running, ..NodeState::read(&generations)? };
        match self.format {
            OutputFormat::Human => output.put(&sanitize_lines(&state.to_text()))?,
            OutputFormat::Json => output.put(&document(&json!({
                "generation": state.active,
                "record": state.record,
                "drift": state.drift,
                "unfinished": state.is_interrupted(),
                "untold": state.needs_reload(),
                "at_work": state.owner,
                "running": state.running,
            })))?,
        }
        Ok(ExitStatus::success_if(!state.has_problem()))
    }

    /// Returns the fields whose running value is not the deployed one.
    fn running_changes(&self, generations: &Generations<'_>, gate: Gate) -> Result<Option<Plan>, CliError> {
        let (Some(url), Some(_)) = (&self.running, generations.active()?) else { return Ok(None) };
        let loader = Loader::new(gate, SystemContext::of_process())
            .backends(crate::secret_backends())
            .environment(self.environment.environment)
            .at(generations.link().path());
        let deployed = loader.load(&LoadOptions::default())?;
        Ok(Some(running_changes(loader.gate(), &deployed, url, TIMEOUT)?))
    }
}

/// State of the deployments of a service on this node.
struct NodeState {
    active: Option<u64>,
    record: Option<Record>,
    /// Difference between the active generation and the deployed files.
    drift: Option<String>,
    /// Command that holds the lock; `Some(None)` for an unknown one.
    owner: Option<Option<LockOwner>>,
    /// Method of the reload that is still pending.
    pending_reload: Option<String>,
    /// Differences between the running and the deployed config, if they were compared.
    running: Option<Plan>,
}

impl NodeState {
    fn read(generations: &Generations<'_>) -> Result<Self, CliError> {
        let active = generations.active()?;
        Ok(Self {
            active,
            record: active.map_or(Ok(None), |number| generations.record(number))?,
            drift: match active {
                Some(number) => generations.damage(number)?.map(|damage| damage.to_string()),
                None => generations.link_problem()?.map(|problem| problem.to_string()),
            },
            owner: Lock::owner(&generations.lock_path()),
            pending_reload: generations.pending_reload().method()?,
            running: None,
        })
    }

    fn has_problem(&self) -> bool {
        self.drift.is_some() || self.is_interrupted() || self.needs_reload() || self.runs_other_values()
    }

    /// Returns whether the service has not been notified of the active generation and no command is about to do so.
    fn needs_reload(&self) -> bool {
        self.owner.is_none() && self.pending_reload.is_some()
    }

    /// Returns whether a deployment was interrupted and not recovered yet.
    fn is_interrupted(&self) -> bool {
        self.owner.is_none() && self.record.as_ref().is_some_and(|record| record.outcome == Outcome::Activating)
    }

    /// Returns whether a running value differs from the deployed one for another reason than a pending restart.
    fn runs_other_values(&self) -> bool {
        self.running.as_ref().is_some_and(|plan| plan.fields.iter().any(|field| !field.restart))
    }

    fn to_text(&self) -> String {
        let Some(active) = self.active else {
            return match &self.drift {
                Some(drift) => format!("no generation is active: {drift}; see confgate doctor\n"),
                None => "nothing is deployed\n".to_owned(),
            };
        };
        let mut text = match &self.record {
            Some(record) => record_text(active, record),
            None => format!("generation {active}\n"),
        };
        text += &match &self.drift {
            Some(drift) => format!("  drift     {drift}; see confgate doctor\n"),
            None => "  drift     none: the files are unchanged since the deployment\n".to_owned(),
        };
        text += &self.running.as_ref().map(running_text).unwrap_or_default();
        if self.needs_reload() {
            text += "  reload    pending: the service was not notified; see confgate doctor\n";
        }
        if self.is_interrupted() {
            text += "  problem   the deployment was interrupted; see confgate doctor\n";
        }
        match &self.owner {
            Some(Some(owner)) => {
                text + &format!("  locked    by {}: {}, process {}\n", owner.user, owner.command, owner.pid)
            }
            Some(None) => text + "  locked    by another process\n",
            None => text,
        }
    }
}

fn record_text(generation: u64, record: &Record) -> String {
    let mut text = format!(
        "generation {generation}: {} for {}, {}\n  deployed  {} by {}\n  from      {} ({})\n",
        record.bundle,
        record.environment,
        record.outcome,
        record.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
        record.user,
        record.source,
        record.resolved,
    );
    if let Some(signer) = &record.signer {
        text += &format!("  signed    by {signer}\n");
    }
    if !record.restart_fields.is_empty() {
        text += &format!("  restart   pending for changes of: {}\n", record.restart_fields.join(", "));
    }
    text
}

fn running_text(plan: &Plan) -> String {
    let line = |field: &PlannedChange| {
        let restart = if field.restart { ", needs a restart" } else { "" };
        format!(
            "  runs      {} = {} ({} is deployed{restart})\n",
            field.field,
            display_value(field.old.as_ref()),
            display_value(field.new.as_ref())
        )
    };
    match plan.fields.len() {
        0 => "  runs      the deployed config\n".to_owned(),
        _ => plan.fields.iter().map(line).collect(),
    }
}
