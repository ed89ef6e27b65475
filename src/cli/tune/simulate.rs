//! `confgate tune simulate`: a rule on a recorded series.

use std::path::PathBuf;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::render::count;
use confgate_core::sensitive::display::sanitize;
use confgate_core::value::Path;
use confgate_files::SizeLimit;
use confgate_tuning::{Series, Simulated, TuningRule, is_whole, simulate, svg};
use serde_json::{Value as Json, json};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::page_file::write_page;
use crate::cli::tune::file::read_tuning_of;

/// Largest file of a series, in bytes.
const MAX_SERIES: u64 = 64 << 20;

/// Print the changes that a rule makes by a recorded series of its signal.
#[derive(Debug, Args)]
pub(super) struct SimulateTuning {
    /// Tuning file in TOML, JSON or YAML.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Series: lines of SECONDS,SIGNAL or SECONDS,SIGNAL,GUARD. An empty field is a missing value.
    #[arg(value_name = "SERIES")]
    series: PathBuf,
    /// Rule to simulate. [default: the only one]
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Declared value of the field. [default: the middle of its bounds]
    #[arg(long, value_name = "NUMBER")]
    declared: Option<f64>,
    /// Use this JSON Schema of the service instead of the bundled model.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Write a plot of the signal and the field.
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

/// Reason for which a rule cannot be simulated.
#[derive(Debug, thiserror::Error)]
enum SimulationError {
    #[error("the series is not UTF-8 text")]
    NotText,
    #[error("the file has several rules: {0}; choose one with --rule")]
    SeveralRules(String),
    #[error("the file has no rule {0}")]
    NoRule(String),
    #[error("the file has no rules")]
    NoRules,
    #[error("--declared must be within the bounds of the rule, {min} to {max}")]
    Declared { min: f64, max: f64 },
}

impl SimulateTuning {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let service = input::gate(self.schema.as_deref(), &[], model)?;
        let rules = match read_tuning_of(&self.file, service.spec())? {
            Ok(file) => file.tuning,
            Err(report) => {
                output.put_report(&report)?;
                return Ok(ExitStatus::of_refused(&report));
            }
        };
        let rule = self.chosen(&rules).map_err(|error| CliError::file(&self.file, error))?;
        let bytes = input::read_file(&self.series, SizeLimit::bytes(MAX_SERIES))?;
        let text = String::from_utf8(bytes).map_err(|_| CliError::file(&self.series, SimulationError::NotText))?;
        let series = Series::parse(&text).map_err(|error| CliError::file(&self.series, error))?;
        let declared = self.declared.unwrap_or_else(|| ((rule.min + rule.max) / 2.0).round());
        if !(rule.min..=rule.max).contains(&declared) {
            return Err(CliError::file(&self.file, SimulationError::Declared { min: rule.min, max: rule.max }));
        }
        let is_whole = is_whole(service.spec(), &Path::dotted(&rule.field));
        let rows = simulate(rule, declared, is_whole, &series);
        if let Some(path) = &self.svg {
            write_page(path, &svg(rule, &rows))?;
        }
        match self.format {
            OutputFormat::Human => output.put(&page(rule, &rows, declared, series.0.len()))?,
            OutputFormat::Json => output.put(&document(&listed(rule, &rows, series.0.len())))?,
        }
        Ok(ExitStatus::Success)
    }

    fn chosen<'r>(&self, rules: &'r [TuningRule]) -> Result<&'r TuningRule, SimulationError> {
        match (&self.rule, rules) {
            (Some(name), _) => {
                let found = rules.iter().find(|rule| rule.name == *name);
                found.ok_or_else(|| SimulationError::NoRule(name.clone()))
            }
            (None, [only]) => Ok(only),
            (None, []) => Err(SimulationError::NoRules),
            (None, many) => {
                let names: Vec<&str> = many.iter().map(|rule| rule.name.as_str()).collect();
                Err(SimulationError::SeveralRules(names.join(", ")))
            }
        }
    }
}

fn page(rule: &TuningRule, rows: &[Simulated], declared: f64, readings: usize) -> String {
    let mut text = format!("{} = {declared}, declared\n", rule.field);
    for row in rows {
        if let Some((_, reason)) = &row.change {
            text += &format!("{:>8} s  {} = {}  {reason}\n", row.time.as_secs_f64(), rule.field, row.value);
        }
    }
    let changes = rows.iter().filter(|row| row.change.is_some()).count();
    text += &format!("{} in {}\n", count(changes, "change"), count(readings, "reading"));
    text.lines().map(|line| sanitize(line).into_owned() + "\n").collect()
}

fn listed(rule: &TuningRule, rows: &[Simulated], readings: usize) -> Json {
    let changes = rows.iter().filter_map(|row| {
        let (action, reason) = row.change.as_ref()?;
        Some(json!({
            "seconds": row.time.as_secs_f64(), "value": row.value, "action": action.to_string(), "reason": reason,
        }))
    });
    json!({ "rule": rule.name, "field": rule.field, "readings": readings, "changes": changes.collect::<Vec<_>>() })
}
