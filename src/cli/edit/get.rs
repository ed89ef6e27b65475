//! `confgate get`: the value of a field in a file.

use std::path::PathBuf;

use clap::Args;
use confgate_core::edit::FieldName;
use confgate_core::gate::redact::redacted;
use confgate_core::gate::{Gate, ValidateOptions};
use confgate_core::toml;
use confgate_core::value::json;

use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::input;
use crate::cli::input_args::InputArgs;
use crate::cli::output::Output;
use crate::cli::schemas::{SchemaArgs, Schemas};

/// Print the value of a field in a config file.
///
/// Text is printed as it is, other values as TOML writes them. A secret in plain text is not printed. `show` and `explain` print the
/// effective config of a service, with its defaults and variables.
#[derive(Debug, Args)]
pub struct Get {
    /// Dotted field: network.max_connections.
    #[arg(value_name = "KEY")]
    key: FieldName,
    /// TOML, JSON or YAML file, `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
    #[command(flatten)]
    schema: SchemaArgs,
}

impl Get {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let schemas = Schemas::new(&self.schema, model);
        let format = self.input.format_of(&self.file, schemas.projects())?;
        let bytes = self.input.read(&self.file, format)?;
        let input = input::parse(&self.file, format, bytes, ValidateOptions::default());
        let gate = schemas.choose_or_fail(&self.file, &input, output)?.gate;
        let path = &self.key.0;
        let Some(node) = input.tree.get(&path.0) else {
            if !input.found.is_empty() {
                output.put_report(&gate.validate(input).report)?;
                return Ok(ExitStatus::Rejected);
            }
            return Err(CliError::file(&self.file, FileError::NotSet(path.clone())));
        };
        // References to secrets are displayed, and secrets in plain text are not.
        let node = redacted(gate.visibility_in(path, &input.tree), node, path, &input.sources);
        let text = match (self.format, node.as_str()) {
            (OutputFormat::Human, Some(text)) => text.to_owned(),
            (OutputFormat::Human, None) => toml::inline(&node),
            (OutputFormat::Json, _) => json::write(&node).to_string(),
        };
        output.put(&text)?;
        output.put("\n")?;
        Ok(ExitStatus::Success)
    }
}
