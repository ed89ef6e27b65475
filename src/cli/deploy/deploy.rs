//! `confgate deploy`: deployment of a bundle to this node, with automatic rollback.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::render::count;
use confgate_core::types;
use confgate_deploy::{Deployed, Deployment, Plan, PlannedChange, Source, deploy, dry_run};

use crate::cli::change::change_line;
use crate::cli::deploy::generations_args::GenerationsArgs;
use crate::cli::deploy::outcome::report_failure;
use crate::cli::deploy::progress::ProgressPrinter;
use crate::cli::deploy::service_control_args::ServiceControlArgs;
use crate::cli::deploy::signals::cancel_on_signals;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::trusted_keys::trust;

/// Deploy a bundle to this node: fetch, verify, gate, stage, activate, reload, health, bake, keep. Rolls back on failure.
///
/// Changes nothing before the step `activate`. A failure after it reactivates the previous generation and exits with 1.
#[derive(Debug, Args)]
pub struct Deploy {
    /// Bundle: a directory, a store path, the result of a build, a tar, or git+URL?ref=BRANCH&rev=COMMIT&dir=DIRECTORY.
    #[arg(value_name = "SOURCE")]
    source: Source,
    #[command(flatten)]
    generations: GenerationsArgs,
    #[command(flatten)]
    service: ServiceControlArgs,
    /// Keep the bundle only if --health passes for this long. Set it longer than a reload takes: an answer right after SIGHUP may
    /// come from the previous config.
    #[arg(long, alias = "settle", value_name = "DURATION", default_value = "0s")]
    bake_time: types::Duration,
    /// Require a signature of this public key. Can be repeated; the signature of one key is enough.
    #[arg(long, short = 'k', value_name = "KEY")]
    trusted_public_key: Vec<String>,
    /// Read the signature from this file. [default: SOURCE.sig]
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// Require that git verifies the signature of the commit, or of its tag.
    #[arg(long)]
    signed_commit: bool,
    /// Allow a bundle that is older than the active one: an earlier generation, or an older version of the schema.
    #[arg(long)]
    allow_downgrade: bool,
    /// Keep this many generations, at least two.
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    keep: usize,
    /// Show the changes without applying them.
    #[arg(long)]
    dry_run: bool,
}

impl Deploy {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        if self.service.health.is_none() && !Duration::from(self.bake_time).is_zero() {
            return Err(CliError::BakeTimeWithoutHealth);
        }
        let gate = self.generations.gate(model)?;
        let generations = self.generations.generations(&gate)?;
        let loader = self.service.loader(gate);
        let deployment = Deployment {
            trust: trust(&self.trusted_public_key)?,
            signature: self.signature.clone(),
            signed_commit: self.signed_commit,
            allow_downgrade: self.allow_downgrade,
            bake_time: self.bake_time.into(),
            keep: self.keep,
            cancellation: cancel_on_signals()?,
            ..self.service.deployment(self.source.clone(), &loader)
        };
        if !self.dry_run {
            output.report_only();
        }
        let mut printer = ProgressPrinter::new(output);
        let mut report = |progress| printer.print(&progress);
        let result = if self.dry_run {
            dry_run(&deployment, &generations, &mut report)
        } else {
            deploy(&deployment, &generations, &mut report)
        };
        printer.finish()?;
        match result {
            Ok(deployed) => {
                output.put(&summary(&deployed))?;
                Ok(ExitStatus::Success)
            }
            Err(error) => {
                let is_rejection = error.is_rejection();
                report_failure(error.into(), is_rejection, output)
            }
        }
    }
}

fn summary(deployed: &Deployed) -> String {
    let Deployed { generation, plan, unchanged, notified, pruned } = deployed;
    match (generation, unchanged) {
        (_, true) if *notified => "\nthis bundle was active already; the service was notified\n".to_owned(),
        (_, true) => "\nnothing to do: this bundle is active already\n".to_owned(),
        (None, false) => format!("\n{}nothing was changed\n", changes(plan)),
        (Some(generation), false) => {
            let removed = match pruned.len() {
                0 => String::new(),
                number => format!("; {} removed", count(number, "old generation")),
            };
            format!("\n{}generation {generation} is active{removed}\n", changes(plan))
        }
    }
}

/// Returns a line for each changed field, and their number as the beginning of the next line.
fn changes(plan: &Plan) -> String {
    let width = plan.fields.iter().map(|field| field.field.len()).max().unwrap_or(0);
    let line = |field: &PlannedChange| {
        let restart = if field.restart { "  (needs a restart)" } else { "" };
        format!("  {:width$}  {}{restart}\n", field.field, change_line(field.old.as_ref(), field.new.as_ref()))
    };
    match plan.fields.len() {
        0 => "no field changes\n".to_owned(),
        fields => plan.fields.iter().map(line).collect::<String>() + &format!("{}; ", count(fields, "change")),
    }
}
