//! `confgate status`: what counts on this node, and whether it is as it was deployed.

use std::time::Duration;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_deploy::{Generations, Lock, LockOwner, Outcome, Plan, PlannedChange, Record, running_changes};
use confgate_runtime::load::{LoadOptions, Loader};
use confgate_runtime::system::SystemContext;
use serde_json::json;

use crate::cli::deploy::{Place, harmless_lines};
use crate::cli::output::{Format, Output};
use crate::cli::{DONE, Failure, OnThisMachine, REFUSED, change};

/// Say which generation counts, whether it is as it was deployed, who is at work, what waits for a restart, and, where an agent
/// tells, whether the service runs it. Exits with 1 when something is wrong.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    place: Place,
    /// Address of the agent's /config, to say what the service runs: http://127.0.0.1:9099/config.
    #[arg(long, value_name = "URL")]
    running: Option<String>,
    #[command(flatten)]
    environment: OnThisMachine,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

impl Status {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let gate = self.place.gate(model)?;
        let generations = self.place.generations(&gate)?;
        let runs = self.runs(&generations, gate)?;
        let seen = Seen { runs, ..Seen::of(&generations)? };
        match self.format {
            Format::Human => output.put(&harmless_lines(&seen.words()))?,
            Format::Json => output.put(&document(&json!({
                "generation": seen.current, "record": seen.record, "drift": seen.drift,
                "unfinished": seen.unfinished(), "untold": seen.is_untold(), "at_work": seen.owner, "running": seen.runs,
            })))?,
        }
        let wrong = seen.drift.is_some() || seen.unfinished() || seen.is_untold() || seen.runs_another();
        Ok(if wrong { REFUSED } else { DONE })
    }

    /// The fields that the service runs with another value than the one that counts.
    fn runs(&self, generations: &Generations<'_>, gate: Gate) -> Result<Option<Plan>, Failure> {
        const PATIENCE: Duration = Duration::from_secs(5);
        let (Some(url), Some(_)) = (&self.running, generations.active()?) else { return Ok(None) };
        let loader = Loader::new(gate, SystemContext::of_process())
            .backends(crate::secret_backends())
            .environment(self.environment.environment);
        let loader = loader.at(generations.link().path());
        let deployed = loader.load(&LoadOptions::default())?;
        Ok(Some(running_changes(loader.gate(), &deployed, url, PATIENCE)?))
    }
}

struct Seen {
    current: Option<u64>,
    record: Option<Record>,
    /// What of it is not as it was deployed.
    drift: Option<String>,
    owner: Option<Option<LockOwner>>,
    /// How the service was to be told, where it was not.
    untold: Option<String>,
    /// What the service runs otherwise, where somebody was asked.
    runs: Option<Plan>,
}

impl Seen {
    fn of(generations: &Generations<'_>) -> Result<Self, Failure> {
        let current = generations.active()?;
        Ok(Self {
            current,
            record: current.map_or(Ok(None), |number| generations.record(number))?,
            drift: match current {
                Some(current) => generations.damage(current)?.map(|damage| damage.to_string()),
                None => generations.link_problem()?.map(|problem| problem.to_string()),
            },
            owner: Lock::owner(&generations.lock_path()),
            untold: generations.pending_reload().method()?,
            runs: None,
        })
    }

    /// Whether a service may not know what counts, and nobody is about to tell it.
    fn is_untold(&self) -> bool {
        self.owner.is_none() && self.untold.is_some()
    }

    /// Whether a deployment was cut off that nobody has finished yet.
    fn unfinished(&self) -> bool {
        self.owner.is_none() && self.record.as_ref().is_some_and(|record| record.outcome == Outcome::Activating)
    }

    /// Whether the service runs something else than what counts, for another reason than a restart that is due.
    fn runs_another(&self) -> bool {
        self.runs.as_ref().is_some_and(|plan| plan.fields.iter().any(|field| !field.restart))
    }

    /// What the service runs, a line a field.
    fn running(&self) -> String {
        let line = |field: &PlannedChange| {
            let restart = if field.restart { ", waits for a restart" } else { "" };
            format!(
                "  runs      {} = {} ({} is deployed{restart})\n",
                field.field,
                change::value(field.old.as_ref()),
                change::value(field.new.as_ref())
            )
        };
        match &self.runs {
            None => String::new(),
            Some(plan) if plan.fields.is_empty() => "  runs      what is deployed\n".to_owned(),
            Some(plan) => plan.fields.iter().map(line).collect(),
        }
    }

    fn words(&self) -> String {
        let Some(current) = self.current else {
            let lost = |lost: &String| format!("no generation counts: {lost}: see confgate doctor\n");
            return self.drift.as_ref().map_or("nothing is deployed\n".to_owned(), lost);
        };
        let mut text = match &self.record {
            Some(record) => format!(
                "generation {current}: {} for {}, {}\n  deployed  {} by {}\n  from      {} ({})\n",
                record.bundle,
                record.environment,
                record.outcome,
                record.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
                record.user,
                record.source,
                record.resolved,
            ),
            None => format!("generation {current}\n"),
        };
        if let Some(signer) = self.record.as_ref().and_then(|record| record.signer.as_ref()) {
            text += &format!("  signed    by {signer}\n");
        }
        let restart = self.record.as_ref().map(|record| record.restart_fields.join(", ")).unwrap_or_default();
        if !restart.is_empty() {
            text += &format!("  waits     for a restart of the service since then: {restart}\n");
        }
        text += &match &self.drift {
            Some(drift) => format!("  drift     {drift}: see confgate doctor\n"),
            None => "  drift     none: the files are those that were deployed\n".to_owned(),
        };
        text += &self.running();
        if self.is_untold() {
            text += "  untold    the service was not told that this counts: see confgate doctor\n";
        }
        if self.unfinished() {
            text += "  cut off   the deployment did not come to its end: see confgate doctor\n";
        }
        match &self.owner {
            Some(Some(owner)) => {
                text + &format!("  at work   {}: {}, process {}\n", owner.user, owner.command, owner.pid)
            }
            Some(None) => text + "  at work   another process\n",
            None => text,
        }
    }
}
