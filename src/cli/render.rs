//! `confgate render`: conversion between JSON and canonical TOML.

use std::path::PathBuf;

use clap::Args;
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, ValidateOptions, normalize, written};
use confgate_core::pretty_json::document;
use confgate_core::render::human::{self, Style};
use confgate_core::toml;
use confgate_core::value::{Node, Source, Sources, json};

use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::ConfigFormat;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::display_name;

/// Print a config in canonical form: JSON as TOML, TOML as JSON, or either in its own format.
///
/// Fields are in the order of the schema, durations have one unit, floats have a decimal point, and absent values are left out.
/// A config that the schema rejects is not rendered: its report is printed.
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
}

impl Render {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<ExitStatus, CliError> {
        let bytes = input::read_bytes(&self.file)?;
        let from = self.from.unwrap_or_else(|| self.guess_format(&bytes));
        let gate = input::gate(self.schema.as_deref(), model)?;
        let options = ValidateOptions {
            environment: self.environment.environment,
            fill_defaults: self.complete,
            ..ValidateOptions::default()
        };
        let input = match from {
            ConfigFormat::Toml => input::toml_input(&self.file, bytes, options),
            ConfigFormat::Json => {
                Input { tree: self.read_json(&bytes)?, sources: Sources::default(), found: Vec::new(), options }
            }
        };
        let written = input.tree.clone();
        let outcome = gate.validate(input);
        if !outcome.report.admits() {
            output.put_report(&outcome.report)?;
            return Ok(ExitStatus::Rejected);
        }
        // Standard output is for the config.
        eprint!("{}", human::report(&outcome.report, Style { color: false, ..output.style }));
        let options = ValidateOptions { environment: Some(outcome.environment), ..options };
        // The gate fills in the defaults of a model, which are left out here unless they are asked for.
        let is_partial = gate.has_type() && !self.complete;
        let tree = if is_partial { normalized(written, &gate, outcome.environment) } else { outcome.tree };
        let to = self.to.unwrap_or(if from == ConfigFormat::Toml { ConfigFormat::Json } else { ConfigFormat::Toml });
        let (text, reread) = match to {
            ConfigFormat::Toml => {
                let text = toml::write(&tree)?;
                let reread = Input::toml(&Source::new(display_name(&self.file), text.as_str()), options);
                (text, reread)
            }
            ConfigFormat::Json => {
                let text = document(&json::write(&tree));
                let tree = self.read_json(text.as_bytes())?;
                (text, Input { tree, sources: Sources::default(), found: Vec::new(), options })
            }
        };
        let verify = if is_partial { written::verify_partial } else { written::verify };
        verify(gate.spec(), &tree, reread).map_err(|error| CliError::file(&self.file, error))?;
        output.put(&text)?;
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
}

/// Returns a config in canonical form, without the defaults.
fn normalized(mut tree: Node, gate: &Gate, environment: Environment) -> Node {
    normalize::read_other_forms(gate.view(), &mut tree);
    normalize::canonical(gate.view(), &mut tree, Some(environment));
    tree
}
