//! `confgate migrate`: bring a config file from one version to another, line by line.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use confgate_core::diagnostics::Report;
use confgate_core::gate::{Gate, NEWER, ValidateOptions};
use confgate_core::migrate::{self, MigrateTextError, MigratedValue, MigrationOutcome, Route};
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, human, json as reports};
use confgate_core::sensitive::display;
use confgate_core::toml;
use confgate_core::value::{Node, Path, Sources, Value};
use serde_json::{Value as Json, json};

use crate::cli::output::{Format, Output};
use crate::cli::replace::{Readers, replace};
use crate::cli::{DONE, Failure, REFUSED, input};

/// Bring a config file to the version of this program, or to another one.
///
/// The new text goes to standard output, and what was done to standard error, a line for each value. With --in-place the file
/// is replaced, and what was done goes to standard output. Comments, order and all that is not touched stay as they are. When
/// anything cannot be done, nothing is.
#[derive(Debug, Args)]
pub struct Migrate {
    /// TOML file, `-` for standard input. One that names no version is taken for the oldest.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Version to bring it to; by default the one of this program. An older one, where every step on the way goes back.
    #[arg(long, value_name = "VERSION")]
    to: Option<u64>,
    /// Replace the file, all at once.
    #[arg(long)]
    in_place: bool,
    /// How to say what was done.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

/// What was done to a file, or why nothing was.
struct Done {
    name: String,
    versions: (u64, u64),
    result: Result<(String, MigrationOutcome), Report>,
    sources: Sources,
}

impl Migrate {
    pub fn run(self, output: &mut Output, gate: &Gate) -> Result<u8, Failure> {
        let name = input::shown(&self.file);
        if self.in_place && self.file.as_os_str() == input::STDIN {
            return Err(Failure("standard input has no place: leave out --in-place".to_owned()));
        }
        let bytes = input::text(&self.file)?;
        let done = self.migrate(name, bytes.clone(), gate)?;
        let said = match self.format {
            Format::Human => done.human(gate, output),
            Format::Json => document(&done.json(gate)),
        };
        let Ok((text, _)) = &done.result else {
            say(&said)?;
            return Ok(REFUSED);
        };
        if self.in_place {
            if text.as_bytes() != bytes {
                replace(&self.file, text.as_bytes(), Readers::Usual)?;
            }
            output.put(&said)?;
        } else {
            say(&said)?;
            output.put(text)?;
        }
        Ok(DONE)
    }

    fn migrate(&self, name: String, bytes: Vec<u8>, gate: &Gate) -> Result<Done, Failure> {
        let Some(current) = gate.version() else {
            return Err(Failure("the schema says no version: no field of it is marked x-version".to_owned()));
        };
        let to = self.to.unwrap_or(current);
        if to > current {
            return Err(Failure(format!("this program knows versions up to {current}, and no version {to}")));
        }
        let input = input::input(&self.file, bytes, ValidateOptions::default());
        let sources = input.sources.clone();
        let tree = &input.tree;
        let refused =
            |versions, report| Done { name: name.clone(), versions, result: Err(report), sources: sources.clone() };
        if !input.found.is_empty() {
            return Ok(refused((to, to), gate.examine(input).report));
        }
        if gate.version_path().is_some_and(|path| tree.get(&path.0).is_some()) && gate.version_of(tree).is_none() {
            return Ok(refused((to, to), gate.examine(input).report));
        }
        let from = gate.version_of(tree).unwrap_or_else(|| migrate::oldest_version(gate.migrations(), current));
        if from > current {
            let mut report = gate.examine(input).report.diagnostics().to_vec();
            report.retain(|diagnostic| diagnostic.code == NEWER);
            return Ok(refused((from, to), Report::new(report)));
        }
        let route = Route::between(gate.migrations(), from, to);
        let route = route.map_err(|error| Failure(format!("{name}: {error}")))?;
        let scope = gate.migration_scope(tree).ok_or_else(|| Failure("the schema says no version".to_owned()))?;
        let text = sources.text.as_ref().map_or("", |source| source.text());
        let result = match migrate::migrate_text(&name, text, &route, &scope) {
            Ok(done) => Ok(done),
            Err(MigrateTextError::Problems(migrated)) => {
                let found = migrated.problems.iter().map(|problem| gate.problem(problem, &sources)).collect();
                Err(Report::new(found).hiding(gate.secrets_in(&migrated.problems, &sources)))
            }
            Err(error) => return Err(Failure(format!("{name}: {error}"))),
        };
        Ok(Done { result, versions: (from, to), sources, name })
    }
}

/// Says on standard error what was done: standard output is for the text.
fn say(text: &str) -> Result<(), Failure> {
    std::io::stderr().lock().write_all(text.as_bytes()).map_err(|error| Failure(format!("standard error: {error}")))
}

impl Done {
    fn human(&self, gate: &Gate, output: &Output) -> String {
        let (from, to) = self.versions;
        let name = &self.name;
        match &self.result {
            Err(report) => human::report(report, output.style) + &human::totals(Totals::of([report]), output.style),
            Ok((_, migrated)) if migrated.changes.is_empty() => format!("{name} is at version {to} already\n"),
            Ok((_, migrated)) => {
                let mut changes: Vec<&MigratedValue> = migrated.changes.iter().collect();
                changes.sort_by_key(|change| (self.position(change).is_none(), self.position(change)));
                let lines: String = changes.into_iter().map(|change| self.line(change, gate)).collect();
                let count = migrated.changes.len();
                let changes = if count == 1 { "change" } else { "changes" };
                format!("{lines}{name}: from version {from} to version {to}, {count} {changes}\n")
            }
        }
    }

