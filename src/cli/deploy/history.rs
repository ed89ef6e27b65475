//! `confgate history`: the generations of this node.

use clap::Args;

use super::Place;
use crate::cli::output::{Format, Output};
use crate::cli::{DONE, Failure};
use crate::deploy::{Generations, Record};
use crate::gate::Gate;
use crate::gate::shown::harmless;
use crate::nix::bundle::document;

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
        let numbers = generations.numbers().into_iter().rev();
        let records: Vec<Record> = numbers.filter_map(|number| generations.record(number)).collect();
        match self.format {
            Format::Json => output.put(&document(&records))?,
            Format::Human if records.is_empty() => output.put("nothing was deployed\n")?,
            Format::Human => records.iter().try_for_each(|record| output.put(&row(record, &generations)))?,
        }
        Ok(DONE)
    }
}

fn row(record: &Record, generations: &Generations<'_>) -> String {
    let mark = if generations.current() == Some(record.generation) { "*" } else { " " };
    let signed = record.signer.as_ref().map(|signer| format!(", signed by {signer}")).unwrap_or_default();
    let line = format!(
        "{mark} {:>3}  {}  {}  {} from {} by {}{signed}: {}",
        record.generation,
        record.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
        record.environment,
        record.bundle,
        record.source,
        record.who,
        record.result.words(),
    );
    format!("{}\n", harmless(&line))
}
