//! Text and JSON of plans, events and states of rollouts.

use confgate_core::render::count;
use confgate_core::sensitive::display::sanitize;
use confgate_fleet::rollout::spec::Wave;
use confgate_fleet::rollout::{AlarmReading, AlarmState, Event, Outcome, Phase, Plan, RolloutState, RolloutStatus};
use serde_json::{Value as Json, json};

use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;
use crate::cli::progress::Waiting;

/// Largest number of nodes that a line names.
const NAMED: usize = 5;

/// A printer of a controller's events. After an error of the output the rollout continues without further lines.
pub(super) struct EventPrinter<'o> {
    output: &'o mut Output,
    format: OutputFormat,
    last: Option<String>,
    /// Displayed between the lines.
    waiting: Option<Waiting>,
}

impl<'o> EventPrinter<'o> {
    pub fn new(output: &'o mut Output, format: OutputFormat) -> Self {
        let waiting = (format == OutputFormat::Human).then(|| output.waiting("waiting for the nodes"));
        Self { output, format, last: None, waiting }
    }

    /// Prints the start of a rollout.
    pub fn started(&mut self, state: &RolloutState, text: &str) {
        self.put(text, || json!({ "event": "started", "state": state }));
    }

    /// Prints an event. A text that repeats the one before is left out.
    pub fn print(&mut self, event: &Event) {
        self.put(&event_text(event), || event_json(event));
    }

    fn put(&mut self, text: &str, json: impl FnOnce() -> Json) {
        let text = match self.format {
            OutputFormat::Human if self.last.as_deref() == Some(text) => return,
            OutputFormat::Human => text.lines().map(|line| format!("{}\n", sanitize(line))).collect(),
            OutputFormat::Json => format!("{}\n", json()),
        };
        self.last = Some(text.clone());
        // Output::report_only was called: an error is reported at the end.
        let mut put = || drop(self.output.put(&text).and_then(|()| self.output.flush()));
        match &self.waiting {
            Some(waiting) => waiting.suspend(put),
            None => put(),
        }
    }

    /// Returns the exit status of a rollout that ended.
    pub fn exit_status(&self, ended: &RolloutState) -> ExitStatus {
        ExitStatus::success_if(matches!(ended.outcome, Some(Outcome::Finished { .. })))
    }
}

/// Returns the line of a rollout that was started.
pub(super) fn started_text(state: &RolloutState, plan: &Plan) -> String {
    let waves = plan.waves.iter().map(|wave| format!("{} ({})", wave.wave, wave.len()));
    let mut text = format!(
        "✓ start    release {} after {}: {} in {}\n",
        state.release.short(),
        state.before.short(),
        count(plan.len(), "node"),
        waves.collect::<Vec<_>>().join(", ")
    );
    untagged(plan).for_each(|warning| text.push_str(&format!("! {warning}\n")));
    text
}

/// Returns a warning for each tag that no node has: a wave that is left out by a typing error is one that protects nothing.
fn untagged(plan: &Plan) -> impl Iterator<Item = String> {
    plan.waves.iter().filter(|wave| wave.is_empty()).filter_map(|wave| match &wave.wave {
        Wave::Tag(tag) => {
            Some(format!("no node of the wave {tag}: it is left out; check the tags with confgate fleet status"))
        }
        Wave::Share(_) => None,
    })
}

/// Returns the plan of a rollout: which node comes when.
pub(super) fn plan_text(state: &RolloutState, plan: &Plan) -> String {
    let spec = &state.spec;
    let limit = match spec.max_unavailable {
        Some(_) => format!("{} at a time", count(spec.max_in_flight(plan.len()), "node")),
        None => "all nodes of a wave at once".to_owned(),
    };
    let mut lines = vec![
        format!("release {} after {}", state.release, state.before),
        format!("{}, {limit}, bake {}", count(plan.len(), "node"), spec.bake),
        String::new(),
    ];
    for wave in &plan.waves {
        let nodes: Vec<&str> = wave.nodes().map(|node| node.as_str()).collect();
        lines.push(format!("{:<8} {}", wave.wave.to_string(), count(nodes.len(), "node")));
        lines.extend(nodes.chunks(8).map(|nodes| format!("         {}", nodes.join(", "))));
    }
    lines.push(String::new());
    lines.extend(untagged(plan).map(|warning| format!("! {warning}")));
    lines.push("nothing was written".to_owned());
    lines.iter().map(|line| format!("{}\n", sanitize(line))).collect()
}

/// Returns the plan of a rollout for programs.
pub(super) fn plan_json(state: &RolloutState, plan: &Plan) -> Json {
    let waves = plan.waves.iter().map(|wave| {
        let regions: Vec<_> = wave.regions().collect();
        json!({ "wave": wave.wave, "regions": regions, "nodes": wave.nodes().collect::<Vec<_>>() })
    });
    json!({
        "dry_run": true,
        "release": state.release,
        "before": state.before,
        "nodes": plan.len(),
        "max_unavailable": state.spec.max_unavailable.map(|_| state.spec.max_in_flight(plan.len())),
        "bake": state.spec.bake,
        "waves": waves.collect::<Vec<_>>(),
    })
}

