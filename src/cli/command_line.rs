use std::mem::ManuallyDrop;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use confgate_builder as nix;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::Model;

#[cfg(feature = "agent")]
use crate::cli::agent;
use crate::cli::output::{self, Color, Output};
#[cfg(feature = "live")]
use crate::cli::{audit, explain, migrate, secrets, show};
use crate::cli::{bundles, check, defaults, diff, docs, generate, render, rules};
#[cfg(feature = "deploy")]
use crate::cli::{deploy, key, sign, verify};
#[cfg(feature = "seal")]
use crate::cli::{keygen, rekey, seal, unseal};

/// The config was admitted, or the command did what it was asked.
pub(crate) const DONE: u8 = 0;
/// The config was refused, or two configs differ.
pub(crate) const REFUSED: u8 = 1;
/// The command was called wrongly, or a file could not be read or written.
const TROUBLE: u8 = 2;

/// A gate for configuration: check configs, run services on them, bring them to nodes.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, propagate_version = true)]
struct CommandLine {
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Schema(generate::Schema),
    Defaults(defaults::Defaults),
    Rules(rules::Rules),
    Docs(docs::Docs),
    Render(render::Render),
    Diff(diff::Diff),
    Bundles(bundles::Bundles),
    #[cfg(feature = "live")]
    Migrate(migrate::Migrate),
    #[cfg(feature = "live")]
    Show(show::Show),
    #[cfg(feature = "live")]
    Explain(explain::Explain),
    #[cfg(feature = "live")]
    Secrets(secrets::Secrets),
    #[cfg(feature = "live")]
    Audit(audit::Audit),
    #[cfg(feature = "agent")]
    Agent(agent::Agent),
    #[cfg(feature = "deploy")]
    Deploy(Box<deploy::Deploy>),
    #[cfg(feature = "deploy")]
    Rollback(deploy::Rollback),
    #[cfg(feature = "deploy")]
    History(deploy::History),
    #[cfg(feature = "deploy")]
    Status(deploy::Status),
    #[cfg(feature = "deploy")]
    Doctor(deploy::Doctor),
    #[cfg(feature = "deploy")]
    Key(key::Key),
    #[cfg(feature = "deploy")]
    Sign(sign::Sign),
    #[cfg(feature = "deploy")]
    Verify(verify::Verify),
    #[cfg(feature = "seal")]
    Keygen(keygen::Keygen),
    #[cfg(feature = "seal")]
    Seal(seal::Seal),
    #[cfg(feature = "seal")]
    Unseal(unseal::Unseal),
    #[cfg(feature = "seal")]
    Rekey(rekey::Rekey),
    Completions(generate::Completions),
    Man(generate::Man),
    /// Build the bundle that a Nix derivation asks for.
    #[command(hide = true)]
    Bundle,
    /// Build the bundles of all nodes that a Nix derivation asks for.
    #[command(hide = true)]
    Fleet,
    /// Build the folder of bundles that a Nix derivation asks for.
    #[command(hide = true)]
    Link,
    /// Copy this program to where a Nix derivation wants it.
    #[command(hide = true)]
    Install,
}

/// For commands that fill in defaults.
#[derive(Debug, Args)]
pub(crate) struct ForEnvironment {
    /// Environment that the config is for: Development, Testing, Staging or Production. By default the one that the
    /// config names itself, else Development.
    #[arg(long, short, value_name = "ENVIRONMENT")]
    pub(crate) environment: Option<Environment>,
}

/// For commands that load what a service on this machine would.
#[derive(Debug, Args)]
pub(crate) struct OnThisMachine {
    /// Environment that the config is for: Development, Testing, Staging or Production. By default the one that the service's
    /// variable names (BITCRAPS_ENV), else that of the bundle, else Development.
    #[arg(long, short, value_name = "ENVIRONMENT")]
    pub(crate) environment: Option<Environment>,
}

