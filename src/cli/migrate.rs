//! `confgate migrate`: conversion of a config file from one version to another.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use confgate_core::diagnostics::{Report, codes};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::migrate::{self, MigrateTextError, MigratedValue, MigrationOutcome, Route, Scope};
use confgate_core::pretty_json::document;
use confgate_core::render::{Totals, count, human, json as report_json};
use confgate_core::schema::secrecy;
use confgate_core::sensitive::display;
use confgate_core::value::{Format, Node, Path, Sources, Value, json};
use confgate_core::{toml, yaml};
use confgate_runtime::atomic_file::{self, Mode};
use serde_json::{Value as Json, json as json_value};

use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::input;
use crate::cli::input_args::InputArgs;
use crate::cli::output::Output;
use crate::cli::path_name::{display_name, is_stdin};
use crate::cli::schemas::{SchemaArgs, Schemas};

/// Convert a config file to the version of this program, or to another one.
///
/// Prints the new text on standard output and the changes on standard error, one line per value. With --in-place, replaces the
/// file and prints the changes on standard output. Comments, order and unaffected lines of TOML stay unchanged; JSON and YAML are
/// written anew, without the comments of YAML. If a value cannot be converted, nothing is. A file of another schema than that of
/// this program stays as it is.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Config file, `-` for standard input. A file without a version has the oldest one.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    /// Convert to this version. An older version needs a reversible migration for every step. [default: the version of this
    /// program]
    #[arg(long, value_name = "VERSION")]
    to: Option<u64>,
    /// Replace the file atomically.
    #[arg(long)]
    in_place: bool,
    /// Print the changes in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

/// Result of the migration of a file: the new text and its changes, or the report of a rejected file.
struct FileMigration {
    name: String,
    versions: (u64, u64),
    result: Result<(String, MigrationOutcome), Report>,
    sources: Sources,
}

impl Migrate {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        if self.in_place && is_stdin(&self.file) {
            return Err(CliError::InPlaceStdin);
        }
        let schemas = Schemas::new(&SchemaArgs::default(), model);
        let format = self.input.format_of(&self.file, schemas.projects())?;
        let bytes = self.input.read(&self.file, format)?;
        let gate = schemas.model();
        let input = input::parse(&self.file, format, bytes.clone(), ValidateOptions::default());
        let chosen = schemas.choose_or_fail(&self.file, &input, output)?;
        if !Arc::ptr_eq(&chosen.gate, gate) {
            return Err(CliError::file(&self.file, FileError::NoMigrations));
        }
        let migration = self.migrate(display_name(&self.file), format, input, gate)?;
        let summary = match self.format {
            OutputFormat::Human => migration.to_text(gate, output),
            OutputFormat::Json => document(&migration.to_json(gate)),
        };
        let Ok((text, _)) = &migration.result else {
            print_to_stderr(&summary)?;
            return Ok(ExitStatus::Rejected);
        };
        if self.in_place {
            if text.as_bytes() != bytes {
                if format == Format::Yaml && has_comments(&bytes) {
                    return Err(CliError::file(&self.file, FileError::YamlComments));
                }
                atomic_file::replace(&self.file, text.as_bytes(), Mode::Default)?;
            }
            output.report_only();
            output.put(&summary)?;
        } else {
            print_to_stderr(&summary)?;
            output.put(text)?;
        }
        Ok(ExitStatus::Success)
    }

    fn migrate(&self, name: String, format: Format, input: Input, gate: &Gate) -> Result<FileMigration, CliError> {
        let Some(current) = gate.version() else {
            return Err(CliError::NoVersion);
        };
        let to = self.to.unwrap_or(current);
        if to > current {
            return Err(CliError::UnknownVersion { requested: to, newest: current });
        }
        let sources = input.sources.clone();
        let tree = &input.tree;
        let rejected = |versions, report| FileMigration {
            name: name.clone(),
            versions,
            result: Err(report),
            sources: sources.clone(),
        };
        if !input.found.is_empty() || tree.as_table().is_none() {
            return Ok(rejected((to, to), gate.validate(input).report));
        }
        if gate.version_path().is_some_and(|path| tree.get(&path.0).is_some()) && gate.version_of(tree).is_none() {
            return Ok(rejected((to, to), gate.validate(input).report));
        }
        let from = gate.version_of(tree).unwrap_or_else(|| migrate::oldest_version(gate.migrations(), current));
        if from > current {
            let mut report = gate.validate(input).report.diagnostics().to_vec();
            report.retain(|diagnostic| diagnostic.is(&codes::VERSION_NEWER));
            return Ok(rejected((from, to), Report::new(report)));
        }
        let route = Route::between(gate.migrations(), from, to).map_err(|error| CliError::file(&self.file, error))?;
        let scope = gate.migration_scope(tree).ok_or(CliError::NoVersion)?;
        let text = sources.text.as_ref().map_or("", |source| source.text());
        let migrated = match format {
            Format::Toml => migrate::migrate_text(&name, text, &route, &scope),
            Format::Json | Format::Yaml => migrate_tree(format, text, tree.clone(), &route, &scope),
        };
        let result = match migrated {
            Ok(migrated) => Ok(migrated),
            Err(MigrateTextError::Problems(migrated)) => {
                let found = migrated.problems.iter().map(|problem| gate.problem(problem, &sources)).collect();
                Err(Report::new(found).with_secrets(gate.secrets_in(&migrated.problems, &sources)))
            }
            Err(error) => return Err(CliError::file(&self.file, error)),
        };
        Ok(FileMigration { result, versions: (from, to), sources, name })
    }
}

