//! `confgate secrets`: which secrets a config refers to, and whether this machine has them.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, count, human};
use confgate_core::sensitive::display::sanitize;
use confgate_runtime::load::{Loader, Reference, Refused};
use confgate_runtime::secrets::{Answer, ProviderError};
use confgate_runtime::system::SystemContext;
use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr;

use crate::cli::output::{Format, Output};
use crate::cli::running::Which;
use crate::cli::service::ForService;
use crate::cli::{DONE, Failure, OnThisMachine, REFUSED};

/// Say which secrets a config refers to, and whether this machine has them. Never what they are.
#[derive(Debug, Args)]
pub struct Secrets {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(Check),
    List(List),
}

impl Secrets {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        match self.command {
            Command::Check(check) => check.run(output, gate),
            Command::List(list) => list.run(output, gate),
        }
    }
}

/// Ask for every secret that the config of this machine refers to, as a service would. Exits with 1 when one is missing.
#[derive(Debug, Args)]
struct Check {
    #[command(flatten)]
    which: Which,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

impl Check {
    fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let loader = self.which.loader(gate)?;
        let looked_up = loader.references().and_then(|references| {
            let answers = loader.look_up(&references)?;
            Ok(references.into_iter().zip(answers).collect::<Vec<_>>())
        });
        let looked_up = match looked_up {
            Ok(looked_up) => looked_up,
            Err(refused) => return refuse(output, &refused),
        };
        let missing = looked_up.iter().filter(|(reference, answer)| is_missing(reference, answer)).count();
        match self.format {
            Format::Human => {
                let rows: Vec<_> = looked_up.iter().map(|(reference, answer)| answered(reference, answer)).collect();
                output.put(&table(&rows))?;
                let all = count(looked_up.len(), "reference");
                output.put(&if missing > 0 {
                    format!("missing: {missing} of {all}\n")
                } else {
                    format!("complete: {all}\n")
                })?;
            }
            Format::Json => {
                let all: Vec<Json> =
                    looked_up.iter().map(|(reference, answer)| answer_json(reference, answer)).collect();
                output.put(&document(&Json::Array(all)))?;
            }
        }
        Ok(if missing > 0 { REFUSED } else { DONE })
    }
}

/// Print the references to secrets in configs, without asking anybody.
#[derive(Debug, Args)]
struct List {
    /// TOML files, bundles, or folders with the config of the environment.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    environment: OnThisMachine,
    #[command(flatten)]
    service: ForService,
    /// How to print them.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

impl List {
    fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let gate = Arc::new(self.service.gate(gate)?);
        let mut all = Vec::new();
        for path in self.paths {
            let loader = Loader::new(gate.clone(), SystemContext::of_process())
                .backends(crate::secret_backends())
                .environment(self.environment.environment);
            match loader.at(path).references() {
                Ok(references) => all.extend(references),
                Err(refused) => return refuse(output, &refused),
            }
        }
        match self.format {
            Format::Human => output
                .put(&table(&all.iter().map(|it| Row { cells: cells(it), below: Vec::new() }).collect::<Vec<_>>()))?,
            Format::Json => output.put(&document(&all.iter().map(reference_json).collect::<Json>()))?,
        }
        Ok(DONE)
    }
}

fn refuse(output: &mut Output, refused: &Refused) -> Result<u8, Failure> {
    output.put(&human::report(&refused.report, output.style))?;
    output.put(&human::totals(Totals::of([&refused.report]), output.style))?;
    Ok(REFUSED)
}

fn is_missing(reference: &Reference, answer: &Answer) -> bool {
    match answer {
        Answer::Present { .. } => false,
        Answer::Absent { .. } => !reference.has_default,
        Answer::Unknown { .. } => true,
    }
}

/// A line, and what is said below it.
struct Row {
    cells: Vec<String>,
    below: Vec<String>,
}

fn field(reference: &Reference) -> String {
    match &reference.profile {
        Some(profile) => format!("{} (profile {profile})", reference.path),
        None => reference.path.to_string(),
    }
}

fn cells(reference: &Reference) -> Vec<String> {
    let name = reference.name.as_deref().unwrap_or("sealed");
    let default = if reference.has_default { "with a default" } else { "" };
    vec![field(reference), name.to_owned(), default.to_owned(), reference.origin.clone()]
}

fn answered(reference: &Reference, answer: &Answer) -> Row {
    let name = reference.name.clone().unwrap_or_else(|| "sealed".to_owned());
    let (state, place, below) = match answer {
        Answer::Present { provider, known } => {
            let warning = known.warning.iter().map(|warning| format!("warning: {warning}"));
            ("present", format!("{provider}: {}", known.place), warning.collect())
        }
        Answer::Absent { looked } if reference.has_default => {
            ("default", format!("looked in {}", count(looked.len(), "place")), Vec::new())
        }
        Answer::Absent { looked } => {
            ("missing", reference.origin.clone(), looked.iter().map(|place| format!("looked for {place}")).collect())
        }
        Answer::Unknown { provider, trouble: ProviderError { message, help } } => {
            let below = std::iter::once(message.clone()).chain(help.iter().map(|help| format!("help: {help}")));
            ("unknown", format!("{provider} does not answer"), below.collect())
        }
    };
    Row { cells: vec![field(reference), name, state.to_owned(), place], below }
}

/// Names of files and profiles are somebody's text.
fn table(rows: &[Row]) -> String {
    let columns = rows.first().map_or(0, |row| row.cells.len());
    let width = |column: usize| rows.iter().map(|row| sanitize(&row.cells[column]).width()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for Row { cells, below } in rows {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&widths).filter(|(_, width)| **width > 0) {
            let cell = sanitize(cell);
            line.push_str(&cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        text += &format!("{}\n", line.trim_end());
        text.extend(below.iter().map(|line| format!("  {}\n", sanitize(line))));
    }
    text
}

fn reference_json(reference: &Reference) -> Json {
    json!({
        "field": reference.path.to_string(),
        "profile": reference.profile,
        "secret": reference.name,
        "sealed": reference.name.is_none(),
        "default": reference.has_default,
        "origin": reference.origin,
    })
}

fn answer_json(reference: &Reference, answer: &Answer) -> Json {
    let mut whole = reference_json(reference);
    let more = match answer {
        Answer::Present { provider, known } => {
            json!({ "state": "present", "provider": provider, "place": known.place, "warning": known.warning })
        }
        Answer::Absent { looked } => {
            json!({ "state": if reference.has_default { "default" } else { "missing" }, "looked": looked })
        }
        Answer::Unknown { provider, trouble } => {
            json!({ "state": "unknown", "provider": provider, "message": trouble.message, "help": trouble.help })
        }
    };
    if let (Json::Object(whole), Json::Object(more)) = (&mut whole, more) {
        whole.extend(more);
    }
    whole
}
