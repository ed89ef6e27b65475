//! `confgate rules`: rules between fields.

use std::fmt::Write;

use clap::Args;
use confgate_core::gate::{Gate, plain_secrets};
use confgate_core::pretty_json::document;
use confgate_core::sensitive::scanner;
use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// List the rules between fields.
#[derive(Debug, Args)]
pub struct Rules {
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl Rules {
    pub fn run(self, output: &mut Output, gate: &Gate) -> Result<ExitStatus, CliError> {
        let rules: Vec<_> = gate.rules().iter().chain([&plain_secrets::RULE, &scanner::RULE]).collect();
        match self.format {
            OutputFormat::Human => {
                for rule in rules {
                    let mut text = String::new();
                    let _ = writeln!(text, "{} ({})", rule.name, rule.severity.name());
                    let _ = writeln!(text, "    {}", rule.why);
                    if !rule.reads.is_empty() {
                        let _ = writeln!(text, "    reads: {}", rule.reads.join(", "));
                    }
                    let _ = writeln!(text, "    help: {}", rule.help);
                    output.put(&text)?;
                }
            }
            OutputFormat::Json => {
                let list = rules.iter().map(|rule| {
                    json!({
                        "name": rule.name,
                        "severity": rule.severity,
                        "why": rule.why,
                        "reads": rule.reads,
                        "help": rule.help,
                    })
                });
                output.put(&document(&list.collect::<Vec<_>>()))?;
            }
        }
        Ok(ExitStatus::Success)
    }
}
