//! `confgate docs`: reference of all options, rules and codes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use confgate_core::gate::Gate;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::page_file::write_page;
use crate::cli::schema_map_args::SchemaMapArgs;
use crate::reference::{Reference, html, markdown};

/// Print the reference: every option, every rule, and the differences between environments.
#[derive(Debug, Args)]
pub struct Docs {
    /// Print in this format: Markdown for code hosts and terminals, or one HTML page with a search.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "markdown")]
    format: Format,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Describe this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    #[command(flatten)]
    maps: SchemaMapArgs,
    /// Print the codes of diagnostics instead, in Markdown.
    #[arg(long, conflicts_with_all = ["schema", "format"])]
    codes: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Markdown,
    Html,
}

impl Docs {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<ExitStatus, CliError> {
        let page = if self.codes { markdown::page_of_codes() } else { self.reference(model)? };
        match &self.output {
            Some(path) => write_page(path, &page)?,
            None => output.put(&page)?,
        }
        Ok(ExitStatus::Success)
    }

    fn reference(&self, model: &dyn Fn() -> Gate) -> Result<String, CliError> {
        let reference = Reference::of(input::gate(self.schema.as_deref(), self.maps.as_slice(), model)?.spec());
        Ok(match self.format {
            Format::Markdown => markdown::page(&reference),
            Format::Html => html::page(&reference),
        })
    }
}
