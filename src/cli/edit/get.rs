//! `confgate get`: the value of a field in a file.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::{Gate, ValidateOptions};
use confgate_core::schema::secrecy;
use confgate_core::sensitive::display::SECRET_PLACEHOLDER;
use confgate_core::toml;
use confgate_core::value::{Node, json};

use crate::cli::edit::edited_file::FieldName;
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
        let format = self.input.format_of(&self.file);
        let bytes = self.input.read(&self.file, format)?;
        let input = input::parse(&self.file, format, bytes, ValidateOptions::default());
        let gate = Schemas::new(&self.schema, model).choose_or_fail(&self.file, &input, output)?;
        let path = &self.key.0;
        let Some(node) = input.tree.get(&path.0) else {
            if !input.found.is_empty() {
                output.put_report(&gate.validate(input).report)?;
                return Ok(ExitStatus::Rejected);
            }
            return Err(CliError::file(&self.file, FileError::NotSet(path.clone())));
        };
        let is_hidden = hides(&gate, path, &input.tree, node);
        let text = match (self.format, node.as_str()) {
            (OutputFormat::Human, _) if is_hidden => SECRET_PLACEHOLDER.to_owned(),
            (OutputFormat::Json, _) if is_hidden => serde_json::Value::from(SECRET_PLACEHOLDER).to_string(),
            (OutputFormat::Human, Some(text)) => text.to_owned(),
            (OutputFormat::Human, None) => toml::inline(node),
            (OutputFormat::Json, _) => json::write(node).to_string(),
        };
        output.put(&text)?;
        output.put("\n")?;
        Ok(ExitStatus::Success)
    }
}

/// Returns whether a value is, or contains, a secret in plain text. References to secrets are displayed.
fn hides(gate: &Gate, path: &confgate_core::value::Path, tree: &Node, node: &Node) -> bool {
    use confgate_core::value::Value;
    let is_plain = |text: &str| gate.shown(path, node, tree).is_none_or(|shown| !shown.contains(text));
    match &node.value {
        Value::Table(table) => table.iter().any(|(key, child)| hides(gate, &path.key(key), tree, child)),
        Value::List(list) => list.iter().enumerate().any(|(index, child)| hides(gate, &path.index(index), tree, child)),
        Value::String(text) => secrecy::conceals(gate.view(), path, tree, node) && is_plain(text),
        Value::Null => false,
        _ => secrecy::conceals(gate.view(), path, tree, node),
    }
}
