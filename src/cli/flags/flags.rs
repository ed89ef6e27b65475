//! The command and its subcommands.

use clap::{Args, Subcommand};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::check::CheckFlags;
use crate::cli::flags::compare::CompareVariants;
use crate::cli::flags::eval::EvalFlag;
use crate::cli::flags::explain::ExplainFlag;
use crate::cli::flags::list::ListFlags;
use crate::cli::flags::render::RenderFlags;
use crate::cli::flags::stale::StaleFlags;
use crate::cli::output::Output;

/// Validate, list and evaluate feature flags.
///
/// A flags file has the form of flagd's flag configuration, in TOML, JSON or YAML. `confgate agent --flags FILE` evaluates the flags for
/// clients of OpenFeature.
#[derive(Debug, Args)]
pub struct Flags {
    #[command(subcommand)]
    command: FlagsCommand,
}

#[derive(Debug, Subcommand)]
enum FlagsCommand {
    Check(CheckFlags),
    List(ListFlags),
    Eval(EvalFlag),
    Explain(ExplainFlag),
    Stale(StaleFlags),
    Compare(CompareVariants),
    Render(RenderFlags),
}

impl Flags {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        match self.command {
            FlagsCommand::Check(check) => check.run(output),
            FlagsCommand::List(list) => list.run(output),
            FlagsCommand::Eval(eval) => eval.run(output),
            FlagsCommand::Explain(explain) => explain.run(output),
            FlagsCommand::Stale(stale) => stale.run(output),
            FlagsCommand::Compare(compare) => compare.run(output),
            FlagsCommand::Render(render) => render.run(output),
        }
    }
}
