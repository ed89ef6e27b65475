//! `confgate explain`: one value, and all that is known of it.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::render::wrap;
use confgate_core::sensitive::display::harmless;
use confgate_runtime::load::{Contribution, Explanation, LayerKind};
use serde_json::Value as Json;

use crate::cli::output::{Format, Output};
use crate::cli::running::Running;
use crate::cli::{DONE, Failure, REFUSED};

/// Say of one field what it is on this machine, who set it and where, what it overrode, and what it may be.
#[derive(Debug, Args)]
pub struct Explain {
    /// Field, dotted: network.max_connections.
    #[arg(value_name = "KEY")]
    key: String,
    #[command(flatten)]
    running: Running,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

impl Explain {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let Some((loader, loaded)) = self.running.load(gate, output)? else { return Ok(REFUSED) };
        let explanation = loaded.explain(loader.gate(), &self.key)?;
        match self.format {
            Format::Human => output.put(&page(&explanation, output.style.width))?,
            Format::Json => output.put(&document(&explanation))?,
        }
        Ok(DONE)
    }
}

fn page(explanation: &Explanation, width: usize) -> String {
    let mut text = match &explanation.value {
        Some(value) => format!("{} = {}\n", explanation.field, shown(value)),
        None => format!("{} is absent\n", explanation.field),
    };
    text += &contributions(&explanation.contributions);
    let about = explanation.about.iter().flat_map(|about| wrap(&about.replace('\n', " "), width.saturating_sub(2)));
    text += &paragraph(about.map(|line| format!("  {line}\n")).collect());
    let facts = [
        ("type", explanation.kind.clone()),
        ("may be", explanation.bounds.clone()),
        ("unit", explanation.unit.clone()),
        ("default", explanation.default.as_ref().map(shown)),
        ("variable", list(&explanation.variables)),
        ("a change", explanation.reload.as_deref().map(applied).map(str::to_owned)),
        ("secret", explanation.secret.then(|| "write ${SECRET_NAME} in the file".to_owned())),
        ("rules", list(&explanation.rules)),
    ];
    let facts = facts.into_iter().filter_map(|(name, fact)| Some(format!("  {name:<9} {}\n", fact?)));
    text + &paragraph(facts.collect())
}

/// A block of lines behind an empty one.
fn paragraph(lines: String) -> String {
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

fn contributions(contributions: &[Contribution]) -> String {
    let rows: Vec<[String; 4]> = contributions.iter().enumerate().map(|(index, it)| row(index, it)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |[who, layer, value, place]: &[String; 4]| {
        let [a, b, c] = widths;
        format!("  {who:a$}  {layer:b$}  {value:c$}  {place}").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn row(index: usize, contribution: &Contribution) -> [String; 4] {
    let who = if index == 0 { "set by" } else { "over" };
    let layer = match (contribution.layer, &contribution.name) {
        (LayerKind::Profile | LayerKind::Secret, Some(name)) => format!("{} {name}", contribution.layer),
        _ => contribution.layer.to_string(),
    };
    let value = contribution.value.as_ref().map(shown).unwrap_or_default();
    let place = match contribution.places.as_slice() {
        [] if contribution.layer != LayerKind::Profile => contribution.name.clone().unwrap_or_default(),
        places => places.join(", "),
    };
    [who.to_owned(), layer, value, harmless(&place).into_owned()]
}

fn shown(value: &Json) -> String {
    harmless(&Explanation::inline_toml(value)).into_owned()
}

fn list(names: &[impl AsRef<str>]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn applied(class: &str) -> &str {
    match class {
        "live" => "is applied by a reload",
        "restart" => "waits for a restart",
        other => other,
    }
}