/// Applies the steps of a route to a config in JSON or YAML. A text without changes stays as it is.
fn migrate_tree(
    format: Format,
    text: &str,
    mut tree: Node,
    route: &Route<'_>,
    scope: &Scope<'_>,
) -> Result<(String, MigrationOutcome), MigrateTextError> {
    let before = tree.clone();
    let outcome = migrate::migrate_tree(&mut tree, route, scope);
    if !outcome.problems.is_empty() {
        return Err(MigrateTextError::Problems(outcome));
    }
    let text = match format {
        _ if tree == before => text.to_owned(),
        Format::Json => document(&json::write(&tree)),
        _ => yaml::write(&tree),
    };
    Ok((text, outcome))
}

/// Returns whether a YAML text has comments, or lines that look like one.
fn has_comments(text: &[u8]) -> bool {
    let is_comment = |line: &[u8]| line.trim_ascii_start().starts_with(b"#") || line.windows(2).any(|two| two == b" #");
    text.split(|byte| *byte == b'\n').any(is_comment)
}

/// Prints the changes on standard error: standard output is for the config.
fn print_to_stderr(text: &str) -> Result<(), CliError> {
    io::stderr().lock().write_all(text.as_bytes()).map_err(CliError::Stderr)
}

impl FileMigration {
    fn to_text(&self, gate: &Gate, output: &Output) -> String {
        let (from, to) = self.versions;
        let name = &self.name;
        match &self.result {
            Err(report) => human::report(report, output.style) + &human::totals(Totals::of([report]), output.style),
            Ok((_, migrated)) if migrated.changes.is_empty() => format!("{name} is at version {to} already\n"),
            Ok((_, migrated)) => {
                let mut changes: Vec<&MigratedValue> = migrated.changes.iter().collect();
                changes.sort_by_key(|change| (self.position(change).is_none(), self.position(change)));
                let lines: String = changes.into_iter().map(|change| self.line(change, gate)).collect();
                format!(
                    "{lines}{name}: from version {from} to version {to}, {}\n",
                    count(migrated.changes.len(), "change")
                )
            }
        }
    }

    /// Returns `12: network.timeout_secs = 30 → network.timeout = "30s"  (renamed, converted to a duration)`.
    fn line(&self, change: &MigratedValue, gate: &Gate) -> String {
        let hidden = self.is_hidden(change, gate);
        let values = |values: &[(Path, Node)]| {
            let values = values.iter().map(|(path, node)| format!("{} = {}", display::path(path), value(node, hidden)));
            values.collect::<Vec<_>>().join(", ")
        };
        let place = self.position(change).map_or(String::new(), |(line, _)| format!("{line}: "));
        let description = match (change.from.as_slice(), change.to.as_slice()) {
            ([], to) => values(to),
            (from, []) => values(from),
            ([(from, old)], [(to, new)]) if from == to => {
                format!("{} = {} → {}", display::path(from), value(old, hidden), value(new, hidden))
            }
            (from, to) => format!("{} → {}", values(from), values(to)),
        };
        format!("{place}{description}  ({})\n", change.summary())
    }

    fn to_json(&self, gate: &Gate) -> Json {
        let (from, to) = self.versions;
        let (changes, diagnostics): (Vec<Json>, Vec<Json>) = match &self.result {
            Ok((_, migrated)) => {
                (migrated.changes.iter().map(|change| self.change_json(change, gate)).collect(), Vec::new())
            }
            Err(report) => (Vec::new(), report.diagnostics().iter().map(report_json::diagnostic).collect()),
        };
        let is_migrated = self.result.is_ok();
        json_value!({ "config": self.name, "migrated": is_migrated, "from": from, "to": to, "changes": changes, "findings": diagnostics })
    }

    fn change_json(&self, change: &MigratedValue, gate: &Gate) -> Json {
        let hidden = self.is_hidden(change, gate);
        let values = |values: &[(Path, Node)]| -> Vec<Json> {
            values
                .iter()
                .map(|(path, node)| json_value!({ "path": path.pointer(), "value": value(node, hidden) }))
                .collect()
        };
        let position = self.position(change);
        json_value!({
            "line": position.map(|(line, _)| line),
            "column": position.map(|(_, column)| column),
            "from": values(&change.from),
            "to": values(&change.to),
            "why": change.summary(),
        })
    }

    fn is_hidden(&self, change: &MigratedValue, gate: &Gate) -> bool {
        let root = Node::generated(Value::Null);
        let is_secret =
            |(path, node): &(Path, Node)| gate.may_be_secret(path) || secrecy::conceals(gate.view(), path, &root, node);
        change.from.iter().chain(&change.to).any(is_secret)
    }

    /// Returns the line and column of the value before the change.
    fn position(&self, change: &MigratedValue) -> Option<(usize, usize)> {
        let (_, node) = change.from.first()?;
        self.sources.locations(&node.origin).first().map(|place| place.position)
    }
}

fn value(node: &Node, hidden: bool) -> String {
    // The old form of a duration is a table, so its content is displayed.
    if !hidden && is_plain(node) {
        display::short(&toml::inline(node))
    } else {
        display::value(node, hidden).unwrap_or_else(|| "nothing".to_owned())
    }
}

/// Returns whether a value is a number, a boolean, or a non-empty collection of them.
fn is_plain(node: &Node) -> bool {
    match &node.value {
        Value::Table(table) => !table.is_empty() && table.values().all(is_plain),
        Value::List(elements) => !elements.is_empty() && elements.iter().all(is_plain),
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => true,
        Value::Null | Value::String(_) | Value::Datetime(_) => false,
    }
}
