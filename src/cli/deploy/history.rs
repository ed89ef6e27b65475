//! `confgate history`: generations of this node.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_deploy::Damage;
use serde_json::{Value as Json, json};

use crate::cli::deploy::generations_args::GenerationsArgs;
use crate::cli::deploy::history_page::{Entry, history_page};
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::PageFormat;
use crate::cli::output::Output;

/// List the generations of this node, newest first: bundle, source, time, user and outcome.
#[derive(Debug, Args)]
pub struct History {
    #[command(flatten)]
    generations: GenerationsArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: PageFormat,
}

impl History {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let gate = self.generations.gate(model)?;
        let generations = self.generations.generations(&gate)?;
        let active = generations.active()?;
        let mut entries = Vec::new();
        for number in generations.numbers()?.into_iter().rev() {
            entries.push((number, generations.record(number)?));
        }
        match self.format {
            PageFormat::Json => output.put(&document(&entries.iter().map(entry_json).collect::<Json>()))?,
            PageFormat::Html => {
                let name = gate.model_name().unwrap_or("service");
                output.put(&history_page(name, &entries, active))?;
            }
            PageFormat::Human if entries.is_empty() => output.put("no deployments\n")?,
            PageFormat::Human => {
                for entry in &entries {
                    output.put(&entry_line(entry, active))?;
                }
            }
        }
        Ok(ExitStatus::Success)
    }
}

fn entry_json((generation, record): &Entry) -> Json {
    match record {
        Some(record) => json!(record),
        None => json!({ "generation": generation, "damage": Damage::NoRecord.to_string() }),
    }
}

fn entry_line((generation, record): &Entry, active: Option<u64>) -> String {
    let mark = if active == Some(*generation) { "*" } else { " " };
    let Some(record) = record else {
        return format!("{mark} {generation:>3}  damaged: {}; see confgate doctor\n", Damage::NoRecord);
    };
    let signed = record.signer.as_ref().map(|signer| format!(", signed by {signer}")).unwrap_or_default();
    let line = format!(
        "{mark} {:>3}  {}  {}  {} from {} by {}{signed}: {}",
        generation,
        record.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
        record.environment,
        record.bundle,
        record.source,
        record.user,
        record.outcome,
    );
    format!("{}\n", sanitize(&line))
}
