//! `confgate diff`: semantic comparison of two configs or fleets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::bundle::{ValueOrigins, config_name, definition_of};
use confgate_core::diagnostics::{Diagnostic, Severity};
use confgate_core::gate::{Gate, Input, Outcome, ValidateOptions};
use confgate_core::pretty_json::document;
use confgate_core::render::human;
use confgate_core::schema::keywords::{self, RELOAD};
use confgate_core::value::diff::{ValueChange, changes};
use confgate_core::value::{self, Format, Node};
use confgate_files::SizeLimit;
use serde_json::json;

use crate::cli::bundle_directory::{MANIFEST, ORIGINS, bundles_in};
use crate::cli::diff::diff_format::DiffFormat;
use crate::cli::diff::fleet_change::FleetChange;
use crate::cli::diff::row::Row;
use crate::cli::diff::{html, markdown, text};
use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::input_args::InputArgs;
use crate::cli::links_args::LinksArgs;
use crate::cli::output::Output;
use crate::cli::path_name::display_name;
use crate::cli::schemas::{SchemaArgs, Schemas};

/// Compare two configs or two fleets by value, not by line. Exits with 1 if they differ.
#[derive(Debug, Args)]
pub struct Diff {
    /// Old config file, bundle, or directory of bundles.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// New config file, bundle, or directory of bundles.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    environment: EnvironmentArgs,
    /// Print the changes in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: DiffFormat,
    #[command(flatten)]
    links: LinksArgs,
    #[command(flatten)]
    schema: SchemaArgs,
}

impl Diff {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let schemas = Schemas::new(&self.schema, model);
        if is_fleet(&self.old) && is_fleet(&self.new) {
            return self.compare_fleets(&schemas, output);
        }
        let rows = self.rows(&self.old, &self.new, &schemas, output)?;
        match self.format {
            DiffFormat::Human => output.put(&text::table(&rows))?,
            DiffFormat::Json => output.put(&document(&rows.iter().map(Row::to_json).collect::<Vec<_>>()))?,
            DiffFormat::Markdown => output.put(&markdown::config(&rows))?,
            DiffFormat::Html => output.put(&self.page(|page| page.config(&rows)))?,
        }
        Ok(ExitStatus::success_if(rows.is_empty()))
    }

    /// Prints the changes of every node in both directories, and the added and removed nodes.
    fn compare_fleets(&self, schemas: &Schemas<'_>, output: &mut Output) -> Result<ExitStatus, CliError> {
        let (old, new) = (nodes(&self.old)?, nodes(&self.new)?);
        let mut changed = Vec::new();
        let both: Vec<&String> = old.intersection(&new).collect();
        let progress = output.progress("comparing", both.len());
        for node in both {
            progress.advance();
            let rows = self.rows(&self.old.join(node), &self.new.join(node), schemas, output)?;
            if !rows.is_empty() {
                changed.push((node.clone(), rows));
            }
        }
        drop(progress);
        let names = |nodes: &BTreeSet<String>, others| nodes.difference(others).cloned().collect();
        let fleet = FleetChange {
            added: names(&new, &old),
            removed: names(&old, &new),
            node_count: old.union(&new).count(),
            changed,
        };
        match self.format {
            DiffFormat::Human => output.put(&text::fleet(&fleet))?,
            DiffFormat::Json => output.put(&document(&fleet.to_json()))?,
            DiffFormat::Markdown => output.put(&markdown::fleet(&fleet))?,
            DiffFormat::Html => output.put(&self.page(|page| page.fleet(&fleet)))?,
        }
        Ok(ExitStatus::success_if(fleet.touched() == 0))
    }

    fn page(&self, render: impl FnOnce(&html::Page<'_>) -> String) -> String {
        let (old, new) = (display_name(&self.old), display_name(&self.new));
        render(&html::Page { old: &old, new: &new, links: self.links.links().as_ref() })
    }

    fn rows(&self, old: &Path, new: &Path, schemas: &Schemas<'_>, output: &mut Output) -> Result<Vec<Row>, CliError> {
        let (old_path, new_path) = (config_path(old), config_path(new));
        let format_of = |path: &Path| self.input.format_of(path, schemas.projects());
        let (old_format, new_format) = (format_of(&old_path)?, format_of(&new_path)?);
        let old_bytes = self.input.read(&old_path, old_format)?;
        let new_bytes = self.input.read(&new_path, new_format)?;
        // Most nodes of a fleet do not change.
        if old_bytes == new_bytes && old_format == new_format {
            return Ok(Vec::new());
        }
        let old_input = self.parse(&old_path, old_format, old_bytes);
        let new_input = self.parse(&new_path, new_format, new_bytes);
        // Both are compared by the schema of the new config.
        let gate = &*schemas.choose_or_fail(&new_path, &new_input, output)?.gate;
        let mut old_tree = self.read(&old_path, old_input, gate, output)?;
        let mut new_tree = self.read(&new_path, new_input, gate, output)?;
        let order = profile_order(gate, &mut old_tree, &mut new_tree);
        let mut changes = changes(&old_tree, &new_tree);
        add_nulls(&old_tree, &new_tree, &value::Path::root(), gate, &mut changes);
        let mut rows: Vec<Row> = changes.iter().map(|change| Row::new(change, gate, &old_tree, &new_tree)).collect();
        rows.extend(order);
        let origins = origins(new)?;
        for row in &mut rows {
            row.origin = definition_of(&origins, &row.path).cloned();
        }
        Ok(rows)
    }

    fn parse(&self, path: &Path, format: Format, bytes: Vec<u8>) -> Input {
        let options = ValidateOptions {
            environment: self.environment.environment,
            unknown_keys: Severity::Error,
            ..ValidateOptions::default()
        };
        input::parse(path, format, bytes, options)
    }

    /// Returns the whole config of a file. It need not be valid, but of its format.
    fn read(&self, path: &Path, input: Input, gate: &Gate, output: &mut Output) -> Result<Node, CliError> {
        let format = input.sources.text.as_ref().map_or(Format::Toml, |source| source.format());
        let Outcome { report, tree, .. } = gate.validate(input);
        if report.diagnostics().iter().any(Diagnostic::is_syntax) {
            output.put(&human::report(&report, output.style))?;
            output.flush()?;
            return Err(CliError::file(path, FileError::NotOfFormat(format)));
        }
        Ok(tree)
    }
}

