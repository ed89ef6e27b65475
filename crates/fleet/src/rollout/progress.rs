//! Nodes that have the release, and how far they are.

use serde::Serialize;

use crate::names::NodeName;
use crate::placement::Selector;
use crate::position::Revision;
use crate::rollout::inventory::{Inventory, Member};
use crate::rollout::plan::Plan;
use crate::rollout::state::RolloutState;

/// Largest number of nodes that a message names.
const NAMED: usize = 5;

/// Progress of one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "state")]
pub enum NodeProgress {
    /// It runs the release, and is healthy.
    Done,
    /// It rejected the release, or went back from it.
    Failed {
        /// Its message.
        message: String,
        /// True if it runs another release, and is healthy.
        available: bool,
    },
    /// It runs the release, and is not healthy.
    Unhealthy,
    /// It does not run the release yet.
    Waiting,
    /// It does not report.
    Lost,
    /// Its report cannot be read.
    Invalid {
        /// The reason.
        message: String,
    },
}

/// The nodes that the pointers of a rollout hold for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress<'p> {
    /// Each node, with the index of its wave.
    pub nodes: Vec<(&'p NodeName, usize, NodeProgress)>,
}

impl<'p> Progress<'p> {
    /// Reads the progress from the reports. Errors that were reported before `began`, the revision of the rollout's start, are of
    /// an earlier one.
    pub fn of(state: &RolloutState, plan: &'p Plan, inventory: &'p Inventory, began: Revision) -> Self {
        let mut nodes = Vec::new();
        let mut selectors: Vec<Selector> = Vec::new();
        for index in Plan::through(state.wave) {
            let Some(wave) = plan.waves.get(index) else { break };
            let admitted = if index == state.wave { state.admitted } else { wave.len() };
            selectors.push(plan.selector(index, admitted));
            for node in wave.nodes().take(admitted) {
                nodes.push((node, index, node_progress(state, inventory.get(node), began)));
            }
        }
        for (node, member) in inventory.members().filter(|(node, _)| !plan.contains(node)) {
            let Ok(report) = &member.report else { continue };
            let wave = selectors.iter().position(|selector| selector.holds_for(report.resident(node)));
            if let Some(index) = wave {
                nodes.push((node, index, node_progress(state, Some(member), began)));
            }
        }
        Self { nodes }
    }

    /// Returns the nodes that failed, with their messages. `is_late` counts nodes that are still not healthy.
    pub fn failures(&self, is_late: bool) -> Vec<(&'p NodeName, &str)> {
        let failed = self.nodes.iter().filter_map(|(node, _, progress)| match progress {
            NodeProgress::Failed { message, .. } => Some((*node, message.as_str())),
            NodeProgress::Unhealthy if is_late => Some((*node, "not healthy")),
            _ => None,
        });
        failed.collect()
    }

    /// Returns the number of nodes that are on their way: they have the release, and are neither done nor back in service.
    pub fn in_flight(&self) -> usize {
        let is_in_flight = |progress: &NodeProgress| {
            !matches!(progress, NodeProgress::Done | NodeProgress::Failed { available: true, .. })
        };
        self.nodes.iter().filter(|(_, _, progress)| is_in_flight(progress)).count()
    }

    /// Returns the nodes that have neither finished nor failed.
    pub fn pending(&self) -> impl Iterator<Item = (&'p NodeName, &NodeProgress)> {
        let nodes = self.nodes.iter().map(|(node, _, progress)| (*node, progress));
        nodes.filter(|(_, progress)| !matches!(progress, NodeProgress::Done | NodeProgress::Failed { .. }))
    }

    /// Returns the number of nodes of a wave that have the release, and of those that run it.
    pub fn of_wave(&self, index: usize) -> (usize, usize) {
        let nodes = || self.nodes.iter().filter(|(_, wave, _)| *wave == index);
        (nodes().count(), nodes().filter(|(_, _, progress)| *progress == NodeProgress::Done).count())
    }
}

fn node_progress(state: &RolloutState, member: Option<&Member>, began: Revision) -> NodeProgress {
    let Some(member) = member else { return NodeProgress::Lost };
    let report = match &member.report {
        Ok(report) => report,
        Err(message) => return NodeProgress::Invalid { message: message.clone() },
    };
    if report.runs(&state.release) {
        return NodeProgress::Done;
    }
    let runs_it = report.release == Some(state.release);
    match report.error_of(&state.release) {
        Some(message) if member.revision > began => {
            let available = !runs_it && report.active && report.healthy;
            NodeProgress::Failed { message: headline(message), available }
        }
        _ if runs_it && report.active => NodeProgress::Unhealthy,
        _ => NodeProgress::Waiting,
    }
}

/// Returns the nodes of a wave that checked the release before their pointers name it, and would reject it, with their messages.
pub(super) fn rejections<'p>(
    state: &RolloutState,
    plan: &'p Plan,
    index: usize,
    inventory: &Inventory,
    began: Revision,
) -> Vec<(&'p NodeName, String)> {
    let nodes = plan.waves.get(index).into_iter().flat_map(|wave| wave.nodes());
    let rejection = |node: &NodeName| {
        let member = inventory.get(node).filter(|member| member.revision > began)?;
        member.report.as_ref().ok()?.rejection_of(&state.release).map(headline)
    };
    let mut rejections: Vec<_> = nodes.filter_map(|node| Some((node, rejection(node)?))).collect();
    rejections.sort();
    rejections
}

/// Returns the first line of a message, which may be a report. `confgate fleet status` shows all of it.
fn headline(message: &str) -> String {
    message.lines().next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the first of several items, and the number of the others.
pub(super) fn first_of(items: impl ExactSizeIterator<Item = String>) -> String {
    let count = items.len();
    let named: Vec<String> = items.take(NAMED).collect();
    match count.saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

impl NodeProgress {
    /// Returns the progress in a few words.
    pub fn words(&self) -> String {
        match self {
            Self::Done => "runs it".to_owned(),
            Self::Failed { message, .. } => message.clone(),
            Self::Unhealthy => "not healthy".to_owned(),
            Self::Waiting => "does not run it".to_owned(),
            Self::Lost => "no report".to_owned(),
            Self::Invalid { .. } => "its report is invalid".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_shortened_to_its_headline() {
        let report = "error: secret DB not found        secrets/missing\n  ┌─ a.toml:2:1\n";
        assert_eq!(headline(report), "error: secret DB not found secrets/missing");
        assert_eq!(headline(""), "");
    }

    #[test]
    fn a_list_names_five_and_counts_the_others() {
        let list = |count: usize| first_of((0..count).map(|number| format!("n{number}")));
        assert_eq!(list(2), "n0, n1");
        assert_eq!(list(5), "n0, n1, n2, n3, n4");
        assert_eq!(list(7), "n0, n1, n2, n3, n4 and 2 more");
    }
}
