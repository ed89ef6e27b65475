//! `confgate flags list`: the flags of a file.

use clap::Args;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_flags::Flag;
use serde_json::{Value as Json, json};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::file::{FlagsFileArgs, LoadedFlags};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// List the flags of a file with their variants, owners and dates.
#[derive(Debug, Args)]
pub(super) struct ListFlags {
    #[command(flatten)]
    file: FlagsFileArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

const HEADER: [&str; 7] = ["FLAG", "STATE", "TYPE", "VARIANTS", "SELECTED BY", "OWNER", "UNTIL"];

impl ListFlags {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let flags = match self.file.load(output)? {
            Ok(flags) => flags,
            Err(status) => return Ok(status),
        };
        match self.format {
            OutputFormat::Human => output.put(&table(&flags))?,
            OutputFormat::Json => output.put(&document(&listed(&flags)))?,
        }
        Ok(ExitStatus::Success)
    }
}

fn table(flags: &LoadedFlags) -> String {
    let of_flag = |flag: &Flag| -> Vec<String> {
        let spec = &flags.file.document().flags[flag.key()];
        let variants: Vec<String> = flag
            .variants()
            .iter()
            .map(|variant| match Some(variant.name()) == flag.default_variant() {
                true => format!("{}*", variant.name()),
                false => variant.name().to_owned(),
            })
            .collect();
        [
            flag.key().to_owned(),
            state(flag).to_owned(),
            flag.kind().name().to_owned(),
            variants.join(" "),
            selected_by(flags, flag).to_owned(),
            spec.owner.clone().unwrap_or_default(),
            spec.until.clone().unwrap_or_default(),
        ]
        .into_iter()
        .map(|cell| sanitize(&cell).into_owned())
        .collect()
    };
    let header = HEADER.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = [header].into_iter().chain(flags.file.flags().flags().iter().map(of_flag)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADER.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn listed(flags: &LoadedFlags) -> Json {
    let of_flag = |flag: &Flag| {
        let spec = &flags.file.document().flags[flag.key()];
        let variants = flag.variants().iter().map(|variant| (variant.name().to_owned(), variant.value().clone()));
        json!({
            "key": flag.key(),
            "state": state(flag),
            "type": flag.kind().name(),
            "variants": variants.collect::<serde_json::Map<_, _>>(),
            "defaultVariant": flag.default_variant(),
            "selectedBy": selected_by(flags, flag),
            "description": spec.description,
            "owner": spec.owner,
            "until": spec.until,
        })
    };
    json!({ "flags": flags.file.flags().flags().iter().map(of_flag).collect::<Vec<_>>() })
}

fn state(flag: &Flag) -> &'static str {
    if flag.is_enabled() { "enabled" } else { "disabled" }
}

fn selected_by(flags: &LoadedFlags, flag: &Flag) -> &'static str {
    let spec = &flags.file.document().flags[flag.key()];
    match (&spec.targeting, &spec.ramp) {
        (Some(_), Some(_)) => "targeting, ramp",
        (Some(_), None) => "targeting",
        (None, Some(_)) => "ramp",
        (None, None) => "default",
    }
}
