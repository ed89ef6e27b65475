//! `confgate fleet diff`: differences between nodes and releases of a store.

use std::convert::Infallible;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_fleet::insight::{ComparedField, Comparison, Subject, compare};
use serde_json::{Value as Json, json};

use crate::cli::diff::{DiffFormat, FleetChange, Row, html, markdown, text};
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::config_args::{ConfigArgs, ReadService};
use crate::cli::links_args::LinksArgs;
use crate::cli::output::Output;

/// Compare two nodes, two releases, or a node with a release, by value. Exits with 1 if they differ.
///
/// A node stands for the bundle that it runs. With one node, it is compared with the release of its pointer; with one release, the
/// published release is compared with it.
#[derive(Debug, Args)]
pub struct FleetDiff {
    /// Node, or release by its first digits: n1, node:n1, 0c3zss5jkbjk, release:0c3z, or wave:canary for the release of a pointer.
    #[arg(value_name = "OLD", value_parser = subject)]
    old: Subject,
    /// The other node or release.
    #[arg(value_name = "NEW", value_parser = subject)]
    new: Option<Subject>,
    #[command(flatten)]
    config: ConfigArgs,
    /// Print the changes in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: DiffFormat,
    #[command(flatten)]
    links: LinksArgs,
}

fn subject(text: &str) -> Result<Subject, Infallible> {
    text.parse()
}

impl FleetDiff {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let ReadService { keys, gate, trust } = self.config.read(model)?;
        let run = async |store| compare(&store, &keys, (&gate, &trust), &self.old, self.new.as_ref()).await;
        let comparison = self.config.endpoints.with_store(run)?;
        match self.format {
            DiffFormat::Human => output.put(&human(&comparison))?,
            DiffFormat::Json => output.put(&document(&comparison_json(&comparison)))?,
            DiffFormat::Markdown => output.put(&in_markdown(&comparison))?,
            DiffFormat::Html => output.put(&self.in_html(&comparison))?,
        }
        Ok(ExitStatus::success_if(comparison.is_equal()))
    }

    fn in_html(&self, comparison: &Comparison) -> String {
        let links = self.links.links();
        let page = html::Page { old: &comparison.old, new: &comparison.new, links: links.as_ref() };
        match fleet_change(comparison) {
            Some(change) => page.fleet(&change),
            None => page.config(&rows(comparison)),
        }
    }
}

fn row(field: &ComparedField) -> Row {
    let ComparedField { change, reload } = field;
    Row {
        path: change.path.clone(),
        old: change.old.clone(),
        new: change.new.clone(),
        display: [None, None],
        reload: reload.clone(),
        origin: change.origin.clone(),
    }
}

/// Returns the changes of a comparison of two bundles.
fn rows(comparison: &Comparison) -> Vec<Row> {
    comparison.changed.iter().flat_map(|node| node.fields.iter()).map(row).collect()
}

/// Returns the changes of a comparison of two releases by node. `None` if two bundles are compared.
fn fleet_change(comparison: &Comparison) -> Option<FleetChange> {
    let named = |node: &confgate_fleet::insight::ComparedNode| {
        Some((node.node.as_ref()?.to_string(), node.fields.iter().map(row).collect()))
    };
    Some(FleetChange {
        node_count: comparison.nodes?,
        changed: comparison.changed.iter().filter_map(named).collect(),
        added: comparison.added.iter().map(ToString::to_string).collect(),
        removed: comparison.removed.iter().map(ToString::to_string).collect(),
    })
}

fn human(comparison: &Comparison) -> String {
    let head = sanitize(&format!("old  {}", comparison.old)).into_owned()
        + "\n"
        + &sanitize(&format!("new  {}", comparison.new))
        + "\n\n";
    match fleet_change(comparison) {
        Some(change) => head + &text::fleet(&change),
        None => head + &text::table(&rows(comparison)),
    }
}

fn comparison_json(comparison: &Comparison) -> Json {
    let changes = match fleet_change(comparison) {
        Some(change) => change.to_json(),
        None => rows(comparison).iter().map(Row::to_json).collect(),
    };
    json!({ "old": comparison.old, "new": comparison.new, "changes": changes })
}

fn in_markdown(comparison: &Comparison) -> String {
    match fleet_change(comparison) {
        Some(change) => markdown::fleet(&change),
        None => markdown::config(&rows(comparison)),
    }
}
