//! Reports in the log of a Nix build.

use confgate_core::diagnostics::Report;
use confgate_core::render::Totals;
use confgate_core::render::human::{self, Style};

/// Returns a report without colors, in the default width.
pub fn build_log(report: &Report) -> String {
    human::report(report, Style::default()) + &human::totals(Totals::of([report]), Style::default())
}

/// Returns the report of the rollout and of each node that has diagnostics, below its name, and the totals of all.
pub fn fleet_log(reports: &[(String, Report)], rollout: Option<&Report>) -> String {
    let mut log = String::new();
    if let Some(report) = rollout.filter(|report| !report.diagnostics().is_empty()) {
        log.push_str(&format!("rollout:\n{}", human::report(report, Style::default())));
    }
    for (name, report) in reports.iter().filter(|(_, report)| !report.diagnostics().is_empty()) {
        log.push_str(&format!("node {name}:\n{}", human::report(report, Style::default())));
    }
    let all = reports.iter().map(|(_, report)| report).chain(rollout);
    log + &human::totals(Totals::of(all), Style::default())
}
