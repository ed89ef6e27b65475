//! `confgate explain`: all that is known of one field, or of one code.

use clap::Args;
use confgate_core::diagnostics::codes::{self, Code};
use confgate_core::gate::{Gate, RuleInfo};
use confgate_core::pretty_json::document;
use confgate_core::render::wrap;
use confgate_core::schema::fields::{at, settable_fields};
use confgate_core::sensitive::display::sanitize;
use confgate_core::value::Path;
use confgate_runtime::load::{Contribution, Explanation, Kind};
use serde::Serialize;
use serde_json::Value as Json;

use crate::cli::output::{Format, Output};
use crate::cli::running::Running;
use crate::cli::{DONE, Failure, REFUSED, code};

/// Show a field's effective value on this machine, where it was set and what it overrides; or the meaning of a code.
#[derive(Debug, Args)]
pub struct Explain {
    /// Field, dotted (network.max_connections), or the code of a diagnostic (schema/unknown-key, game/bets-ordered).
    #[arg(value_name = "KEY|CODE")]
    key: String,
    #[command(flatten)]
    running: Running,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

impl Explain {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        // Only names of codes and rules have a slash; a key with one stands in the schema.
        let topic = if self.key.contains('/') { self.topic(gate)? } else { Topic::Field(self.key.clone()) };
        let field = match topic {
            Topic::Code(code) => return self.put(output, |width| code::page(code, width), || code::document(code)),
            Topic::Rule(rule) => {
                return self.put(output, |width| code::rule_page(&rule, width), || code::rule_document(&rule));
            }
            Topic::Field(field) => field,
        };
        let Some((loader, loaded)) = self.running.load(gate, output)? else { return Ok(REFUSED) };
        let explanation = loaded.explain(loader.gate(), &field)?;
        self.put(output, |width| page(&explanation, width), || &explanation)
    }

    /// The code, rule or field that is meant by a name with a slash.
    fn topic(&self, gate: &dyn Fn() -> Gate) -> Result<Topic, Failure> {
        if let Some(code) = codes::find(&self.key) {
            return Ok(Topic::Code(code));
        }
        let loader = self.running.loader(gate)?.0;
        let gate = loader.gate();
        if let Some(rule) = gate.rules().iter().find(|rule| rule.name == self.key) {
            return Ok(Topic::Rule(*rule));
        }
        // The code of a field is its path with slashes.
        let names = [self.key.clone(), self.key.replace('/', ".")];
        if let Some(field) = names.into_iter().find(|name| at(gate.view(), &Path::dotted(name)).is_some()) {
            return Ok(Topic::Field(field));
        }
        let fields: Vec<String> = settable_fields(gate.view()).iter().map(|leaf| leaf.path.field()).collect();
        let known = gate.rules().iter().map(|rule| rule.name).chain(fields.iter().map(String::as_str));
        let meant = codes::nearest(&self.key, known).map(|name| format!(": did you mean {name}?"));
        let way = meant.unwrap_or_else(|| "; docs/codes.md lists all codes".to_owned());
        Err(Failure(format!("unknown code {}{way}", self.key)))
    }

    fn put<J: Serialize>(
        &self,
        output: &mut Output,
        human: impl FnOnce(usize) -> String,
        json: impl FnOnce() -> J,
    ) -> Result<u8, Failure> {
        match self.format {
            Format::Human => output.put(&human(output.style.width))?,
            Format::Json => output.put(&document(&json()))?,
        }
        Ok(DONE)
    }
}

/// The subject of an explanation.
enum Topic {
    Code(&'static Code),
    Rule(RuleInfo),
    Field(String),
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
        (Kind::Profile | Kind::Secret, Some(name)) => format!("{} {name}", contribution.layer),
        _ => contribution.layer.to_string(),
    };
    let value = contribution.value.as_ref().map(shown).unwrap_or_default();
    let place = match contribution.places.as_slice() {
        [] if contribution.layer != Kind::Profile => contribution.name.clone().unwrap_or_default(),
        places => places.join(", "),
    };
    [who.to_owned(), layer, value, sanitize(&place).into_owned()]
}

fn shown(value: &Json) -> String {
    sanitize(&Explanation::written(value)).into_owned()
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