/// Adds the fields with a default for which one config has a null, and which the other lacks: the null overrides the default.
fn add_nulls<'t>(old: &'t Node, new: &'t Node, path: &value::Path, gate: &Gate, changes: &mut Vec<ValueChange<'t>>) {
    let (Some(old_table), Some(new_table)) = (old.as_table(), new.as_table()) else { return };
    let is_null = |node: Option<&Node>| node.is_some_and(|node| node.is_null() && !node.is_absent());
    let is_absent = |node: Option<&Node>| node.is_none_or(Node::is_absent);
    let added = new_table.keys().filter(|key| !old_table.contains_key(*key));
    for key in old_table.keys().chain(added) {
        let (before, after) = (old_table.get(key), new_table.get(key));
        let differs = is_null(before) && is_absent(after) || is_absent(before) && is_null(after);
        let path = path.key(key);
        if differs {
            let view = gate.subschema_in(&path, new);
            if view.is_some_and(|view| view.get("default").or(view.get(keywords::DEFAULTS)).is_some()) {
                changes.push(ValueChange { path, old: None, new: None });
            }
        } else if let (Some(before), Some(after)) = (before, after) {
            add_nulls(before, after, &path, gate, changes);
        }
    }
}

/// Returns the config file of a bundle, else the path itself.
fn config_path(path: &Path) -> PathBuf {
    if !path.is_dir() {
        return path.to_owned();
    }
    let mut configs = Format::ALL.map(|format| path.join(config_name(format))).into_iter();
    configs.find(|config| config.is_file()).unwrap_or_else(|| path.join(config_name(Format::Toml)))
}

/// Returns the origins of a bundle. A config without a bundle has none.
fn origins(bundle: &Path) -> Result<BTreeMap<String, ValueOrigins>, CliError> {
    let path = bundle.join(ORIGINS);
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = input::read_file(&path, SizeLimit::BUNDLE_FILE)?;
    serde_json::from_slice(&text).map_err(|error| CliError::file(&path, FileError::InvalidOrigins(error)))
}

fn is_fleet(path: &Path) -> bool {
    let mut own = Format::ALL.map(config_name).into_iter().chain([MANIFEST]);
    path.is_dir() && !own.any(|name| path.join(name).exists())
}

/// Returns the names of the bundles in a directory.
fn nodes(directory: &Path) -> Result<BTreeSet<String>, CliError> {
    let bundles = bundles_in(directory)?;
    Ok(bundles.iter().filter_map(|bundle| bundle.file_name()?.to_str().map(str::to_owned)).collect())
}

/// Makes a table of the profiles of each config, so that profiles of the same name are compared. Returns a row if the profiles
/// that both configs have are in another order.
fn profile_order(gate: &Gate, old: &mut Node, new: &mut Node) -> Option<Row> {
    let path = gate.profiles_path()?;
    // Both configs are changed, or none: a comparison of a list with a table would report every profile.
    let (mut named_old, mut named_new) = (old.clone(), new.clone());
    let (old_names, new_names) = (gate.name_profiles(&mut named_old)?, gate.name_profiles(&mut named_new)?);
    (*old, *new) = (named_old, named_new);
    let common = |names: &[String], others: &[String]| -> Vec<String> {
        names.iter().filter(|name| others.contains(name)).cloned().collect()
    };
    let (old_order, new_order) = (common(&old_names, &new_names), common(&new_names, &old_names));
    let reload = gate.subschema_in(path, new).and_then(|view| view.text(RELOAD)).map(str::to_owned);
    let row = || Row {
        path: path.clone(),
        old: Some(json!(old_order)),
        new: Some(json!(new_order)),
        display: [None, None],
        reload,
        origin: None,
    };
    (old_order != new_order).then(row)
}
