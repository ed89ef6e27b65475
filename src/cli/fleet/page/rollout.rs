//! The rollout: waves, alarms, nodes that are late.

use std::fmt::Write;

use confgate_core::render::count;
use confgate_fleet::rollout::{AlarmReading, AlarmState, Outcome, Phase, RolloutState, RolloutStatus, WaveStatus};
use confgate_fleet::{NodeName, WaveName};

use crate::cli::fleet::page::text::{time, time_element};
use crate::page::escaped;

/// The largest number of late nodes that are named.
const NAMED: usize = 20;

/// Renders the section. It is there without a rollout, so that events can replace it.
pub(crate) fn rollout(status: Option<&RolloutStatus>) -> String {
    let mut text = "<section id=\"rollout\"><h2>Rollout</h2>".to_owned();
    match status {
        None => text.push_str("<p class=\"note\">There was no rollout yet.</p>"),
        Some(status) => match &status.state.outcome {
            Some(outcome) => ended(&status.state, outcome, &mut text),
            None => running(status, &mut text),
        },
    }
    text + "</section>\n"
}

fn releases(state: &RolloutState) -> String {
    format!(
        "release <code title=\"{}\">{}</code> after <code title=\"{}\">{}</code>",
        state.release,
        state.release.short(),
        state.before,
        state.before.short()
    )
}

fn ended(state: &RolloutState, outcome: &Outcome, text: &mut String) {
    let ending = match outcome {
        Outcome::Finished { at } => format!("finished at {}", time_element(*at)),
        Outcome::Back { reason, by, at } => {
            let by = by.as_ref().map(|by| format!(" by {}", escaped(by))).unwrap_or_default();
            format!("<span class=\"mark rollback\">went back</span>{by} at {}: {}", time_element(*at), escaped(reason))
        }
    };
    let _ = write!(
        text,
        "<p class=\"note lead\">No rollout is running. The last one, of {}, {ending}.</p>",
        releases(state)
    );
}

fn running(status: &RolloutStatus, text: &mut String) {
    let state = &status.state;
    let commit = state.commit.as_ref().map(|commit| format!(", commit {}", escaped(commit))).unwrap_or_default();
    let _ = write!(
        text,
        "<p class=\"lead\">{}, started {} by {}{commit}. Controller: {}.</p>",
        releases(state),
        time_element(state.at),
        escaped(&state.by),
        status
            .controller
            .as_deref()
            .map_or_else(|| "none; start one with <code>confgate rollout run</code>".to_owned(), escaped)
    );
    if let Some(pause) = &state.paused {
        let by = pause.by.as_ref().map(|by| format!(" by {}", escaped(by))).unwrap_or_default();
        let _ = write!(
            text,
            "<p class=\"paused lead\"><b>Paused</b>{by} since {}: {}</p>",
            time(pause.at),
            escaped(&pause.reason)
        );
    }
    text.push_str("<ol class=\"waves\">");
    for (index, wave) in status.waves.iter().enumerate() {
        wave_item(state, index, wave, text);
    }
    text.push_str("</ol>");
    if !state.alarms.is_empty() {
        text.push_str("<h3>Alarms</h3><dl class=\"facts alarms\">");
        state.alarms.iter().for_each(|alarm| alarm_row(alarm, text));
        text.push_str("</dl>");
    }
    let pending = status.pending.iter().map(|node| (&node.node, &node.wave, node.progress.words()));
    node_list("Nodes on their way", pending, text);
    let rejecting = status.rejecting.iter().map(|node| (&node.node, &node.wave, node.message.clone()));
    node_list("Nodes that would reject it", rejecting, text);
}

/// Writes nodes with a few words about each.
fn node_list<'n>(
    title: &str,
    nodes: impl ExactSizeIterator<Item = (&'n NodeName, &'n WaveName, String)>,
    text: &mut String,
) {
    let more = nodes.len().saturating_sub(NAMED);
    if nodes.len() == 0 {
        return;
    }
    let _ = write!(text, "<h3>{title}</h3><dl class=\"facts pending\">");
    for (node, wave, words) in nodes.take(NAMED) {
        let (node, wave, words) = (escaped(node.as_str()), escaped(wave.as_str()), escaped(&words));
        let _ = write!(text, "<div><dt>{node} in {wave}</dt><dd>{words}</dd></div>");
    }
    if more > 0 {
        let _ = write!(text, "<div><dt></dt><dd>and {more} more</dd></div>");
    }
    text.push_str("</dl>");
}

fn wave_item(state: &RolloutState, index: usize, wave: &WaveStatus, text: &mut String) {
    let (class, words) = match (index.cmp(&state.wave), state.phase) {
        (std::cmp::Ordering::Less, _) => ("done", "passed".to_owned()),
        (std::cmp::Ordering::Greater, _) => ("waiting", "waits".to_owned()),
        (_, _) if state.paused.is_some() => ("present", "paused".to_owned()),
        (_, Phase::Moving) => {
            ("present", format!("moving for {} s of {}", state.spent().as_secs(), state.spec.deadline))
        }
        (_, Phase::Baking) => ("present", format!("bake for {} s of {}", state.spent().as_secs(), state.spec.bake)),
    };
    let current = if class == "present" { " aria-current=\"step\"" } else { "" };
    let share = |part: usize| if wave.nodes == 0 { 0.0 } else { 100.0 * part as f64 / wave.nodes as f64 };
    let runs = format!("{} of {} run the release", wave.done, count(wave.nodes, "node"));
    let _ = write!(
        text,
        "<li class=\"{class}\"{current}><div class=\"head\"><b>{}</b><span>{} of {}</span></div><div class=\"bar\" \
         role=\"img\" aria-label=\"{runs}\"><i style=\"--share: {:.1}%\"></i><i style=\"--share: {:.1}%\"></i></div><p>{}</p></li>",
        escaped(wave.wave.as_str()),
        wave.done,
        count(wave.nodes, "node"),
        share(wave.admitted),
        share(wave.done),
        escaped(&words)
    );
}

fn alarm_row(alarm: &AlarmState, text: &mut String) {
    let (class, words) = match &alarm.last {
        None => ("none", "not evaluated yet".to_owned()),
        Some(AlarmReading::Quiet(value)) => ("quiet", value.clone()),
        Some(AlarmReading::Raised(value)) => ("raised", format!("for {} s: {value}", alarm.held_ms / 1000)),
        Some(AlarmReading::Missing) => ("missing", format!("no value for {} s", alarm.held_ms / 1000)),
        Some(AlarmReading::Failed(reason)) => ("failed", reason.clone()),
    };
    let badge = if class == "none" { String::new() } else { format!("<span class=\"mark {class}\">{class}</span> ") };
    let _ = write!(text, "<div><dt>{}</dt><dd>{badge}{}</dd></div>", escaped(&alarm.name), escaped(&words));
}
