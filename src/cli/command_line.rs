//! Arguments of the process, and the command that they name.

use std::env;
use std::ffi::OsString;
use std::mem;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use confgate_builder as builder;
use confgate_core::gate::Gate;
use confgate_core::model::Model;

#[cfg(feature = "agent")]
use crate::cli::agent;
use crate::cli::build_log::{build_log, fleet_log};
use crate::cli::color::Color;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
#[cfg(feature = "flags")]
use crate::cli::flags;
#[cfg(feature = "fleet")]
use crate::cli::fleet;
use crate::cli::huge_pages;
#[cfg(feature = "lsp")]
use crate::cli::lsp;
use crate::cli::output::{self, Output};
#[cfg(feature = "flags")]
use crate::cli::tune;
#[cfg(feature = "live")]
use crate::cli::{audit, edit, explain, init, migrate, secrets, show};
use crate::cli::{bundles, check, completions, defaults, diff, docs, man, render, rules, schema};
#[cfg(feature = "deploy")]
use crate::cli::{deploy, key, sign, verify};
#[cfg(feature = "seal")]
use crate::cli::{keygen, rekey, seal, unseal};

/// Validate service configuration, run services on it, and deploy it to nodes.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, propagate_version = true)]
struct CommandLine {
    /// Color the output.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

/// [`CommandLine`] with one command alone.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, propagate_version = true)]
struct OneCommandLine<C: Subcommand> {
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,
    #[command(subcommand)]
    command: C,
}

#[derive(Debug, Subcommand)]
enum CheckCommand {
    Check(check::Check),
}

#[cfg(feature = "lsp")]
#[derive(Debug, Subcommand)]
enum LspCommand {
    Lsp(lsp::Lsp),
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Schema(schema::Schema),
    Defaults(defaults::Defaults),
    Rules(rules::Rules),
    Docs(docs::Docs),
    Render(render::Render),
    Diff(diff::Diff),
    Bundles(bundles::Bundles),
    #[cfg(feature = "live")]
    Init(init::Init),
    #[cfg(feature = "live")]
    Fmt(edit::Fmt),
    #[cfg(feature = "live")]
    Get(edit::Get),
    #[cfg(feature = "live")]
    Set(edit::Set),
    #[cfg(feature = "live")]
    Unset(edit::Unset),
    #[cfg(feature = "lsp")]
    Lsp(lsp::Lsp),
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
    Agent(Box<agent::Agent>),
    #[cfg(feature = "flags")]
    Flags(Box<flags::Flags>),
    #[cfg(feature = "flags")]
    Tune(Box<tune::Tune>),
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
    #[cfg(feature = "fleet")]
    Publish(Box<fleet::Publish>),
    #[cfg(feature = "fleet")]
    Relay(Box<fleet::Relay>),
    #[cfg(feature = "fleet")]
    Rollout(fleet::Rollout),
    #[cfg(feature = "fleet")]
    Fleet(fleet::Fleet),
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
    Completions(completions::Completions),
    Man(man::Man),
    /// Build the bundle of a Nix derivation.
    #[command(hide = true)]
    Bundle,
    /// Build the bundles of all nodes of a Nix derivation.
    #[cfg(not(feature = "fleet"))]
    #[command(hide = true)]
    Fleet,
    /// Build the directory of bundles of a Nix derivation.
    #[command(hide = true)]
    Link,
    /// Copy this program to the output of a Nix derivation.
    #[command(hide = true)]
    Install,
}

impl Command {
    /// Returns whether the command keeps its memory in small pages: a check is short, and a program that waits for months is to be small.
    /// The programs that such a one starts are short: reload commands and probes. The language server starts Nix with large pages.
    fn keeps_small_pages(&self) -> bool {
        match self {
            Self::Check(_) => true,
            #[cfg(feature = "agent")]
            Self::Agent(_) => true,
            #[cfg(feature = "fleet")]
            Self::Relay(_) | Self::Rollout(_) => true,
            #[cfg(feature = "lsp")]
            Self::Lsp(_) => true,
            _ => false,
        }
    }
}

/// Runs the command line of the model `M` on the arguments of this process.
pub fn main<M: Model>() -> ExitCode {
    let had_huge_pages = huge_pages::avoid();
    #[cfg(not(feature = "lsp"))]
    let _ = had_huge_pages;
    let arguments: Vec<OsString> = env::args_os().collect();
    let line = parse_alone(&arguments).unwrap_or_else(|| {
        let mut parser = parser();
        let matches = parser.try_get_matches_from_mut(&arguments).unwrap_or_else(|error| error.exit());
        let line = CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        if !line.command.keeps_small_pages() {
            // Skip dropping the parser: the process exits soon.
            mem::forget(parser);
        }
        line
    });
    #[cfg(feature = "lsp")]
    if had_huge_pages && matches!(line.command, Command::Lsp(_)) {
        huge_pages::start_anew(&arguments);
    }
    // Commands of these features start programs, which inherit the setting.
    if cfg!(feature = "live") && !line.command.keeps_small_pages() {
        huge_pages::allow();
    }
    let mut output = Output::new(line.color);
    let result = run(line.command, &mut output, &|| Gate::of::<M>().untyped()).and_then(|status| {
        output.finish()?;
        Ok(status)
    });
    match result {
        Ok(status) => status.into(),
        Err(error) => {
            output::print_error(line.color, &error);
            ExitCode::from(ExitStatus::FAILURE)
        }
    }
}

/// Parses the arguments of a command that needs little time or memory without building the parser of the other commands, which takes
/// longer than a check of a small file, and leaves two megabytes to a language server. Help and errors are left to the whole parser.
fn parse_alone(arguments: &[OsString]) -> Option<CommandLine> {
    match arguments.get(1)?.to_str()? {
        "check" => {
            let OneCommandLine { color, command: CheckCommand::Check(check) } = parse_one(arguments)?;
            Some(CommandLine { color, command: Command::Check(check) })
        }
        #[cfg(feature = "lsp")]
        "lsp" => {
            let OneCommandLine { color, command: LspCommand::Lsp(lsp) } = parse_one(arguments)?;
            Some(CommandLine { color, command: Command::Lsp(lsp) })
        }
        _ => None,
    }
}

fn parse_one<C: Subcommand>(arguments: &[OsString]) -> Option<OneCommandLine<C>> {
    OneCommandLine::try_parse_from(arguments).ok()
}

/// Returns the parser under the name of the executable: a service's binary has its own.
fn parser() -> clap::Command {
    let name = program_name();
    CommandLine::command().name(name.clone()).bin_name(name)
}

fn program_name() -> String {
    let executable = env::args_os().next().unwrap_or_default();
    let name = Path::new(&executable).file_stem().and_then(|name| name.to_str()).filter(|name| !name.is_empty());
    name.unwrap_or("confgate").to_owned()
}

/// Runs one command. `gate` makes the gate of the model, which several commands do not need.
fn run(command: Command, output: &mut Output, gate: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
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
        Command::Init(init) => init.run(output, gate),
        #[cfg(feature = "live")]
        Command::Fmt(fmt) => fmt.run(output, gate),
        #[cfg(feature = "live")]
        Command::Get(get) => get.run(output, gate),
        #[cfg(feature = "live")]
        Command::Set(set) => set.run(output, gate),
        #[cfg(feature = "live")]
        Command::Unset(unset) => unset.run(output, gate),
        #[cfg(feature = "lsp")]
        Command::Lsp(lsp) => lsp.run(gate),
        #[cfg(feature = "live")]
        Command::Migrate(migrate) => migrate.run(output, &gate),
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
        #[cfg(feature = "flags")]
        Command::Flags(flags) => flags.run(output),
        #[cfg(feature = "flags")]
        Command::Tune(tune) => tune.run(output, gate),
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
        Command::Completions(completions) => completions.run(output, &mut parser(), program_name()),
        Command::Man(man) => man.run(parser()),
        Command::Bundle => {
            let built = builder::bundle::build(gate)?;
            // The log of a build is one stream: reports go where Nix writes its own messages.
            eprint!("{}", build_log(&built.report));
            Ok(ExitStatus::success_if(!built.rejected))
        }
        #[cfg(feature = "fleet")]
        Command::Publish(publish) => publish.run(output, gate),
        #[cfg(feature = "fleet")]
        Command::Relay(relay) => relay.run(gate),
        #[cfg(feature = "fleet")]
        Command::Rollout(rollout) => rollout.run(output, gate),
        #[cfg(feature = "fleet")]
        Command::Fleet(fleet::Fleet { command: Some(command) }) => command.run(output, gate),
        #[cfg(feature = "fleet")]
        Command::Fleet(fleet::Fleet { command: None }) => match build_fleet(gate) {
            // A user forgot the command: Nix sets the variables.
            Err(CliError::Build(builder::BuildError::NoVariable(_))) => Err(CliError::NoFleetCommand),
            built => built,
        },
        #[cfg(not(feature = "fleet"))]
        Command::Fleet => build_fleet(gate),
        Command::Link => {
            builder::link::build()?;
            Ok(ExitStatus::Success)
        }
        Command::Install => {
            builder::install::build()?;
            Ok(ExitStatus::Success)
        }
    }
}

/// Builds the bundles of all nodes of a Nix derivation.
fn build_fleet(gate: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
    let built = builder::fleet::build(gate)?;
    eprint!("{}", fleet_log(&built.reports, built.rollout.as_ref()));
    Ok(ExitStatus::success_if(!built.rejected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn a_command_alone_is_parsed_as_among_all() {
        for line in [
            "confgate check a.toml --deny warnings --color never",
            "confgate check --environment production -",
            #[cfg(feature = "lsp")]
            "confgate lsp",
            #[cfg(feature = "lsp")]
            "confgate lsp --stdio --nix --schema a.json --color always",
        ] {
            let arguments = words(line);
            let alone = parse_alone(&arguments).unwrap();
            let among_all = CommandLine::try_parse_from(&arguments).unwrap();
            assert_eq!(format!("{alone:?}"), format!("{among_all:?}"), "{line}");
        }
        for line in [
            "confgate",
            "confgate check --help",
            "confgate lsp --unknown",
            "confgate --color never check a.toml",
            "confgate rules",
        ] {
            assert!(parse_alone(&words(line)).is_none(), "{line}");
        }
    }
}
