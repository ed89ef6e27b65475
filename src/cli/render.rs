//! `confgate render`: conversion between formats, and canonical form.

use std::path::PathBuf;

use clap::Args;
use confgate_core::format::canonical_tree;
use confgate_core::gate::schema_reference::{put_schema_reference, take_schema_reference};
use confgate_core::gate::{Gate, Input, ValidateOptions, written};
use confgate_core::pretty_json::document;
use confgate_core::render::human;
use confgate_core::value::{Format, Source, json};
use confgate_core::{toml, yaml};

use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::file_check::report_of_foreign;
use crate::cli::format::ConfigFormat;
use crate::cli::input;
use crate::cli::input_args::MaxSizeArgs;
use crate::cli::output::Output;
use crate::cli::path_name::display_name;
use crate::cli::schemas::{Chosen, SchemaArgs, Schemas, named_schema};

/// Print a config in canonical form, in any of the formats.
///
/// Fields are in the order of the schema, durations have one unit, floats have a decimal point, and absent values are left out.
/// A config that names its schema still names it, as it is written: a relative path is true beside the file.
/// A config that the schema rejects is not rendered: its report is printed.
#[derive(Debug, Args)]
pub struct Render {
    /// TOML, JSON or YAML file, `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Read this format. [default: by confgate.toml, else by the name of the file, else by its first character]
    #[arg(long, visible_alias = "input", value_name = "FORMAT", value_enum)]
    from: Option<ConfigFormat>,
    #[command(flatten)]
    max_size: MaxSizeArgs,
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
        let schemas = Schemas::new(&self.schema, model);
        let of_file = schemas.projects().of(&self.file)?.format(&self.file);
        let format = self.from.map(Format::from).or(of_file);
        let bytes = self.max_size.read(&self.file, format.unwrap_or_default())?;
        let from = format.unwrap_or_else(|| guess_format(&bytes));
        let options = ValidateOptions {
            environment: self.environment.environment,
            fill_defaults: self.complete,
            ..ValidateOptions::default()
        };
        let input = input::parse(&self.file, from, bytes, options);
        let Chosen { gate, foreign, .. } = schemas.choose_or_fail(&self.file, &input, output)?;
        let named = input.sources.text.as_ref().and_then(|source| named_schema(source, &input.tree));
        let mut written = input.tree.clone();
        // TOML names its schema in a comment.
        let key = if from == Format::Toml { None } else { take_schema_reference(gate.view(), &mut written) };
        let outcome = gate.validate(input);
        if !outcome.report.admits() {
            output.put_report(&report_of_foreign(foreign, &outcome.report).unwrap_or(outcome.report))?;
            return Ok(ExitStatus::Rejected);
        }
        // Standard output is for the config.
        eprint!("{}", human::report(&outcome.report, output.style.plain()));
        let options = ValidateOptions { environment: Some(outcome.environment), ..options };
        // The gate fills in the defaults of a model, which are left out here unless they are asked for.
        let is_partial = gate.has_type() && !self.complete;
        let tree = canonical_tree(gate.spec(), written, outcome, self.complete);
        let to = self.to.map_or(if from == Format::Toml { Format::Json } else { Format::Toml }, Format::from);
        // The result names the same schema: by the key where the config has one, else in a comment. A comment takes precedence over
        // a key.
        let key = key.filter(|key| {
            to != Format::Toml && named.as_ref().is_some_and(|named| key.as_str() == Some(&named.reference))
        });
        let comment = named.filter(|_| key.is_none()).and_then(|named| named.comment(to)).unwrap_or_default();
        let with_key = key.map(|key| {
            let mut tree = tree.clone();
            put_schema_reference(&mut tree, key);
            tree
        });
        let to_write = with_key.as_ref().unwrap_or(&tree);
        let values = match to {
            Format::Toml => toml::write(to_write)?,
            Format::Json => document(&json::write(to_write)),
            Format::Yaml => yaml::write(to_write),
        };
        let text = comment + &values;
        let reread = Input::text(&Source::in_format(to, display_name(&self.file), text.as_str()), options);
        let verify = if is_partial { written::verify_partial } else { written::verify };
        verify(gate.spec(), &tree, reread).map_err(|error| CliError::file(&self.file, error))?;
        output.put(&text)?;
        Ok(ExitStatus::Success)
    }
}

/// Guesses the format of a text without an extension.
fn guess_format(bytes: &[u8]) -> Format {
    let is_json = bytes.trim_ascii_start().starts_with(b"{");
    if is_json { Format::Json } else { Format::Toml }
}
