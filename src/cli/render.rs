//! `confgate render`: conversion between formats, and canonical form.

use std::path::PathBuf;

use clap::Args;
use confgate_core::diagnostics::Report;
use confgate_core::gate::{Gate, ValidateOptions, normalize};
use confgate_core::pretty_json::document;
use confgate_core::value::{Format, Node, json};
use confgate_core::{toml, yaml};

use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::ConfigFormat;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::schemas::{SchemaArgs, Schemas};

/// Print a config in canonical form, in any of the formats.
///
/// Fields are in the order of the schema, durations have one unit, floats have a decimal point, and absent values are left out.
/// The config is not validated.
#[derive(Debug, Args)]
pub struct Render {
    /// TOML, JSON or YAML file, `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Read this format. [default: by the name of the file, else by its first character]
    #[arg(long, visible_alias = "input", value_name = "FORMAT", value_enum)]
    from: Option<ConfigFormat>,
    /// Print this format. [default: JSON for TOML, else TOML]
    #[arg(long, value_name = "FORMAT", value_enum)]
    to: Option<ConfigFormat>,
    /// Fill in the defaults of the environment.
    #[arg(long)]
    complete: bool,
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    schema: SchemaArgs,
}

impl Render {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let format = self.from.map(Format::from).or_else(|| Format::of_file(&self.file));
        let bytes = input::read_bytes(&self.file, format.unwrap_or_default())?;
        let from = format.unwrap_or_else(|| guess_format(&bytes));
        let input = input::parse(&self.file, from, bytes, ValidateOptions::default());
        if !input.found.is_empty() {
            output.put_report(&Report::new(input.found))?;
            return Ok(ExitStatus::Rejected);
        }
        let gate = Schemas::new(&self.schema, model).choose_or_fail(&self.file, &input, output)?;
        let mut tree = input.tree;
        self.normalize(&mut tree, &gate);
        let to = self.to.unwrap_or(if from == Format::Toml { ConfigFormat::Json } else { ConfigFormat::Toml });
        match to {
            ConfigFormat::Toml => output.put(&toml::write(&tree)?)?,
            ConfigFormat::Json => {
                if let Some((path, number)) = json::first_non_finite(&tree) {
                    return Err(CliError::file(&self.file, FileError::NotANumberInJson { path, number }));
                }
                output.put(&document(&json::write(&tree)))?;
            }
            ConfigFormat::Yaml => output.put(&yaml::write(&tree))?,
        }
        Ok(ExitStatus::Success)
    }

    fn normalize(&self, tree: &mut Node, gate: &Gate) {
        let view = gate.view();
        normalize::read_other_forms(view, tree);
        let environment = self.environment.environment.unwrap_or_else(|| gate.environment_of(tree));
        if self.complete {
            normalize::fill_defaults(view, tree, environment);
        }
        normalize::canonical(view, tree, gate.model_name().map(|_| environment));
    }
}

/// Guesses the format of a text without an extension.
fn guess_format(bytes: &[u8]) -> Format {
    let is_json = bytes.trim_ascii_start().starts_with(b"{");
    if is_json { Format::Json } else { Format::Toml }
}