fn event_text(event: &Event) -> String {
    match event {
        Event::Standby { leader } => format!("– standby  {leader} is the controller"),
        Event::Leading => "✓ lead     this process is the controller".to_owned(),
        Event::Progress(status) => progress_text(status),
        Event::Interrupted(error) => format!("! {error}"),
        Event::Ended(state) => ended_text(state),
    }
}

fn ended_text(state: &RolloutState) -> String {
    match &state.outcome {
        Some(Outcome::Finished { .. }) => format!("✓ finish   all nodes follow release {}", state.release),
        _ => format!("✗ back     release {}: {}", state.release.short(), state.ending()),
    }
}

fn event_json(event: &Event) -> Json {
    match event {
        Event::Standby { leader } => json!({ "event": "standby", "leader": leader }),
        Event::Leading => json!({ "event": "leading" }),
        Event::Progress(status) => json!({ "event": "progress", "status": status }),
        Event::Interrupted(error) => json!({ "event": "interrupted", "error": error.to_string() }),
        Event::Ended(state) => json!({ "event": "ended", "state": state }),
    }
}

/// Returns one line about the present wave.
fn progress_text(status: &RolloutStatus) -> String {
    let state = &status.state;
    let name = state.wave_name();
    if let Some(pause) = &state.paused {
        let by = pause.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        return format!("– pause    {name}: paused{by}: {}", pause.reason);
    }
    let counts = status.waves.iter().find(|wave| wave.wave == name);
    let (nodes, done) = counts.map_or((0, 0), |wave| (wave.nodes, wave.done));
    let rest = match state.phase {
        Phase::Baking => format!(", bake {}", state.spec.bake),
        Phase::Moving => pending_text(status),
    };
    let alarms: String = state.alarms.iter().filter_map(raised_text).collect();
    format!("  {name:<8} {done} of {} run the release{rest}{alarms}", count(nodes, "node"))
}

fn pending_text(status: &RolloutStatus) -> String {
    if status.pending.is_empty() {
        return String::new();
    }
    let named: Vec<String> =
        status.pending.iter().take(NAMED).map(|node| format!("{} ({})", node.node, node.progress.words())).collect();
    match status.pending.len().saturating_sub(NAMED) {
        0 => format!("; waiting for {}", named.join(", ")),
        more => format!("; waiting for {} and {more} more", named.join(", ")),
    }
}

fn raised_text(alarm: &AlarmState) -> Option<String> {
    match &alarm.last {
        Some(AlarmReading::Raised(value)) => Some(format!("; alarm {} is raised: {value}", alarm.name)),
        Some(AlarmReading::Failed(reason)) => Some(format!("; alarm {} cannot be evaluated: {reason}", alarm.name)),
        _ => None,
    }
}

/// Returns the status of a rollout.
pub(super) fn status_text(status: &RolloutStatus) -> String {
    let state = &status.state;
    let commit = state.commit.as_ref().map(|commit| format!(", commit {commit}")).unwrap_or_default();
    let mut lines = vec![
        format!("release    {}", state.release),
        format!("before     {}", state.before),
        format!("started    {} by {}{commit}", state.at.strftime("%Y-%m-%d %H:%M:%S UTC"), state.by),
    ];
    if state.outcome.is_some() {
        lines.push(format!("end        {}", state.ending()));
    } else {
        let controller = status.controller.as_deref().unwrap_or("none: start one with confgate rollout run");
        lines.push(format!("controller {controller}"));
        lines.push(String::new());
        for wave in &status.waves {
            let present = if wave.wave == state.wave_name() { phase_text(state) } else { String::new() };
            lines.push(format!(
                "{:<8} {} of {} run the release{present}",
                wave.wave,
                wave.done,
                count(wave.nodes, "node")
            ));
        }
        lines.extend(
            status.pending.iter().map(|node| format!("  {} in {}: {}", node.node, node.wave, node.progress.words())),
        );
        lines.extend(
            status
                .rejecting
                .iter()
                .map(|node| format!("  {} in {}: would reject the release: {}", node.node, node.wave, node.message)),
        );
        lines.extend(state.alarms.iter().map(alarm_text));
    }
    lines.iter().map(|line| format!("{}\n", sanitize(line))).collect()
}

fn phase_text(state: &RolloutState) -> String {
    let spent = state.spent().as_secs();
    match (&state.paused, state.phase) {
        (Some(pause), _) => {
            let by = pause.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            format!(" ← paused{by}: {}", pause.reason)
        }
        (None, Phase::Moving) => format!(" ← moving for {spent} s of {}", state.spec.deadline),
        (None, Phase::Baking) => format!(" ← bake for {spent} s of {}", state.spec.bake),
    }
}

fn alarm_text(alarm: &AlarmState) -> String {
    let last = match &alarm.last {
        None => "not evaluated yet".to_owned(),
        Some(AlarmReading::Quiet(value)) => format!("quiet: {value}"),
        Some(AlarmReading::Raised(value)) => format!("raised for {} s: {value}", alarm.held_ms / 1000),
        Some(AlarmReading::Missing) => format!("no value for {} s", alarm.held_ms / 1000),
        Some(AlarmReading::Failed(reason)) => format!("cannot be evaluated: {reason}"),
    };
    format!("alarm {}: {last}", alarm.name)
}
