//! `confgate diff`: what differs between two configs, by meaning.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::diagnostics::Severity;
use confgate_core::gate::redact::redacted;
use confgate_core::gate::{Gate, Input, Outcome, ValidateOptions};
use confgate_core::pretty_json::document;
use confgate_core::render::{count, human};
use confgate_core::syntax::SYNTAX;
use confgate_core::value::diff::{ValueChange, changes};
use confgate_core::value::{Node, Sources, json};
use serde_json::{Value as Json, json};

use crate::cli::bundles::bundles_in;
use crate::cli::output::{Format, Output};
use crate::cli::{DONE, Failure, ForEnvironment, REFUSED, change, input};

/// The config of a bundle for a service that reads JSON.
const JSON: &str = "config.json";

/// Say what differs between two configs or two fleets, by meaning and not by line. Exits with 1 when something does.
#[derive(Debug, Args)]
pub struct Diff {
    /// TOML file, bundle, or folder of bundles.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// TOML file, bundle, or folder of bundles.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    #[command(flatten)]
    environment: ForEnvironment,
    /// How to print the changes.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
    /// Compare by this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

impl Diff {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let gate = match &self.schema {
            Some(path) => input::schema_gate(path)?,
            None => gate(),
        };
        if is_fleet(&self.old) && is_fleet(&self.new) {
            return self.fleets(&gate, output);
        }
        let found = self.rows(&self.old, &self.new, &gate, output)?;
        match self.format {
            Format::Human => output.put(&table(&found))?,
            Format::Json => output.put(&document(&found.iter().map(Row::json).collect::<Vec<_>>()))?,
        }
        Ok(if found.is_empty() { DONE } else { REFUSED })
    }

    /// The changes of every node that is in both folders, and the nodes that came and went.
    fn fleets(&self, gate: &Gate, output: &mut Output) -> Result<u8, Failure> {
        let (old, new) = (nodes(&self.old)?, nodes(&self.new)?);
        let mut changed = Vec::new();
        for node in old.intersection(&new) {
            let rows = self.rows(&self.old.join(node), &self.new.join(node), gate, output)?;
            if !rows.is_empty() {
                changed.push((node.as_str(), rows));
            }
        }
        let added: Vec<&str> = new.difference(&old).map(String::as_str).collect();
        let removed: Vec<&str> = old.difference(&new).map(String::as_str).collect();
        match self.format {
            Format::Human => {
                let mut text: String =
                    changed.iter().map(|(node, rows)| format!("{node}\n{}", indented(rows))).collect();
                text += &added.iter().map(|node| format!("{node} comes\n")).collect::<String>();
                text += &removed.iter().map(|node| format!("{node} goes\n")).collect::<String>();
                let restart = changed.iter().filter(|(_, rows)| rows.iter().any(Row::needs_restart)).count();
                let reload = changed.len() - restart;
                let all = old.union(&new).count();
                let touched = changed.len() + added.len() + removed.len();
                output.put(&format!(
                    "{text}{touched} of {} change: {reload} reload, {restart} restart\n",
                    count(all, "node")
                ))?;
            }
            Format::Json => {
                let changed: serde_json::Map<String, Json> = changed
                    .iter()
                    .map(|(node, rows)| ((*node).to_owned(), rows.iter().map(Row::json).collect()))
                    .collect();
                output.put(&document(&json!({ "changed": changed, "added": added, "removed": removed })))?;
            }
        }
        Ok(if changed.is_empty() && added.is_empty() && removed.is_empty() { DONE } else { REFUSED })
    }

    fn rows(&self, old: &Path, new: &Path, gate: &Gate, output: &mut Output) -> Result<Vec<Row>, Failure> {
        let (old, new) = (config_of(old), config_of(new));
        let (before, after) = (input::text(&old)?, input::text(&new)?);
        // Most nodes of a fleet do not change.
        if before == after {
            return Ok(Vec::new());
        }
        let mut before = self.read(&old, before, gate, output)?;
        let mut after = self.read(&new, after, gate, output)?;
        let order = reordered(gate, &mut before, &mut after);
        let rows = changes(&before, &after).iter().map(|change| Row::new(change, gate, &after)).collect::<Vec<_>>();
        Ok(rows.into_iter().chain(order).collect())
    }

