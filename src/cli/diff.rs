//! `confgate diff`: what differs between two configs, by meaning.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::output::Output;
use super::{DONE, Failure, ForEnvironment, REFUSED, input};
use crate::gate::render::{count, human};
use crate::gate::schema::View;
use crate::gate::{Gate, Outcome, SYNTAX, Terms, shown};
use crate::model::Severity;
use crate::nix::bundle::document;
use crate::tree::diff::{Change, changes};
use crate::tree::{Node, json};

/// Say what differs between two configs, by meaning and not by line. Exits with 1 when something does.
#[derive(Debug, Args)]
pub struct Diff {
    /// TOML file or bundle.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// TOML file or bundle.
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Diff {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let gate = match &self.schema {
            Some(path) => input::schema_gate(path)?,
            None => gate(),
        };
        let old = self.read(&self.old, &gate, output)?;
        let new = self.read(&self.new, &gate, output)?;
        let view = View::root(gate.schema());
        let found: Vec<Row> = changes(&old, &new).iter().map(|change| Row::new(change, view, &new)).collect();
        match self.format {
            Format::Human => output.put(&table(&found))?,
            Format::Json => output.put(&document(&found.iter().map(Row::json).collect::<Vec<_>>()))?,
        }
        Ok(if found.is_empty() { DONE } else { REFUSED })
    }

    /// The whole config of a file. Whether it is a good one is not asked; that it can be read is.
    fn read(&self, path: &Path, gate: &Gate, output: &mut Output) -> Result<Node, Failure> {
        let path = if path.is_dir() { path.join("config.toml") } else { path.to_owned() };
        let terms =
            Terms { environment: self.environment.environment, unknown_keys: Severity::Error, ..Terms::default() };
        let Outcome { report, tree, .. } = gate.examine(input::submission(&path, input::text(&path)?, terms));
        if report.findings().iter().any(|finding| finding.rule == SYNTAX) {
            output.put(&human::report(&report, output.style))?;
            output.finish()?;
            return Err(Failure(format!("{}: not TOML", input::shown(&path))));
        }
        Ok(tree)
    }
}

/// One change, ready to print.
struct Row {
    path: crate::tree::Path,
    old: Option<Json>,
    new: Option<Json>,
    reload: Option<String>,
}

impl Row {
    fn new(change: &Change<'_>, view: View<'_>, tree: &Node) -> Self {
        let view = view.at(&change.path.0, tree);
        let side = |node: Option<&Node>| node.map(|node| redacted(node, view));
        let reload = view.and_then(|view| view.text("x-reload")).map(str::to_owned);
        Self { path: change.path.clone(), old: side(change.old), new: side(change.new), reload }
    }

    fn json(&self) -> Json {
        json!({ "path": self.path.pointer(), "old": self.old, "new": self.new, "reload": self.reload })
    }
}

/// The value as it may be shown: secrets and passwords gone.
fn redacted(node: &Node, view: Option<View<'_>>) -> Json {
    let mut value = json::write(node);
    redact(&mut value, node, view);
    value
}

fn redact(value: &mut Json, node: &Node, view: Option<View<'_>>) {
    match value {
        Json::String(text) => *text = shown::text(text, view.is_some_and(|view| view.marked("x-secret"))),
        Json::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                let Some(inner) = node.get(&[crate::tree::Segment::Index(index)]) else { continue };
                redact(element, inner, view.and_then(|view| view.element(index, node)));
            }
        }
        Json::Object(entries) => {
            for (key, entry) in entries.iter_mut() {
                let Some(inner) = node.get(&[crate::tree::Segment::Key(key.clone())]) else { continue };
                redact(entry, inner, view.and_then(|view| view.property(key, node)));
            }
        }
        _ => {}
    }
}

fn table(rows: &[Row]) -> String {
    let words = |value: &Option<Json>| value.as_ref().map_or("absent".to_owned(), Json::to_string);
    let width = rows.iter().map(|row| row.path.to_string().len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let reload = row.reload.as_ref().map(|reload| format!("  ({reload})")).unwrap_or_default();
        let path = row.path.to_string();
        text.push_str(&format!("{path:width$}  {} → {}{reload}\n", words(&row.old), words(&row.new)));
    }
    let restart = rows.iter().filter(|row| row.reload.as_deref() == Some("restart")).count();
    text.push_str(&match (rows.len(), restart) {
        (0, _) => "no change\n".to_owned(),
        (all, 0) => format!("{}\n", count(all, "change")),
        (all, restart) => format!("{}, {restart} of them only after a restart\n", count(all, "change")),
    });
    text
}
