//! `confgate explain`: description of a field or a code.

use clap::Args;
use confgate_core::diagnostics::codes::{self, Code};
use confgate_core::edit::FieldName;
use confgate_core::gate::{Gate, RuleInfo};
use confgate_core::pretty_json::document;
use confgate_core::render::wrap;
use confgate_core::schema::fields::{at, settable_fields};
use confgate_core::sensitive::display::sanitize;
use confgate_runtime::load::{Contribution, Explanation, LayerKind};
use serde::Serialize;
use serde_json::Value as Json;

use crate::cli::code_entry;
use crate::cli::config_page::{code_topic, field_page, rule_topic};
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::PageFormat;
use crate::cli::links_args::LinksArgs;
use crate::cli::load_args::LoadArgs;
use crate::cli::output::Output;

/// Show a field's effective value, where it was set, and what it overrides; or the meaning of a code.
#[derive(Debug, Args)]
pub struct Explain {
    /// Dotted field (network.max_connections), or code of a diagnostic (schema/unknown-key, game/bets-ordered).
    #[arg(value_name = "KEY|CODE")]
    key: String,
    #[command(flatten)]
    load: LoadArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: PageFormat,
    #[command(flatten)]
    links: LinksArgs,
}

impl Explain {
    pub fn run(self, output: &mut Output, gate: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        // Names of codes and rules have a slash. A key of the schema rarely has one.
        let topic = if self.key.contains('/') { self.topic(gate)? } else { Topic::Field(self.key.clone()) };
        let field = match topic {
            Topic::Code(code) => {
                let page = || code_topic(code);
                return self.put(
                    output,
                    |width| code_entry::code_page(code, width),
                    || code_entry::code_json(code),
                    page,
                );
            }
            Topic::Rule(rule) => {
                let page = || rule_topic(&rule);
                return self.put(
                    output,
                    |width| code_entry::rule_page(&rule, width),
                    || code_entry::rule_json(&rule),
                    page,
                );
            }
            Topic::Field(field) => field,
        };
        let (loader, loaded) = match self.load.load(gate, output)? {
            Ok(loaded) => loaded,
            Err(status) => return Ok(status),
        };
        let explanation =
            loaded.explain(loader.gate(), &field).map_err(|error| CliError::UnknownField(Box::new(error)))?;
        let links = self.links.links();
        let html = || field_page(&explanation, links.as_ref());
        self.put(output, |width| page(&explanation, width), || &explanation, html)
    }

    /// Returns the code, rule or field with a name that contains a slash.
    fn topic(&self, gate: &(dyn Fn() -> Gate + Sync)) -> Result<Topic, CliError> {
        if let Some(code) = codes::find(&self.key) {
            return Ok(Topic::Code(code));
        }
        let loader = self.load.loader(gate)?.0;
        let gate = loader.gate();
        if let Some(rule) = gate.rules().iter().find(|rule| rule.name == self.key) {
            return Ok(Topic::Rule(*rule));
        }
        // The code of a field is its path with slashes.
        let names = [self.key.clone(), self.key.replace('/', ".")];
        let is_field = |name: &String| name.parse().is_ok_and(|FieldName(path)| at(gate.view(), &path).is_some());
        if let Some(field) = names.into_iter().find(is_field) {
            return Ok(Topic::Field(field));
        }
        let fields: Vec<String> = settable_fields(gate.view()).iter().map(|leaf| leaf.path.field()).collect();
        let known = gate.rules().iter().map(|rule| rule.name).chain(fields.iter().map(String::as_str));
        let suggestion = codes::nearest(&self.key, known).map(str::to_owned);
        Err(CliError::UnknownCode { code: self.key.clone(), suggestion })
    }

    fn put<J: Serialize>(
        &self,
        output: &mut Output,
        human: impl FnOnce(usize) -> String,
        json: impl FnOnce() -> J,
        html: impl FnOnce() -> String,
    ) -> Result<ExitStatus, CliError> {
        match self.format {
            PageFormat::Human => output.put(&human(output.style.width))?,
            PageFormat::Json => output.put(&document(&json()))?,
            PageFormat::Html => output.put(&html())?,
        }
        Ok(ExitStatus::Success)
    }
}

/// Subject of an explanation.
enum Topic {
    Code(&'static Code),
    Rule(RuleInfo),
    Field(String),
}

fn page(explanation: &Explanation, width: usize) -> String {
    let mut text = match &explanation.value {
        Some(value) => format!("{} = {}\n", explanation.field, display_value(value)),
        None => format!("{} is absent\n", explanation.field),
    };
    text += &contributions(&explanation.contributions);
    let description = explanation.about.as_deref().unwrap_or_default().replace('\n', " ");
    let description_width = width.saturating_sub(2);
    let lines = wrap(&description, description_width).into_iter().filter(|line| !line.is_empty());
    text += &paragraph(lines.map(|line| format!("  {line}\n")).collect());
    let facts = [
        ("type", explanation.kind.clone()),
        ("may be", explanation.bounds.clone()),
        ("unit", explanation.unit.clone()),
        ("default", explanation.default.as_ref().map(display_value)),
        ("variable", join(&explanation.variables)),
        ("a change", explanation.reload.as_deref().map(reload_phrase).map(str::to_owned)),
        ("secret", explanation.secret.then(|| "write ${SECRET_NAME} in the file".to_owned())),
        ("rules", join(&explanation.rules)),
    ];
    let facts = facts.into_iter().filter_map(|(name, fact)| Some(format!("  {name:<9} {}\n", fact?)));
    text + &paragraph(facts.collect())
}

/// Puts an empty line before a block of lines.
fn paragraph(lines: String) -> String {
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

fn contributions(contributions: &[Contribution]) -> String {
    let rows: Vec<[String; 4]> = contributions.iter().enumerate().map(|(index, it)| row(index, it)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |[relation, layer, value, place]: &[String; 4]| {
        let [a, b, c] = widths;
        format!("  {relation:a$}  {layer:b$}  {value:c$}  {place}").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn row(index: usize, contribution: &Contribution) -> [String; 4] {
    let relation = if index == 0 { "set by" } else { "overrides" };
    let layer = match (contribution.layer, &contribution.name) {
        (LayerKind::Profile | LayerKind::Region | LayerKind::Secret, Some(name)) => {
            format!("{} {name}", contribution.layer)
        }
        _ => contribution.layer.to_string(),
    };
    let value = contribution.value.as_ref().map(display_value).unwrap_or_default();
    let place = match contribution.places.as_slice() {
        [] if contribution.layer != LayerKind::Profile => contribution.name.clone().unwrap_or_default(),
        places => places.join(", "),
    };
    [relation.to_owned(), layer, value, sanitize(&place).into_owned()]
}

fn display_value(value: &Json) -> String {
    sanitize(&Explanation::inline_toml(value)).into_owned()
}

fn join(names: &[impl AsRef<str>]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn reload_phrase(class: &str) -> &str {
    match class {
        "live" => "applied by a reload",
        "restart" => "applied by a restart",
        other => other,
    }
}
