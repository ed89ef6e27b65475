//! `confgate docs`: the reference of all options and rules, and of all codes.

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use confgate_core::gate::Gate;

use crate::cli::output::Output;
use crate::cli::{DONE, Failure, input};
use crate::reference::{Reference, html, markdown};

/// Write the reference: every option, every rule, and how the environments differ.
#[derive(Debug, Args)]
pub struct Docs {
    /// What to write: Markdown for code hosts and terminals, or one HTML page with a search.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "markdown")]
    format: Format,
    /// File to write it to; by default it is printed.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The reference of this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// The codes of diagnostics instead, in Markdown.
    #[arg(long, conflicts_with_all = ["schema", "format"])]
    codes: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Markdown,
    Html,
}

impl Docs {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let page = if self.codes { markdown::page_of_codes() } else { self.reference(gate)? };
        match &self.output {
            Some(path) => {
                fs::write(path, page).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
            }
            None => output.put(&page)?,
        }
        Ok(DONE)
    }

    fn reference(&self, gate: &dyn Fn() -> Gate) -> Result<String, Failure> {
        let gate = match &self.schema {
            Some(path) => input::schema_gate(path)?,
            None => gate(),
        };
        let reference = Reference::of(&gate);
        Ok(match self.format {
            Format::Markdown => markdown::page(&reference),
            Format::Html => html::page(&reference),
        })
    }
}
