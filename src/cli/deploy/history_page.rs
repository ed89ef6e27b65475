//! The generations of a node as one HTML page: a timeline, the newest first.

use std::fmt::Write;

use confgate_core::render::count;
use confgate_deploy::{Damage, Record};

use crate::page::{Connections, Frame, code, escaped};

const STYLE: &str = "main { max-width: 60rem; margin: 0 auto; padding: 1.75rem 1.25rem 4rem; }\n";

/// Number of a generation, and its record if that is readable.
pub(super) type Entry = (u64, Option<Record>);

/// Renders the page.
pub(super) fn history_page(name: &str, entries: &[Entry], active: Option<u64>) -> String {
    let mut text = format!("<h1>Generations of {}</h1>\n", escaped(name));
    if entries.is_empty() {
        text += "<p class=\"note\">No deployments.</p>\n";
    } else {
        let _ = writeln!(
            text,
            "<p class=\"note\">{}, the newest first.</p>\n<ol class=\"timeline\">",
            count(entries.len(), "deployment")
        );
        entries.iter().for_each(|entry| item(entry, active, &mut text));
        text += "</ol>\n";
    }
    let frame = Frame {
        title: &format!("Generations of {name}"),
        name,
        kind: "generations",
        style: STYLE,
        script: "",
        search: None,
        status: "",
        attributes: "",
        connections: Connections::None,
    };
    frame.html(&format!("<main id=\"main\" tabindex=\"-1\">\n{text}</main>\n"))
}

fn item((generation, record): &Entry, active: Option<u64>, text: &mut String) {
    let is_active = active == Some(*generation);
    let current = if is_active { " aria-current=\"true\"" } else { "" };
    let mark = match (record, is_active) {
        (None, _) => "<span class=\"mark error\">damaged</span>",
        (_, true) => "<span class=\"mark good\">active</span>",
        _ => "",
    };
    let Some(record) = record else {
        let damage = escaped(&Damage::NoRecord.to_string());
        let _ = writeln!(
            text,
            "<li{current}><span>unknown time</span><span>{mark}</span><div><p><strong>Generation {generation}</strong></p><p \
             class=\"why\">{damage}; see <code>confgate doctor</code></p></div></li>"
        );
        return;
    };
    let signed = record.signer.as_ref().map(|signer| format!(", signed by {}", escaped(signer))).unwrap_or_default();
    let restart: Vec<String> = record.restart_fields.iter().map(|field| code(field)).collect();
    let restart = match restart.as_slice() {
        [] => String::new(),
        fields => format!("<p>after a restart: {}</p>", fields.join(", ")),
    };
    let _ = writeln!(
        text,
        "<li{current}><time datetime=\"{}\">{}</time><span>{mark}</span><div><p><strong>Generation {generation}</strong>, \
         {}</p><p>{} from {} by {}{signed}</p><p>{}</p>{restart}</div></li>",
        record.time,
        record.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
        escaped(record.environment.name()),
        code(&record.bundle),
        code(&record.source),
        escaped(&record.user),
        escaped(&record.outcome.to_string()),
    );
}
