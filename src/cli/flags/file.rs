//! The flags file of a command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::gate::{Gate, ValidateOptions};
use confgate_core::render::human;
use confgate_core::value::Format;
use confgate_flags::{Flag, FlagsFile, flags_gate};
use confgate_runtime::load::{LoadOptions, LoadedConfig, Loader, Refused};
use confgate_runtime::system::SystemContext;

use crate::cli::environment_args::HostEnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::output::Output;

/// A flags file, with its profiles and overrides as a running program has them.
#[derive(Debug, Args)]
pub(super) struct FlagsFileArgs {
    /// Flags file in TOML, JSON or YAML, or a bundle of one.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    environment: HostEnvironmentArgs,
}

impl FlagsFileArgs {
    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// Loads the flags and prints warnings. Prints the report and returns the exit status if the flags are rejected.
    pub fn load(&self, output: &mut Output) -> Result<Result<LoadedFlags, ExitStatus>, CliError> {
        let loader = Loader::of::<FlagsFile>(SystemContext::of_process())
            .environment(self.environment.environment)
            .at(&self.file);
        match loader.config(&LoadOptions::default()) {
            Ok((file, loaded)) => {
                // Standard output may be read by a program.
                eprint!("{}", human::report(&loaded.report, output.style.plain()));
                Ok(Ok(LoadedFlags { gate: loader.gate().untyped(), file, loaded }))
            }
            Err(refused) => {
                output.put_report(&refused.report)?;
                Ok(Err(ExitStatus::of_refused(&refused.report)))
            }
        }
    }
}

/// Flags that the gate admitted, with the origins of their values.
pub(super) struct LoadedFlags {
    /// The gate.
    pub gate: Gate,
    /// The flags.
    pub file: FlagsFile,
    /// The origins.
    pub loaded: LoadedConfig,
}

/// Returns the names of the variants of each flag in a file that the gate admits.
pub(crate) fn declared_flags(path: &Path) -> Result<BTreeMap<String, Vec<String>>, CliError> {
    let format = Format::of_file(path).unwrap_or_default();
    let bytes = input::read_config(path, format, None)?;
    let outcome = flags_gate().validate(input::parse(path, format, bytes, ValidateOptions::default()));
    let file = outcome.into_config().map_err(|report| CliError::file(path, Refused { report }))?;
    let names = |flag: &Flag| flag.variants().iter().map(|variant| variant.name().to_owned()).collect();
    Ok(file.flags().flags().iter().map(|flag| (flag.key().to_owned(), names(flag))).collect())
}