    /// `12: network.timeout_secs = 30 → network.timeout = "30s"  (renamed, converted to a duration)`.
    fn line(&self, change: &MigratedValue, gate: &Gate) -> String {
        let hidden = self.hides(change, gate);
        let values = |values: &[(Path, Node)]| {
            let values = values.iter().map(|(path, node)| format!("{} = {}", display::path(path), value(node, hidden)));
            values.collect::<Vec<_>>().join(", ")
        };
        let place = self.position(change).map_or(String::new(), |(line, _)| format!("{line}: "));
        let says = match (change.from.as_slice(), change.to.as_slice()) {
            ([], to) => values(to),
            (from, []) => values(from),
            ([(from, old)], [(to, new)]) if from == to => {
                format!("{} = {} → {}", display::path(from), value(old, hidden), value(new, hidden))
            }
            (from, to) => format!("{} → {}", values(from), values(to)),
        };
        format!("{place}{says}  ({})\n", change.summary())
    }

    fn json(&self, gate: &Gate) -> Json {
        let (from, to) = self.versions;
        let changes = self.result.as_ref().map_or(&[][..], |(_, migrated)| &migrated.changes);
        let changes: Vec<Json> = changes.iter().map(|change| self.change(change, gate)).collect();
        let nothing = Report::default();
        let report = self.result.as_ref().err().unwrap_or(&nothing);
        let diagnostics: Vec<Json> = report.diagnostics().iter().map(reports::diagnostic).collect();
        let done = self.result.is_ok();
        json!({ "config": self.name, "migrated": done, "from": from, "to": to, "changes": changes, "findings": diagnostics })
    }

    fn change(&self, change: &MigratedValue, gate: &Gate) -> Json {
        let hidden = self.hides(change, gate);
        let values = |values: &[(Path, Node)]| -> Vec<Json> {
            values.iter().map(|(path, node)| json!({ "path": path.pointer(), "value": value(node, hidden) })).collect()
        };
        let position = self.position(change);
        json!({
            "line": position.map(|(line, _)| line),
            "column": position.map(|(_, column)| column),
            "from": values(&change.from),
            "to": values(&change.to),
            "why": change.summary(),
        })
    }

    fn hides(&self, change: &MigratedValue, gate: &Gate) -> bool {
        let nothing = Node::generated(Value::Null);
        let hides =
            |(path, node): &(Path, Node)| gate.may_be_secret(path) || gate.view().conceals(&path.0, &nothing, node);
        change.from.iter().chain(&change.to).any(hides)
    }

    /// Where the value stands that a change is about.
    fn position(&self, change: &MigratedValue) -> Option<(usize, usize)> {
        let (_, node) = change.from.first()?;
        self.sources.locations(&node.origin).first().map(|place| place.position)
    }
}

fn value(node: &Node, hidden: bool) -> String {
    // The old form of a duration is a table that says little when it is only called one.
    match !hidden && is_plain(node) {
        true => display::short(&toml::inline(node)),
        false => display::value(node, hidden).unwrap_or_else(|| "nothing".to_owned()),
    }
}

/// Whether there is something in it, and nothing but numbers and booleans.
fn is_plain(node: &Node) -> bool {
    match &node.value {
        Value::Table(table) => !table.is_empty() && table.values().all(is_plain),
        Value::List(elements) => !elements.is_empty() && elements.iter().all(is_plain),
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => true,
        Value::Null | Value::String(_) | Value::Datetime(_) => false,
    }
}
