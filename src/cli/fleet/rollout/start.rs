//! `confgate rollout start`.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::render::human;
use confgate_core::types;
use confgate_fleet::Author;
use confgate_fleet::rollout::{self, Controller, StartRequest, Started};

use crate::cli::deploy::cancel_on_signals;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::fleet::rollout::file::read_rollout;
use crate::cli::fleet::rollout::report::{EventPrinter, plan_json, plan_text, started_text};
use crate::cli::fleet::rollout::target::RolloutTarget;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Start a rollout of a release, and carry it out.
///
/// The waves, their bake time and the alarms are in the rollout file. Exits with 0 when all nodes follow the release, and with 1 if
/// the rollout went back.
#[derive(Debug, Args)]
pub(super) struct Start {
    /// Roll out this release, or that of these bundles, which `confgate publish --store-only` stored: a digest or its
    /// first digits, a bundle, or a fleet. A fleet that declares its rollout brings the file.
    #[arg(value_name = "RELEASE|DIR")]
    release: RolloutTarget,
    /// Read waves, limits and alarms from this file: TOML, JSON or YAML. [default: that of the fleet, else 10%, 50%, 100% without
    /// alarms]
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Store the rollout alone: `confgate rollout run` carries it out.
    #[arg(long)]
    detach: bool,
    /// Show which node comes when, and write nothing.
    #[arg(long, conflicts_with = "detach")]
    dry_run: bool,
    /// Time after which another controller takes over from a dead one.
    #[arg(long, value_name = "DURATION", default_value = "15s")]
    lease: types::Duration,
    /// Record this author, by default `USER@HOST`.
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Record this commit of the configuration.
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// Print in this format. JSON is one document a line.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl Start {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let declared = self.release.rollout_file();
        let (spec, warnings) = match read_rollout(self.file.as_deref().or(declared.as_deref()))? {
            Ok(admitted) => admitted,
            Err(report) => {
                output.put_report(&report)?;
                return Ok(ExitStatus::Rejected);
            }
        };
        if !warnings.diagnostics().is_empty() {
            eprint!("{}", human::report(&warnings, output.style.plain()));
        }
        let keys = self.service.keys(&self.service.gate(model)?)?;
        let mut author = Author::current(self.commit.clone());
        if let Some(name) = &self.author {
            author.by.clone_from(name);
        }
        // Certificates and tokens that cannot be read stop the rollout before it begins.
        rollout::Monitoring::new(&spec)?;
        let cancellation = cancel_on_signals()?;
        if !self.dry_run {
            output.report_only();
        }
        self.endpoints.with_store(async |store| {
            let release = self.release.release(&store, &keys).await?;
            let request = StartRequest { release, spec: &spec, author: &author, dry_run: self.dry_run };
            let Started { state, plan } = rollout::start(&store, &keys, request).await?;
            if self.dry_run {
                match self.format {
                    OutputFormat::Human => output.put(&plan_text(&state, &plan))?,
                    OutputFormat::Json => output.put(&document(&plan_json(&state, &plan)))?,
                }
                return Ok(ExitStatus::Success);
            }
            let mut printer = EventPrinter::new(output, self.format);
            printer.started(&state, &started_text(&state, &plan));
            if self.detach {
                return Ok(ExitStatus::Success);
            }
            let controller =
                Controller { store, keys: keys.clone(), by: Author::current(None).by, lease: self.lease.into() };
            let ended = controller.run(Some(&state.id), &cancellation, &mut |event| printer.print(&event)).await?;
            Ok::<_, CliError>(printer.exit_status(&ended))
        })
    }
}
