//! `confgate fleet recommend`: recommendations from what a store records.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::render::count;
use confgate_core::sensitive::display::sanitize;
use confgate_fleet::insight::{
    ConfigSource, CountedValue, Evidence, Finding, Recommendations, RecordLimits, RecordedReleaseName, recommend,
};
use jiff::Timestamp;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::config_args::{ConfigArgs, ReadService};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// The largest number of values that a line names.
const NAMED: usize = 3;

/// The largest number of files in a directory of secrets.
const MAX_SECRETS: usize = 10_000;

/// Report what the record of a fleet suggests, each with its evidence, and change nothing: definitions that every node overrides,
/// defaults that no node uses, booleans with one value everywhere, values that releases which went back have in common, secrets that
/// no node needs.
#[derive(Debug, Args)]
pub struct Recommend {
    #[command(flatten)]
    config: ConfigArgs,
    /// Look at this many releases of the history, newest first.
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    releases: u16,
    /// Read at most this many bundles.
    #[arg(long, value_name = "NUMBER", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    bundles: u32,
    /// Compare with the names of the files in this directory of secrets. No file of it is read.
    #[arg(long, value_name = "DIR")]
    secrets: Option<PathBuf>,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl Recommend {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let ReadService { keys, gate, trust } = self.config.read(model)?;
        let given = self.secrets.as_deref().map(names_in).transpose()?.unwrap_or_default();
        let limits = RecordLimits { releases: usize::from(self.releases), bundles: self.bundles as usize };
        let configs = ConfigSource { gate: &gate, trust: &trust };
        let run = async |store| recommend(&store, &keys, configs, limits, &given).await;
        let recommendations = self.config.endpoints.with_store(run)?;
        match self.format {
            OutputFormat::Human => output.put(&text(&recommendations))?,
            OutputFormat::Json => output.put(&document(&recommendations))?,
        }
        Ok(ExitStatus::Success)
    }
}

/// Returns the names of the secrets in a directory: those of its files, as a service finds them.
fn names_in(directory: &Path) -> Result<BTreeSet<String>, CliError> {
    let failed = |error| CliError::file(directory, error);
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(directory).map_err(failed)?.take(MAX_SECRETS) {
        let entry = entry.map_err(failed)?;
        // Through links: Kubernetes and systemd link to the files.
        if fs::metadata(entry.path()).is_ok_and(|file| file.is_file())
            && let Ok(name) = entry.file_name().into_string()
        {
            names.insert(name);
        }
    }
    Ok(names)
}

fn text(recommendations: &Recommendations) -> String {
    let Recommendations { nodes, releases, findings, unset_flags, problems } = recommendations;
    let mut lines: Vec<String> = findings.iter().flat_map(finding_text).collect();
    let looked_at = format!("{} in {}", count(*nodes, "node"), count(*releases, "release"));
    if *unset_flags > 0 {
        let flags = count(*unset_flags, "boolean");
        lines.push(format!("left out: {flags} with one value everywhere that no config sets"));
    }
    lines.extend(problems.iter().flat_map(|problem| problem.lines()).map(|line| format!("not looked at: {line}")));
    lines.push(match findings.len() {
        0 => format!("no recommendations: {looked_at}"),
        number => format!("{}: {looked_at}; nothing is changed", count(number, "recommendation")),
    });
    lines.iter().map(|line| format!("{}\n", sanitize(line))).collect()
}

/// Returns the lines of a recommendation: headline, evidence, suggestion, and an empty one.
fn finding_text(finding: &Finding) -> Vec<String> {
    let subject = &finding.subject;
    let mut lines = Vec::new();
    let suggestion = match &finding.evidence {
        Evidence::Overridden { definition, nodes, values, by } => {
            lines.push(format!("{subject}: {} override the definition at {definition}", all_nodes(*nodes)));
            lines.push(format!("  values   {}", values_text(values)));
            lines.push(format!("  set at   {}", by.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", ")));
            "remove that definition, or set it to the value that most nodes have".to_owned()
        }
        Evidence::UnusedDefault { default, nodes, values } => {
            lines.push(format!("{subject}: {} set another value than the default {default}", all_nodes(*nodes)));
            lines.push(format!("  values   {}", values_text(values)));
            match &values[..] {
                [CountedValue { value: Some(value), nodes: most }, ..] if most * 2 > *nodes => {
                    format!("make {value} the default, and set the field where it differs")
                }
                _ => "require the field, so that a node without a value is rejected".to_owned(),
            }
        }
        Evidence::OneSidedFlag { value, nodes, releases, since, set_by } => {
            lines.push(format!("{subject}: {value} on {} since {}", all_nodes(*nodes), day(*since)));
            lines.push(format!("  seen in  {}", count(*releases, "release")));
            lines.push(format!("  set by   {}", count(*set_by, "node")));
            "remove the flag, if it is not kept for emergencies".to_owned()
        }
        Evidence::Rollbacks { values, went_back, with, others_back, without, probability } => {
            let named: Vec<String> =
                values.iter().take(NAMED).map(|(field, value)| format!("{field} = {value}")).collect();
            let more = values.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more that come with it") } else { String::new() };
            lines.push(format!(
                "{}{more}: {} of {} with it went back, {others_back} of {without} without it",
                named.join(", "),
                went_back.len(),
                count(*with, "release"),
            ));
            lines.extend(went_back.iter().take(NAMED).map(|release| format!("  release  {}", release_text(release))));
            lines.push(format!("  chance   {:.1} % that this is chance", probability * 100.0));
            "look at the value before the next release that has it".to_owned()
        }
        Evidence::UnusedSecret { last, field, is_given } => {
            lines.push(format!("secret {subject}: no node of the published release needs it"));
            if let (Some(last), Some(field)) = (last, field) {
                lines.push(format!("  last     by {field} in release {}", release_text(last)));
            }
            if *is_given {
                lines.push("  found    among the secrets that are given".to_owned());
            }
            "revoke the secret, and remove it from the nodes".to_owned()
        }
    };
    lines.push(format!("  → {suggestion}"));
    lines.push(String::new());
    lines
}

