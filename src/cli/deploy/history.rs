//! `confgate history`: the generations of this node.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_deploy::{Damage, Record};
use serde_json::{Value as Json, json};

use crate::cli::deploy::Place;
use crate::cli::output::{Format, Output};
use crate::cli::{DONE, Failure};

/// List the generations of this node, the newest first: what, from where, when, by whom, and what became of it.
#[derive(Debug, Args)]
pub struct History {
    #[command(flatten)]
    place: Place,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

impl History {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let gate = self.place.gate(model)?;
        let generations = self.place.generations(&gate)?;
        let current = generations.current()?;
        let mut entries = Vec::new();
        for number in generations.numbers()?.into_iter().rev() {
            entries.push((number, generations.record(number)?));
        }
        match self.format {
            Format::Json => output.put(&document(&entries.iter().map(json).collect::<Vec<_>>()))?,
            Format::Human if entries.is_empty() => output.put("nothing was deployed\n")?,
            Format::Human => entries.iter().try_for_each(|entry| output.put(&row(entry, current)))?,
        }
        Ok(DONE)
    }
}

/// A generation and what is noted of it, if that can be read.
type Entry = (u64, Option<Record>);

fn json((generation, record): &Entry) -> Json {
    match record {
        Some(record) => json!(record),
        None => json!({ "generation": generation, "damage": Damage::NoRecord.words() }),
    }
}

fn row((generation, record): &Entry, current: Option<u64>) -> String {
    let mark = if current == Some(*generation) { "*" } else { " " };
    let Some(record) = record else {
        return format!("{mark} {generation:>3}  damaged: {}, see confgate doctor\n", Damage::NoRecord.words());
    };
    let signed = record.signer.as_ref().map(|signer| format!(", signed by {signer}")).unwrap_or_default();
    let line = format!(
        "{mark} {:>3}  {}  {}  {} from {} by {}{signed}: {}",
        generation,
        record.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
        record.environment,
        record.bundle,
        record.source,
        record.who,
        record.result.words(),
    );
    format!("{}\n", sanitize(&line))
}
