//! `confgate rules`: what must hold between fields.

use std::fmt::Write;

use clap::Args;
use confgate_core::gate::{Gate, plain_secrets};
use confgate_core::pretty_json::document;
use serde_json::json;

use crate::cli::output::{Format, Output};
use crate::cli::{DONE, Failure};

/// List the rules between fields.
#[derive(Debug, Args)]
pub struct Rules {
    /// How to print them.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

impl Rules {
    pub fn run(self, output: &mut Output, gate: &Gate) -> Result<u8, Failure> {
        let rules: Vec<_> = gate.rules().iter().chain([&plain_secrets::RULE, &plain_secrets::LIKELY_RULE]).collect();
        match self.format {
            Format::Human => {
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
            Format::Json => {
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
        Ok(DONE)
    }
}