fn all_nodes(nodes: usize) -> String {
    match nodes {
        1 => "one node".to_owned(),
        nodes => format!("all {nodes} nodes"),
    }
}

fn values_text(values: &[CountedValue]) -> String {
    let named = values.iter().take(NAMED).map(|CountedValue { value, nodes }| {
        format!("{} on {}", value.as_deref().unwrap_or("absent"), count(*nodes, "node"))
    });
    let text = named.collect::<Vec<_>>().join(", ");
    match values.len().saturating_sub(NAMED) {
        0 => text,
        more => format!("{text} and {more} further values"),
    }
}

fn release_text(release: &RecordedReleaseName) -> String {
    let back = release.went_back.as_ref().map(|reason| format!(": {}", reason.lines().next().unwrap_or_default()));
    format!("{} of {}{}", release.release.short(), day(release.at), back.unwrap_or_default())
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(evidence: Evidence) -> String {
        finding_text(&Finding { subject: "limit".into(), evidence }).join("\n")
    }

    fn value(text: &str, nodes: usize) -> CountedValue {
        CountedValue { value: Some(text.into()), nodes }
    }

    #[test]
    fn each_recommendation_has_its_evidence_and_a_way_out() {
        let overridden = Evidence::Overridden {
            definition: "base.nix:1:1".into(),
            nodes: 6,
            values: vec![value("1", 2), value("2", 2), value("3", 1), value("4", 1)],
            by: vec!["a.nix:2:3".into()],
        };
        assert_eq!(
            lines(overridden),
            "limit: all 6 nodes override the definition at base.nix:1:1\n  values   1 on 2 nodes, 2 on 2 nodes, 3 on 1 node and 1 further \
             values\n  set at   a.nix:2:3\n  → remove that definition, or set it to the value that most nodes have\n"
        );
        let default = |values| Evidence::UnusedDefault { default: "500".into(), nodes: 2, values };
        assert_eq!(
            lines(default(vec![value("600", 2)])),
            "limit: all 2 nodes set another value than the default 500\n  values   600 on 2 nodes\n  → make 600 the default, and set the \
             field where it differs\n"
        );
        assert!(
            lines(default(vec![value("1", 1), value("2", 1)]))
                .ends_with("  → require the field, so that a node without a value is rejected\n")
        );
        let at = Timestamp::UNIX_EPOCH;
        let flag = Evidence::OneSidedFlag { value: true, nodes: 1, releases: 4, since: at, set_by: 1 };
        assert_eq!(
            lines(flag),
            "limit: true on one node since 1970-01-01\n  seen in  4 releases\n  set by   1 node\n  → remove the flag, if it is not kept \
             for emergencies\n"
        );
        let release = confgate_fleet::Digest::of(b"");
        let name = RecordedReleaseName { release, at, went_back: Some("alarm errors fires: 3\nmore".to_owned()) };
        let values = ["a", "b", "c", "d"].map(|field| (field.into(), "1".into())).into();
        let went_back = vec![name.clone(), name.clone()];
        let rollbacks =
            Evidence::Rollbacks { values, went_back, with: 2, others_back: 0, without: 8, probability: 0.0222 };
        let short = release.short();
        assert_eq!(
            lines(rollbacks),
            format!(
                "a = 1, b = 1, c = 1 and 1 more that come with it: 2 of 2 releases with it went back, 0 of 8 without it\n  \
                 release  {short} of 1970-01-01: alarm errors fires: 3\n  release  {short} of 1970-01-01: alarm errors fires: 3\n  chance   \
                 2.2 % that this is chance\n  → look at the value before the next release that has it\n"
            )
        );
        let last = Some(RecordedReleaseName { went_back: None, ..name });
        let secret = Evidence::UnusedSecret { last, field: Some("token".into()), is_given: true };
        assert_eq!(
            lines(secret),
            format!(
                "secret limit: no node of the published release needs it\n  last     by token in release {short} of 1970-01-01\n  found    \
                 among the secrets that are given\n  → revoke the secret, and remove it from the nodes\n"
            )
        );
    }

    #[test]
    fn a_report_without_recommendations_says_what_was_looked_at() {
        let mut recommendations = Recommendations {
            nodes: 2,
            releases: 1,
            findings: Vec::new(),
            unset_flags: 3,
            problems: vec!["x".to_owned()],
        };
        assert_eq!(
            text(&recommendations),
            "left out: 3 booleans with one value everywhere that no config sets\nnot looked at: x\nno recommendations: 2 nodes in 1 release\n"
        );
        recommendations.unset_flags = 0;
        recommendations.problems.clear();
        assert_eq!(text(&recommendations), "no recommendations: 2 nodes in 1 release\n");
    }
}