/// Why a command could not do what it was asked: said on standard error, with exit code 2.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs the command line of the model `M` on the arguments of this process.
pub fn main<M: Model>() -> ExitCode {
    // The process ends with the command: taking the descriptions of all commands apart would be for nothing.
    let mut command = ManuallyDrop::new(command());
    let matches = command.try_get_matches_from_mut(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let line = match CommandLine::from_arg_matches(&matches) {
        Ok(line) => line,
        Err(error) => error.exit(),
    };
    let mut output = Output::new(line.color);
    let result = run(line.command, &mut output, &|| Gate::of::<M>().untyped()).and_then(|code| {
        output.finish()?;
        Ok(code)
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(Failure(message)) => {
            output::complain(line.color, &message);
            ExitCode::from(TROUBLE)
        }
    }
}

/// The command line under the name by which it was called: a service's binary has its own.
pub(crate) fn command() -> clap::Command {
    let name = program_name();
    CommandLine::command().name(name.clone()).bin_name(name)
}

pub(crate) fn program_name() -> String {
    let called = std::env::args_os().next().unwrap_or_default();
    let name = std::path::Path::new(&called).file_stem().and_then(|name| name.to_str()).filter(|name| !name.is_empty());
    name.unwrap_or("confgate").to_owned()
}

/// Runs one command; `gate` makes the gate of the model, which not every command needs.
fn run(command: Command, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
    match command {
        Command::Check(check) => check.run(output, gate),
        Command::Schema(schema) => schema.run(output, gate),
        Command::Defaults(defaults) => defaults.run(output, &gate()),
        Command::Rules(rules) => rules.run(output, &gate()),
        Command::Docs(docs) => docs.run(output, gate),
        Command::Render(render) => render.run(output, gate),
        Command::Diff(diff) => diff.run(output, gate),
        Command::Bundles(bundles) => bundles.run(output),
        #[cfg(feature = "live")]
        Command::Migrate(migrate) => migrate.run(output, &gate()),
        #[cfg(feature = "live")]
        Command::Show(show) => show.run(output, gate),
        #[cfg(feature = "deploy")]
        Command::Deploy(deploy) => deploy.run(output, gate),
        #[cfg(feature = "deploy")]
        Command::Rollback(rollback) => rollback.run(output, gate),
        #[cfg(feature = "deploy")]
        Command::History(history) => history.run(output, gate),
        #[cfg(feature = "deploy")]
        Command::Status(status) => status.run(output, gate),
        #[cfg(feature = "deploy")]
        Command::Doctor(doctor) => doctor.run(output, gate),
        #[cfg(feature = "live")]
        Command::Explain(explain) => explain.run(output, gate),
        #[cfg(feature = "live")]
        Command::Secrets(secrets) => secrets.run(output, gate),
        #[cfg(feature = "live")]
        Command::Audit(audit) => audit.run(output),
        #[cfg(feature = "agent")]
        Command::Agent(agent) => agent.run(output, gate),
        #[cfg(feature = "deploy")]
        Command::Key(key) => key.run(output),
        #[cfg(feature = "deploy")]
        Command::Sign(sign) => sign.run(output),
        #[cfg(feature = "deploy")]
        Command::Verify(verify) => verify.run(output),
        #[cfg(feature = "seal")]
        Command::Keygen(keygen) => keygen.run(output),
        #[cfg(feature = "seal")]
        Command::Seal(seal) => seal.run(output, gate),
        #[cfg(feature = "seal")]
        Command::Unseal(unseal) => unseal.run(output),
        #[cfg(feature = "seal")]
        Command::Rekey(rekey) => rekey.run(output),
        Command::Completions(completions) => completions.run(output),
        Command::Man(man) => man.run(),
        Command::Bundle => {
            let built = nix::bundle::build(gate)?;
            // A build's log is one stream: what it says goes where Nix's own words go.
            eprint!("{}", output::build_log(&built.report));
            Ok(if built.rejected { REFUSED } else { DONE })
        }
        Command::Fleet => {
            let built = nix::fleet::build(gate)?;
            eprint!("{}", output::fleet_log(&built.reports));
            Ok(if built.rejected { REFUSED } else { DONE })
        }
        Command::Link => {
            nix::link::build()?;
            Ok(DONE)
        }
        Command::Install => {
            nix::install::build()?;
            Ok(DONE)
        }
    }
}
