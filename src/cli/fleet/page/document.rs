//! The whole page.

use std::fmt::Write;

use confgate_core::render::count;
use confgate_fleet::insight::{FleetSnapshot, RegionValues};

use crate::cli::fleet::page::nodes::nodes;
use crate::cli::fleet::page::rollout::rollout;
use crate::cli::fleet::page::text::{lines, time, time_element};
use crate::cli::fleet::page::timeline::timeline;
use crate::page::{Connections, Frame, Search, escaped, fill};

/// The content of the page, in its frame.
const CONTENT: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The largest number of problems that are displayed.
const DISPLAYED_PROBLEMS: usize = 20;

/// The connection of a page to its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// A file.
    File,
    /// A page that events keep up to date, with the version that it shows.
    Live(u64),
}

/// Renders the page.
pub(crate) fn document(snapshot: &FleetSnapshot, liveness: Liveness) -> String {
    let service = snapshot.service.as_str();
    let (connections, attributes) = match liveness {
        Liveness::File => (Connections::None, String::new()),
        Liveness::Live(version) => (Connections::Server, format!(" data-live=\"{version}\"")),
    };
    let page = fill(CONTENT, |part| match part {
        "name" => escaped(service),
        "content" => content(snapshot),
        other => unreachable!("the template asks for {other}"),
    });
    let frame = Frame {
        title: &format!("Fleet of {service}"),
        name: service,
        kind: "fleet",
        style: STYLE,
        script: SCRIPT,
        search: Some(Search { label: "Search the nodes", placeholder: "Search nodes" }),
        status: &format!("<p id=\"connection\" role=\"status\">{}</p>\n", escaped(&connection(snapshot, None))),
        attributes: &attributes,
        connections,
    };
    frame.html(&page)
}

/// Returns the state of the connection in words.
pub(crate) fn connection(snapshot: &FleetSnapshot, error: Option<&str>) -> String {
    let taken = snapshot.taken.map_or_else(|| "not read yet".to_owned(), |taken| format!("as of {}", time(taken)));
    match error {
        None => taken,
        Some(_) => format!("{taken}; the store does not answer"),
    }
}

/// Renders the part of the page that changes.
pub(crate) fn content(snapshot: &FleetSnapshot) -> String {
    let mut text = String::with_capacity(64 << 10);
    states(snapshot, &mut text);
    problems(&snapshot.problems, &mut text);
    if snapshot.unread > 0 {
        let _ = write!(text, "<p class=\"note\">{} not read yet.</p>", count(snapshot.unread, "bundle"));
    }
    text += &rollout(snapshot.rollout.as_ref());
    nodes(snapshot, &mut text);
    overrides(&snapshot.overrides, &mut text);
    timeline(&snapshot.timeline, &mut text);
    text
}

fn states(snapshot: &FleetSnapshot, text: &mut String) {
    if snapshot.status.nodes.is_empty() {
        return;
    }
    text.push_str("<ul class=\"states\">");
    for (state, number) in &snapshot.status.states {
        let name = state.name();
        let _ = write!(
            text,
            "<li><button type=\"button\" data-state=\"{name}\" aria-pressed=\"false\">{number} <span class=\"mark \
             {name}\">{name}</span></button></li>"
        );
    }
    text.push_str("</ul>\n");
}

fn problems(problems: &[String], text: &mut String) {
    if problems.is_empty() {
        return;
    }
    text.push_str("<ul class=\"problems\" aria-label=\"Problems\">");
    for problem in problems.iter().take(DISPLAYED_PROBLEMS) {
        let _ = write!(text, "<li>{}</li>", lines(problem));
    }
    if problems.len() > DISPLAYED_PROBLEMS {
        let _ = write!(text, "<li>and {} more</li>", problems.len() - DISPLAYED_PROBLEMS);
    }
    text.push_str("</ul>\n");
}

fn overrides(overrides: &[RegionValues], text: &mut String) {
    if overrides.is_empty() {
        return;
    }
    text.push_str("<section id=\"overrides\"><h2>Overrides of regions</h2><dl class=\"facts\">");
    for region in overrides {
        let values: Vec<String> = region
            .values
            .iter()
            .map(|(field, value)| format!("<code>{} = {}</code>", escaped(field), escaped(value)))
            .collect();
        let _ = write!(
            text,
            "<div><dt>{}</dt><dd>{} until {} by {}: {}</dd></div>",
            escaped(region.region.as_str()),
            values.join(", "),
            time_element(region.expires),
            escaped(&region.by),
            escaped(&region.reason)
        );
    }
    text.push_str("</dl></section>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_end_where_the_page_says() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--") && !text.contains("{{"));
        }
    }
}
