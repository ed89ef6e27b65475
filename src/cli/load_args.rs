//! Options of commands that load the config of this machine as a service does.

use std::str::FromStr;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::render::human::{self, Style};
use confgate_core::value::{MAX_DEPTH, Path, Segment};
use confgate_runtime::load::{LoadOptions, LoadedConfig, Loader, Override};

use crate::cli::config_selection::ConfigSelection;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Config to load, and overrides.
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    selection: ConfigSelection,
    /// Override a field, with the value in the syntax of its environment variable. Takes precedence over all layers. Can be
    /// repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<Assignment>,
}

impl LoadArgs {
    /// Returns the loader and the overrides. `model` makes the gate of the bundled model.
    pub fn loader(&self, model: &(dyn Fn() -> Gate + Sync)) -> Result<(Loader, Vec<Override>), CliError> {
        let loader = self.selection.loader(model)?;
        let overrides = self.set.iter().map(|assignment| assignment.to_override(loader.gate())).collect();
        Ok((loader, overrides))
    }

    /// Loads the config and prints its warnings. Prints the report and returns the exit status if the config is rejected.
    pub fn load(
        &self,
        model: &(dyn Fn() -> Gate + Sync),
        output: &mut Output,
    ) -> Result<Result<(Loader, LoadedConfig), ExitStatus>, CliError> {
        let (loader, overrides) = self.loader(model)?;
        match loader.load(&LoadOptions { overrides: &overrides, ..LoadOptions::default() }) {
            Ok(loaded) => {
                // Standard output may be read by a program.
                eprint!("{}", human::report(&loaded.report, Style { color: false, ..output.style }));
                Ok(Ok((loader, loaded)))
            }
            Err(refused) => {
                output.put_report(&refused.report)?;
                Ok(Err(ExitStatus::of_refused(&refused.report)))
            }
        }
    }
}

/// Value of `--set`: `network.max_connections=5`.
#[derive(Debug, Clone)]
struct Assignment {
    key: String,
    value: String,
}

impl Assignment {
    fn to_override(&self, gate: &Gate) -> Override {
        Override::text(gate, Path::dotted(&self.key), &self.value, format!("--set {}", self.key))
    }
}

/// A value of `--set` that sets no field.
#[derive(Debug, thiserror::Error)]
enum InvalidAssignment {
    /// The field or `=` is missing.
    #[error("write a field and its value: network.max_connections=5")]
    Incomplete,
    /// An override replaces a list as a whole.
    #[error("an element of a list cannot be set; set the whole list: peers=a,b")]
    Element,
    /// The field is deeper than a config can be.
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

impl FromStr for Assignment {
    type Err = InvalidAssignment;

    fn from_str(text: &str) -> Result<Self, InvalidAssignment> {
        let incomplete = InvalidAssignment::Incomplete;
        let (key, value) = text.split_once('=').filter(|(key, _)| !key.trim().is_empty()).ok_or(incomplete)?;
        let path = Path::dotted(key.trim());
        if path.0.len() > MAX_DEPTH {
            return Err(InvalidAssignment::TooDeep);
        }
        if path.0.iter().any(|segment| matches!(segment, Segment::Index(_))) {
            return Err(InvalidAssignment::Element);
        }
        Ok(Self { key: key.trim().to_owned(), value: value.to_owned() })
    }
}
