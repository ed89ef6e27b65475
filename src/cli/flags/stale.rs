//! `confgate flags stale`: flags that can probably be removed.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use confgate_core::flags::Date;
use confgate_core::pretty_json::document;
use confgate_core::render::count;
use confgate_core::sensitive::display::sanitize;
use confgate_flags::{Exposure, StaleFlag, StaleReason, stale_flags, unreferenced};
use serde_json::{Value as Json, json};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::file::FlagsFileArgs;
use crate::cli::flags::sources::referenced_keys;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// List the flags that can probably be removed: expired, with one variant alone, not evaluated, or not in the sources.
///
/// Exits with 1 if there is one.
#[derive(Debug, Args)]
pub(super) struct StaleFlags {
    #[command(flatten)]
    file: FlagsFileArgs,
    /// Report the flags that are expired on this date. [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Report the flags whose keys stand in no text file below this folder.
    #[arg(long, value_name = "DIR")]
    sources: Option<PathBuf>,
    /// Report the flags with one variant, or without evaluations, by the exposures that this server of Prometheus recorded.
    #[arg(long, value_name = "URL")]
    prometheus: Option<confgate_flags::PrometheusUrl>,
    /// Read the exposures of this many days.
    #[arg(long, value_name = "DAYS", default_value_t = 30, requires = "prometheus", value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// Name of the service in the metrics: that of `<service>_flag_exposures_total`.
    #[arg(long, value_name = "NAME", default_value = "flags", requires = "prometheus")]
    service: String,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl StaleFlags {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let flags = match self.file.load(output)? {
            Ok(flags) => flags,
            Err(status) => return Ok(status),
        };
        let document_of_flags = flags.file.document();
        let today = self.on.unwrap_or_else(|| Date::of(SystemTime::now()));
        let exposures = self.exposures()?;
        let mut stale = stale_flags(document_of_flags, today, exposures.as_deref());
        if let Some(folder) = &self.sources {
            let keys: Vec<&str> = document_of_flags.flags.keys().map(String::as_str).collect();
            let found = referenced_keys(folder, &keys, self.file.path())?;
            stale.extend(unreferenced(document_of_flags, |key| found.contains(key)));
        }
        stale.sort();
        match self.format {
            OutputFormat::Human => {
                for flag in &stale {
                    let text = format!("{}: {}", flag.key, self.reason(&flag.reason));
                    output.put(&(sanitize(&text).into_owned() + "\n"))?;
                }
                let (findings, total) = (stale.len(), document_of_flags.flags.len());
                output.put(&format!("{} in {}\n", count(findings, "finding"), count(total, "flag")))?;
            }
            OutputFormat::Json => {
                let all: Vec<Json> = stale.iter().map(|flag| self.json(flag)).collect();
                output.put(&document(&json!({ "stale": all })))?;
            }
        }
        Ok(ExitStatus::success_if(stale.is_empty()))
    }

    fn exposures(&self) -> Result<Option<Vec<Exposure>>, CliError> {
        let Some(url) = &self.prometheus else { return Ok(None) };
        Ok(Some(confgate_flags::recorded_exposures(url, &self.service, self.days)?))
    }

    fn reason(&self, reason: &StaleReason) -> String {
        match reason {
            StaleReason::Expired(until) => format!("expired: it was needed until {until}"),
            StaleReason::OneVariant(Some(variant)) => {
                format!("one variant alone was served in {} days: {variant}", self.days)
            }
            StaleReason::OneVariant(None) => {
                format!("the default of the program alone was served in {} days", self.days)
            }
            StaleReason::NotEvaluated => format!("not evaluated in {} days", self.days),
            StaleReason::Unreferenced => "its key stands in no file of the sources".to_owned(),
        }
    }

    fn json(&self, flag: &StaleFlag) -> Json {
        let reason = match &flag.reason {
            StaleReason::Expired(_) => "expired",
            StaleReason::OneVariant(_) => "one-variant",
            StaleReason::NotEvaluated => "not-evaluated",
            StaleReason::Unreferenced => "unreferenced",
        };
        json!({ "key": flag.key, "reason": reason, "details": self.reason(&flag.reason) })
    }
}
