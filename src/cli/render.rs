//! `confgate render`: JSON to canonical TOML and back.

use std::path::PathBuf;

use clap::Args;
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, ValidateOptions, normalize};
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, human};
use confgate_core::toml;
use confgate_core::value::{Node, json};

use crate::cli::output::{Language, Output};
use crate::cli::{DONE, Failure, ForEnvironment, REFUSED, input};

/// Write a config in its canonical form: JSON as TOML, TOML as JSON, or either as itself.
///
/// The order of the schema, durations with one unit, floats as floats, nothing that is absent. It is not checked.
#[derive(Debug, Args)]
pub struct Render {
    /// JSON or TOML file, `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the file is; by default told from its name, and for other names from its first character.
    #[arg(long, value_name = "FORMAT", value_enum)]
    from: Option<Language>,
    /// What to write; by default what the file is not.
    #[arg(long, value_name = "FORMAT", value_enum)]
    to: Option<Language>,
    /// Fill in what is not written, with the defaults of the environment.
    #[arg(long)]
    complete: bool,
    #[command(flatten)]
    environment: ForEnvironment,
    /// Order and types of this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

impl Render {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let bytes = input::text(&self.file)?;
        let from = self.from.unwrap_or_else(|| self.guess(&bytes));
        let gate = match &self.schema {
            Some(path) => input::schema_gate(path)?,
            None => gate(),
        };
        let mut tree = match from {
            Language::Toml => {
                let input = input::input(&self.file, bytes, ValidateOptions::default());
                if !input.found.is_empty() {
                    let report = confgate_core::diagnostics::Report::new(input.found);
                    output.put(&human::report(&report, output.style))?;
                    output.put(&human::totals(Totals::of([&report]), output.style))?;
                    return Ok(REFUSED);
                }
                input.tree
            }
            Language::Json => self.read_json(&bytes)?,
        };
        self.shape(&mut tree, &gate);
        let to = self.to.unwrap_or(if from == Language::Toml { Language::Json } else { Language::Toml });
        match to {
            Language::Toml => output.put(&toml::write(&tree)?)?,
            Language::Json => {
                if let Some((path, number)) = json::first_non_finite(&tree) {
                    let name = input::shown(&self.file);
                    return Err(Failure(format!("{name}: {path} is {number}, and JSON has no such number")));
                }
                output.put(&document(&json::write(&tree)))?;
            }
        }
        Ok(DONE)
    }

    fn guess(&self, bytes: &[u8]) -> Language {
        match self.file.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Language::Toml,
            Some("json") => Language::Json,
            _ if bytes.trim_ascii_start().starts_with(b"{") => Language::Json,
            _ => Language::Toml,
        }
    }

    fn read_json(&self, bytes: &[u8]) -> Result<Node, Failure> {
        let name = input::shown(&self.file);
        let value = serde_json::from_slice(bytes).map_err(|error| Failure(format!("{name}: not JSON: {error}")))?;
        json::read(value).map_err(|error| Failure(format!("{name}: {error}")))
    }

    fn shape(&self, tree: &mut Node, gate: &Gate) {
        let view = gate.view();
        normalize::read_other_forms(view, tree);
        let environment = self.environment.environment.unwrap_or_else(|| gate.environment_of(tree));
        if self.complete {
            normalize::fill_defaults(view, tree, environment);
        }
        let environment: Option<Environment> = gate.model_name().map(|_| environment);
        normalize::canonical(view, tree, environment);
    }
}