    /// The whole config of a file. Whether it is a good one is not asked; that it can be read is.
    fn read(&self, path: &Path, text: Vec<u8>, gate: &Gate, output: &mut Output) -> Result<Node, Failure> {
        let options = ValidateOptions {
            environment: self.environment.environment,
            unknown_keys: Severity::Error,
            ..ValidateOptions::default()
        };
        let Outcome { report, tree, .. } = gate.examine(input(path, text, options)?);
        if report.diagnostics().iter().any(|diagnostic| diagnostic.code == SYNTAX) {
            output.put(&human::report(&report, output.style))?;
            output.finish()?;
            return Err(Failure(format!("{}: not TOML", input::shown(path))));
        }
        Ok(tree)
    }
}

/// The config of a bundle; a file is one itself.
fn config_of(path: &Path) -> PathBuf {
    let json = path.join(JSON);
    match path.is_dir() {
        true if json.is_file() => json,
        true => path.join("config.toml"),
        false => path.to_owned(),
    }
}

/// What a config says; that of a bundle may be JSON.
fn input(path: &Path, text: Vec<u8>, options: ValidateOptions) -> Result<Input, Failure> {
    if !path.ends_with(JSON) {
        return Ok(input::input(path, text, options));
    }
    let failed = |error: &dyn std::fmt::Display| Failure(format!("{}: not JSON: {error}", input::shown(path)));
    let value: Json = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
    let tree = json::read(value).map_err(|error| failed(&error))?;
    Ok(Input { tree, sources: Sources::default(), found: Vec::new(), options })
}

fn is_fleet(path: &Path) -> bool {
    path.is_dir() && !["manifest.json", "config.toml", JSON].iter().any(|name| path.join(name).exists())
}

/// The names of the bundles in a folder.
fn nodes(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let bundles = bundles_in(folder)?;
    let names = bundles.iter().filter_map(|bundle| bundle.file_name()?.to_str().map(str::to_owned));
    Ok(names.collect())
}

/// One change, ready to print.
struct Row {
    path: confgate_core::value::Path,
    old: Option<Json>,
    new: Option<Json>,
    reload: Option<String>,
}

/// Names the profiles of both configs, so that each is compared with its own self, and tells whether those that are in both
/// stand in another order.
fn reordered(gate: &Gate, before: &mut Node, after: &mut Node) -> Option<Row> {
    let path = gate.profiles_path()?;
    let (mut old, mut new) = (before.clone(), after.clone());
    let (first, second) = (gate.name_profiles(&mut old)?, gate.name_profiles(&mut new)?);
    (*before, *after) = (old, new);
    let kept = |names: &[String], others: &[String]| -> Vec<String> {
        names.iter().filter(|name| others.contains(name)).cloned().collect()
    };
    let (old, new) = (kept(&first, &second), kept(&second, &first));
    let reload = gate.view_in(path, after).and_then(|view| view.text("x-reload")).map(str::to_owned);
    (old != new).then(|| Row { path: path.clone(), old: Some(json!(old)), new: Some(json!(new)), reload })
}

impl Row {
    fn new(change: &ValueChange<'_>, gate: &Gate, tree: &Node) -> Self {
        let view = gate.view_in(&change.path, tree);
        let sources = Sources::default();
        let seen = gate.seen_in(&change.path, tree);
        let side = |node: Option<&Node>| node.map(|node| json::write(&redacted(seen, node, &change.path, &sources)));
        let reload = view.and_then(|view| view.text("x-reload")).map(str::to_owned);
        Self { path: change.path.clone(), old: side(change.old), new: side(change.new), reload }
    }

    fn needs_restart(&self) -> bool {
        self.reload.as_deref() == Some("restart")
    }

    fn json(&self) -> Json {
        json!({ "path": self.path.pointer(), "old": self.old, "new": self.new, "reload": self.reload })
    }
}

fn table(rows: &[Row]) -> String {
    let restart = rows.iter().filter(|row| row.needs_restart()).count();
    let total = match (rows.len(), restart) {
        (0, _) => "no change\n".to_owned(),
        (all, 0) => format!("{}\n", count(all, "change")),
        (all, restart) => format!("{}, {restart} of them only after a restart\n", count(all, "change")),
    };
    lines(rows).collect::<String>() + &total
}

fn indented(rows: &[Row]) -> String {
    lines(rows).map(|line| format!("  {line}")).collect()
}

fn lines(rows: &[Row]) -> impl Iterator<Item = String> {
    let width = rows.iter().map(|row| row.path.to_string().len()).max().unwrap_or(0);
    rows.iter().map(move |row| {
        let reload = row.reload.as_ref().map(|reload| format!("  ({reload})")).unwrap_or_default();
        let says = change::words(row.old.as_ref(), row.new.as_ref());
        format!("{:width$}  {says}{reload}\n", row.path.to_string())
    })
}
