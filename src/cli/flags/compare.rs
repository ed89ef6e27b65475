//! `confgate flags compare`: the variants of a flag by an outcome.

use std::fmt::Write;

use clap::Args;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_flags::compare::{ComparedVariant, Comparison, Interval, Recommendation, VariantOutcome, compare};
use confgate_flags::{PrometheusUrl, query, recorded_exposures};
use serde_json::{Value as Json, json};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::file::{FlagsFileArgs, LoadedFlags};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Compare the variants of a flag by an outcome that Prometheus recorded: shares with 95% intervals, and a check of the sample ratio.
///
/// It recommends, and people decide.
#[derive(Debug, Args)]
pub(super) struct CompareVariants {
    #[command(flatten)]
    file: FlagsFileArgs,
    /// Flag whose variants are compared.
    #[arg(value_name = "FLAG")]
    flag: String,
    /// Server of Prometheus with the exposures and the outcomes.
    #[arg(long, value_name = "URL")]
    prometheus: PrometheusUrl,
    /// Query for the number of outcomes by the label `variant`: `sum by (variant) (increase(orders_total[7d]))`.
    #[arg(long, value_name = "QUERY")]
    outcome: String,
    /// Read the exposures of this many days; the query should have the same time.
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// Name of the service in the metrics.
    #[arg(long, value_name = "NAME", default_value = "flags")]
    service: String,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

/// Reason for which variants cannot be compared.
#[derive(Debug, thiserror::Error)]
#[error("the file has no flag {0}")]
struct NoFlag(String);

impl CompareVariants {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let flags = match self.file.load(output)? {
            Ok(flags) => flags,
            Err(status) => return Ok(status),
        };
        let Some(flag) = flags.file.flags().get(&self.flag) else {
            return Err(CliError::file(self.file.path(), NoFlag(self.flag)));
        };
        let exposures = recorded_exposures(&self.prometheus, &self.service, self.days)?;
        let outcomes = query(&self.prometheus, &self.outcome)?;
        let of_variant = |name: &str| {
            let exposed = exposures.iter().filter(|it| it.flag == self.flag && it.variant.as_deref() == Some(name));
            let counted = outcomes.iter().filter(|it| it.labels.get("variant").and_then(Json::as_str) == Some(name));
            VariantOutcome {
                variant: name.to_owned(),
                exposures: exposed.map(|it| it.count).sum(),
                outcomes: counted.map(|it| it.value.max(0.0).round() as u64).sum(),
            }
        };
        // The default is the baseline.
        let mut names: Vec<&str> = flag.variants().iter().map(|variant| variant.name()).collect();
        names.sort_by_key(|name| Some(*name) != flag.default_variant());
        let variants: Vec<VariantOutcome> = names.iter().map(|name| of_variant(name)).collect();
        let comparison = compare(&variants, weights(&flags, &self.flag, &names).as_deref());
        match self.format {
            OutputFormat::Human => output.put(&page(&comparison))?,
            OutputFormat::Json => output.put(&document(&listed(&comparison)))?,
        }
        Ok(ExitStatus::Success)
    }
}

/// Returns the weights of the variants, if the whole targeting is one `fractional` of fixed weights.
fn weights(flags: &LoadedFlags, flag: &str, names: &[&str]) -> Option<Vec<f64>> {
    let rule = flags.file.flags().get(flag)?.targeting()?;
    let entries = rule.as_object()?.get("fractional")?.as_array()?;
    let weight = |name: &&str| {
        let entry = entries
            .iter()
            .filter_map(Json::as_array)
            .find(|entry| entry.first().and_then(Json::as_str) == Some(name))?;
        entry.get(1).map_or(Some(1.0), Json::as_f64)
    };
    names.iter().map(weight).collect()
}

fn page(comparison: &Comparison) -> String {
    let mut text = String::new();
    for ComparedVariant { outcome, share, interval, difference } in &comparison.variants {
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "{}: {} of {} exposures, {} ({})",
            sanitize(&outcome.variant),
            outcome.outcomes,
            outcome.exposures,
            percent(*share),
            shown(*interval)
        );
        let _ = match difference {
            Some((difference, interval)) => {
                writeln!(text, ", {:+.2} points ({})", difference * 100.0, shown(*interval))
            }
            None => writeln!(text, ", the baseline"),
        };
    }
    if let Some(probability) = comparison.sample_ratio {
        let _ = writeln!(text, "sample ratio: p = {probability:.4}");
    }
    text + &match &comparison.recommendation {
        Recommendation::CheckExposures => {
            "check how exposures are counted: their ratio is not that of the weights, so that the shares mean nothing\n"
                .to_owned()
        }
        Recommendation::Wait => "wait: a variant has fewer than 100 exposures\n".to_owned(),
        Recommendation::NoDifference => "no difference is certain yet\n".to_owned(),
        Recommendation::Prefer(variant) => format!("{} is better than the baseline\n", sanitize(variant)),
        Recommendation::KeepBaseline => "the baseline is better than every other variant\n".to_owned(),
    }
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn shown(interval: Interval) -> String {
    format!("{:.2} to {:.2}", interval.low * 100.0, interval.high * 100.0)
}

fn listed(comparison: &Comparison) -> Json {
    let interval = |interval: &Interval| json!({ "low": interval.low, "high": interval.high });
    let variants = comparison.variants.iter().map(|variant| {
        json!({
            "variant": variant.outcome.variant,
            "exposures": variant.outcome.exposures,
            "outcomes": variant.outcome.outcomes,
            "share": variant.share,
            "interval": interval(&variant.interval),
            "difference": variant.difference.as_ref().map(|(difference, of)| json!({ "value": difference, "interval": interval(of) })),
        })
    });
    let recommendation = match &comparison.recommendation {
        Recommendation::CheckExposures => json!("check-exposures"),
        Recommendation::Wait => json!("wait"),
        Recommendation::NoDifference => json!("no-difference"),
        Recommendation::Prefer(variant) => json!({ "prefer": variant }),
        Recommendation::KeepBaseline => json!("keep-baseline"),
    };
    json!({
        "variants": variants.collect::<Vec<_>>(),
        "sampleRatio": comparison.sample_ratio,
        "recommendation": recommendation,
    })
}
