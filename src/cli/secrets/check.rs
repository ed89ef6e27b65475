//! `confgate secrets check`: lookup of every referenced secret.

use std::fmt;
use std::iter::once;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::render::count;
use confgate_runtime::load::Reference;
use confgate_runtime::secrets::{ProviderError, SecretLookup};
use serde_json::{Value as Json, json};

use crate::cli::config_selection::ConfigSelection;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;
use crate::cli::secrets::reference::{field, name, reference_json};
use crate::cli::secrets::table::{Row, table};

/// Look up every secret that the config of this machine references, as a service does. Exits with 1 if one is missing, and with 2 if
/// none is known to be missing and a provider does not answer.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    selection: ConfigSelection,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl Check {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let loader = self.selection.loader(model)?;
        let lookup = loader.references().and_then(|references| {
            let answers = loader.look_up(&references)?;
            Ok(references.into_iter().zip(answers).collect::<Vec<_>>())
        });
        let answers = match lookup {
            Ok(answers) => answers,
            Err(refused) => {
                output.put_report(&refused.report)?;
                return Ok(ExitStatus::of_refused(&refused.report));
            }
        };
        let totals = Totals::of(&answers);
        match self.format {
            OutputFormat::Human => {
                let rows: Vec<Row> = answers.iter().map(|(reference, answer)| row(reference, answer)).collect();
                output.put(&table(&rows))?;
                output.put(&format!("{totals}\n"))?;
            }
            OutputFormat::Json => {
                output.put(&document(
                    &answers.iter().map(|(reference, answer)| answer_json(reference, answer)).collect::<Json>(),
                ))?;
            }
        }
        Ok(totals.exit_status())
    }
}

/// Numbers of references by the result of their lookup.
struct Totals {
    all: usize,
    /// Those whose secret no provider has, without a default.
    missing: usize,
    /// Those whose provider does not answer.
    unknown: usize,
}

impl Totals {
    fn of(answers: &[(Reference, SecretLookup)]) -> Self {
        let number = |is: &dyn Fn(&Reference, &SecretLookup) -> bool| {
            answers.iter().filter(|(reference, answer)| is(reference, answer)).count()
        };
        Self {
            all: answers.len(),
            missing: number(&|reference, answer| {
                matches!(answer, SecretLookup::Absent { .. }) && !reference.has_default
            }),
            unknown: number(&|_, answer| matches!(answer, SecretLookup::Unknown { .. })),
        }
    }

    /// A missing secret is certain, whatever the other providers would answer.
    fn exit_status(&self) -> ExitStatus {
        match (self.missing, self.unknown) {
            (0, 0) => ExitStatus::Success,
            (0, _) => ExitStatus::Unknown,
            (_, _) => ExitStatus::Rejected,
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { all, missing, unknown } = self;
        let all = count(*all, "reference");
        match (missing, unknown) {
            (0, 0) => write!(f, "complete: {all}"),
            (_, 0) => write!(f, "missing: {missing} of {all}"),
            (0, _) => write!(f, "unknown: {unknown} of {all}"),
            (_, _) => write!(f, "missing: {missing}, unknown: {unknown} of {all}"),
        }
    }
}

fn row(reference: &Reference, answer: &SecretLookup) -> Row {
    let (state, place, details) = match answer {
        SecretLookup::Present { provider, found } => {
            let warning = found.warnings.iter().map(|warning| format!("warning: {warning}"));
            ("present", format!("{provider}: {}", found.place), warning.collect())
        }
        SecretLookup::Absent { searched } if reference.has_default => {
            ("default", format!("searched {}", count(searched.len(), "place")), Vec::new())
        }
        SecretLookup::Absent { searched } => {
            ("missing", reference.origin.clone(), searched.iter().map(|place| format!("searched {place}")).collect())
        }
        SecretLookup::Unknown { provider, error: ProviderError { message, help } } => {
            let details = once(message.clone()).chain(help.iter().map(|help| format!("help: {help}")));
            ("unknown", format!("{provider} cannot be queried"), details.collect())
        }
    };
    Row { cells: vec![field(reference), name(reference), state.to_owned(), place], details }
}

fn answer_json(reference: &Reference, answer: &SecretLookup) -> Json {
    let mut document = reference_json(reference);
    let details = match answer {
        SecretLookup::Present { provider, found } => {
            let warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
            json!({ "state": "present", "provider": provider, "place": found.place, "warnings": warnings })
        }
        SecretLookup::Absent { searched } => {
            json!({ "state": if reference.has_default { "default" } else { "missing" }, "looked": searched })
        }
        SecretLookup::Unknown { provider, error } => {
            json!({ "state": "unknown", "provider": provider, "message": error.message, "help": error.help })
        }
    };
    if let (Json::Object(document), Json::Object(details)) = (&mut document, details) {
        document.extend(details);
    }
    document
}
