//! `confgate rollback`: reactivation of an earlier generation.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_deploy::{Deployment, Source, rollback};

use crate::cli::deploy::generations_args::GenerationsArgs;
use crate::cli::deploy::outcome::report_failure;
use crate::cli::deploy::progress::ProgressPrinter;
use crate::cli::deploy::service_control_args::ServiceControlArgs;
use crate::cli::deploy::signals::cancel_on_signals;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Reactivate the previous generation, or the one with the given number.
#[derive(Debug, Args)]
pub struct Rollback {
    /// Number of a generation, as `confgate history` lists it.
    #[arg(value_name = "GENERATION")]
    generation: Option<u64>,
    #[command(flatten)]
    generations: GenerationsArgs,
    #[command(flatten)]
    service: ServiceControlArgs,
}

impl Rollback {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let gate = self.generations.gate(model)?;
        let generations = self.generations.generations(&gate)?;
        let loader = self.service.loader(gate);
        let service = self.service.deployment(Source::Path(generations.link().path()), &loader);
        let deployment = Deployment { cancellation: cancel_on_signals()?, ..service };
        output.report_only();
        let mut printer = ProgressPrinter::new(output);
        let result = rollback(&deployment, &generations, self.generation, &mut |progress| printer.print(&progress));
        printer.finish()?;
        match result {
            Ok(generation) => {
                output.put(&format!("\ngeneration {generation} is active\n"))?;
                Ok(ExitStatus::Success)
            }
            Err(error) => {
                let is_rejection = error.is_rejection();
                report_failure(error.into(), is_rejection, output)
            }
        }
    }
}
