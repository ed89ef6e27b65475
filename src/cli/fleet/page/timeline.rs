//! The timeline of publications, waves and rollbacks.

use std::fmt::Write;

use confgate_fleet::Move;
use confgate_fleet::insight::TimelineEntry;

use crate::cli::fleet::page::text::{lines, time_element};
use crate::page::escaped;

/// Renders the section.
pub(super) fn timeline(entries: &[TimelineEntry], text: &mut String) {
    text.push_str("<section id=\"timeline\"><h2>Timeline</h2>");
    if entries.is_empty() {
        text.push_str("<p class=\"note\">Nothing was published yet.</p></section>\n");
        return;
    }
    text.push_str("<ol class=\"timeline\">\n");
    entries.iter().for_each(|entry| item(entry, text));
    text.push_str("</ol></section>\n");
}

fn item(entry: &TimelineEntry, text: &mut String) {
    let change = match &entry.change {
        Ok(change) => change,
        Err(error) => {
            let _ = writeln!(
                text,
                "<li><span>revision {}</span><span class=\"mark invalid\">invalid</span><div><p class=\"why\">{}</p></div></li>",
                entry.revision,
                lines(error)
            );
            return;
        }
    };
    let action = change.action.name();
    let commit = change.commit.as_ref().map(|commit| format!(", commit {}", escaped(commit))).unwrap_or_default();
    let _ = write!(
        text,
        "<li>{}<span><span class=\"mark {action}\">{action}</span></span><div><p>by {}{commit}, revision {}</p>",
        time_element(change.at),
        escaped(&change.by),
        entry.revision
    );
    for (wave, Move { from, to }) in &change.waves {
        let from =
            from.map_or_else(|| "none".to_owned(), |from| format!("<code title=\"{from}\">{}</code>", from.short()));
        let _ = write!(text, "<p>{}: {from} → <code title=\"{to}\">{}</code></p>", escaped(wave.as_str()), to.short());
    }
    if let Some(reason) = &change.reason {
        let _ = write!(text, "<p class=\"why\">{}</p>", lines(reason));
    }
    text.push_str("</div></li>\n");
}
