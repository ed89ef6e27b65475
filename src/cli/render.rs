//! `confgate render`: conversion between JSON and canonical TOML.

use std::path::PathBuf;

use clap::Args;
use confgate_core::diagnostics::Report;
use confgate_core::gate::{Gate, ValidateOptions, normalize};
use confgate_core::pretty_json::document;
use confgate_core::toml;
use confgate_core::value::{Node, json};

use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::ConfigFormat;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::schema_map_args::SchemaMapArgs;

/// Print a config in canonical form: JSON as TOML, TOML as JSON, or either in its own format.
///
/// Fields are in the order of the schema, durations have one unit, floats have a decimal point, and absent values are left out.
/// The config is not validated.
#[derive(Debug, Args)]
pub struct Render {
    /// JSON or TOML file, `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Read this format. [default: by the name of the file, else by its first character]
    #[arg(long, value_name = "FORMAT", value_enum)]
    from: Option<ConfigFormat>,
    /// Print this format. [default: the other one]
    #[arg(long, value_name = "FORMAT", value_enum)]
    to: Option<ConfigFormat>,
    /// Fill in the defaults of the environment.
    #[arg(long)]
    complete: bool,
    #[command(flatten)]
    environment: EnvironmentArgs,
    /// Use the order and types of this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    #[command(flatten)]
    maps: SchemaMapArgs,
}

impl Render {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<ExitStatus, CliError> {
        let bytes = input::read_bytes(&self.file)?;
        let from = self.from.unwrap_or_else(|| self.guess_format(&bytes));
        let gate = input::gate(self.schema.as_deref(), &self.maps, model)?;
        let mut tree = match from {
            ConfigFormat::Toml => {
                let input = input::toml_input(&self.file, bytes, ValidateOptions::default());
                if !input.found.is_empty() {
                    output.put_report(&Report::new(input.found))?;
                    return Ok(ExitStatus::Rejected);
                }
                input.tree
            }
            ConfigFormat::Json => self.read_json(&bytes)?,
        };
        self.normalize(&mut tree, &gate);
        let to = self.to.unwrap_or(if from == ConfigFormat::Toml { ConfigFormat::Json } else { ConfigFormat::Toml });
        match to {
            ConfigFormat::Toml => output.put(&toml::write(&tree)?)?,
            ConfigFormat::Json => {
                if let Some((path, number)) = json::first_non_finite(&tree) {
                    return Err(CliError::file(&self.file, FileError::NotANumberInJson { path, number }));
                }
                output.put(&document(&json::write(&tree)))?;
            }
        }
        Ok(ExitStatus::Success)
    }

    fn guess_format(&self, bytes: &[u8]) -> ConfigFormat {
        match self.file.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => ConfigFormat::Toml,
            Some("json") => ConfigFormat::Json,
            _ if bytes.trim_ascii_start().starts_with(b"{") => ConfigFormat::Json,
            _ => ConfigFormat::Toml,
        }
    }

    fn read_json(&self, bytes: &[u8]) -> Result<Node, CliError> {
        let value = serde_json::from_slice(bytes)
            .map_err(|error| CliError::file(&self.file, FileError::NotJson(error.into())))?;
        json::read(value).map_err(|error| CliError::file(&self.file, error))
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
