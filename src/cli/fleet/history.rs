//! `confgate fleet history`: changes of a service's pointers.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_fleet::{Entry, HistoryEntry, Move, ReleaseError};
use serde_json::{Value as Json, json};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// List the publications, rollouts and rollbacks of a fleet, newest first: revision, time, author, commit and releases.
#[derive(Debug, Args)]
pub struct History {
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Show this many changes.
    #[arg(long, short, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    number: u16,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

/// An entry of the store, and what it says if it is valid.
type Read = (Entry, Result<HistoryEntry, ReleaseError>);

impl History {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let keys = self.service.keys(&self.service.gate(model)?)?;
        let listing =
            self.endpoints.with_store(async |store| store.newest(&keys.history(), usize::from(self.number)).await)?;
        let read = |entry: Entry| {
            let decoded = HistoryEntry::decode(&entry.value, &entry.key);
            (entry, decoded)
        };
        let entries: Vec<Read> = listing.entries.into_iter().map(read).collect();
        match self.format {
            OutputFormat::Json => output.put(&document(&entries.iter().map(entry_json).collect::<Json>()))?,
            OutputFormat::Human if entries.is_empty() => output.put("no publications\n")?,
            OutputFormat::Human => entries.iter().try_for_each(|entry| output.put(&entry_text(entry)))?,
        }
        // An invalid entry is shown, and is a problem: Confgate did not write it.
        Ok(ExitStatus::success_if(entries.iter().all(|(_, entry)| entry.is_ok())))
    }
}

fn entry_json((entry, decoded): &Read) -> Json {
    match decoded {
        Ok(history) => {
            let mut json = json!(history);
            json["revision"] = json!(entry.created);
            json
        }
        Err(error) => json!({ "revision": entry.created, "error": error.to_string() }),
    }
}

fn entry_text((entry, decoded): &Read) -> String {
    let history = match decoded {
        Ok(history) => history,
        Err(error) => return format!("{:>6}  invalid: {}\n", entry.created.0, sanitize(&error.to_string())),
    };
    let commit = history.commit.as_ref().map(|commit| format!(", commit {commit}")).unwrap_or_default();
    let head = format!(
        "{:>6}  {}  {} by {}{commit}",
        entry.created.0,
        history.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        history.action.name(),
        history.by
    );
    let reason = history.reason.iter().map(|reason| format!("        {reason}"));
    let moves = history.waves.iter().map(|(wave, Move { from, to })| {
        let from = from.map_or_else(|| "none".to_owned(), |from| from.short());
        format!("        {wave}: {from} → {}", to.short())
    });
    std::iter::once(head).chain(moves).chain(reason).map(|line| format!("{}\n", sanitize(&line))).collect()
}
