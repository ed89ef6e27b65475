//! Changes as one HTML page that loads nothing: the fields of each node, folded, with a search.
//!
//! `page.css` and `page.js` contain no text of a config. All such text is in the markup, and escaped.

use std::fmt::Write;

use confgate_core::render::count;

use crate::cli::change::changed_elements;
use crate::cli::diff::fleet_change::FleetChange;
use crate::cli::diff::row::Row;
use crate::page::{Connections, Frame, Search, SourceLinks, code, escaped};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Number of nodes that a heading names; further ones are folded.
const DISPLAYED_NODES: usize = 12;

/// The page of a comparison.
pub struct Page<'p> {
    /// The old side in words.
    pub old: &'p str,
    /// The new side in words.
    pub new: &'p str,
    /// Addresses of source files.
    pub links: Option<&'p SourceLinks>,
}

impl Page<'_> {
    /// Renders the changes of one config.
    pub fn config(&self, rows: &[Row]) -> String {
        let total = match rows.len() {
            0 => "no change".to_owned(),
            all => count(all, "change"),
        };
        let restart = rows.iter().filter(|row| row.needs_restart()).count();
        let marks = [(rows.len() - restart, "reload"), (restart, "restart")];
        let mut text = self.head(&total, marks.into_iter().filter(|(number, _)| *number > 0));
        if !rows.is_empty() {
            tools(&total, restart > 0 && restart < rows.len(), false, &mut text);
            let _ = writeln!(
                text,
                "<section class=\"group\" aria-label=\"Changes\">{}</section>",
                self.table(rows, "Changed fields")
            );
        }
        self.document(&text)
    }

    /// Renders the changes of a fleet. Nodes with equal changes share a table.
    pub fn fleet(&self, fleet: &FleetChange) -> String {
        let (touched, all) = (fleet.touched(), count(fleet.node_count, "node"));
        let mut text = self.head(&format!("{touched} of {all} change"), fleet.counts().into_iter());
        let groups = fleet.groups();
        if !groups.is_empty() {
            let (_, restart) = fleet.effects();
            let fields: usize = groups.iter().map(|(_, rows)| rows.len()).sum();
            let total = count(fields, "different change");
            tools(&total, restart > 0 && restart < fleet.changed.len(), groups.len() > 1, &mut text);
        }
        for (nodes, rows) in &groups {
            self.group(nodes, rows, groups.len() == 1, &mut text);
        }
        for (title, nodes) in [("Added", &fleet.added), ("Removed", &fleet.removed)] {
            if !nodes.is_empty() {
                let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();
                let id = title.to_lowercase();
                let _ = writeln!(
                    text,
                    "<section id=\"{id}\"><h2>{title}</h2><p class=\"nodes\">{}</p></section>",
                    codes(&nodes)
                );
            }
        }
        self.document(&text)
    }

    fn head(&self, total: &str, marks: impl Iterator<Item = (usize, &'static str)>) -> String {
        let mut text = format!(
            "<h1>Config: {total}</h1>\n<p class=\"sides\">{} <span aria-hidden=\"true\">→</span><span class=\"unseen\">compared with</span> {}</p>\n",
            code(self.old),
            code(self.new)
        );
        let marks: Vec<String> =
            marks.map(|(number, what)| format!("<li class=\"mark {what}\">{number} {what}</li>")).collect();
        if !marks.is_empty() {
            let _ = writeln!(text, "<ul class=\"marks\" aria-label=\"Effects\">{}</ul>", marks.concat());
        }
        text
    }

    fn group(&self, nodes: &[&str], rows: &[Row], is_open: bool, text: &mut String) {
        let effect = if rows.iter().any(Row::needs_restart) { "restart" } else { "reload" };
        let open = if is_open { " open" } else { "" };
        let (first, others) = nodes.split_at(nodes.len().min(DISPLAYED_NODES));
        let more = match others.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(
            text,
            "<details class=\"group\"{open}><summary><h2>{}{more}</h2><span class=\"mark {effect}\">{effect}</span><span \
             class=\"note\">{}{}</span></summary>",
            codes(first),
            if nodes.len() > 1 { format!("{}, ", count(nodes.len(), "node")) } else { String::new() },
            count(rows.len(), "change"),
        );
        if !others.is_empty() {
            let _ = writeln!(
                text,
                "<details class=\"others\"><summary>{}</summary><p class=\"nodes\">{}</p></details>",
                count(others.len(), "further node"),
                codes(others)
            );
        }
        let label = match nodes {
            [node] => format!("Changed fields of {node}"),
            nodes => format!("Changed fields of {} and {}", nodes[0], count(nodes.len() - 1, "further node")),
        };
        let _ = writeln!(text, "{}</details>", self.table(rows, &label));
    }

    fn table(&self, rows: &[Row], label: &str) -> String {
        let has_origins = rows.iter().any(|row| row.origin.is_some());
        let columns = ["field", "old", "new", "applied by", "set at"];
        let columns = &columns[..if has_origins { 5 } else { 4 }];
        let mut text = format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>",
            escaped(label)
        );
        columns.iter().for_each(|column| {
            let _ = write!(text, "<th scope=\"col\">{column}</th>");
        });
        text += "</tr></thead><tbody>\n";
        for row in rows {
            self.row(row, has_origins, &mut text);
        }
        text + "</tbody></table></div>"
    }

    fn row(&self, row: &Row, has_origins: bool, text: &mut String) {
        let ([old_display, new_display], [old, new]) = (&row.display, row.values());
        let class = row.reload.as_deref().map(|_| if row.needs_restart() { "restart" } else { "reload" });
        let _ = write!(
            text,
            "<tr data-effect=\"{}\"><th scope=\"row\">{}</th><td data-in=\"old\">{}</td><td data-in=\"new\">{}{}</td><td \
             data-in=\"applied by\">{}</td>",
            class.unwrap_or_default(),
            code(&row.path.to_string()),
            value(row.old.as_ref(), old_display.as_ref(), &old),
            value(row.new.as_ref(), new_display.as_ref(), &new),
            list_words(row),
            class.map(|class| format!("<span class=\"mark {class}\">{class}</span>")).unwrap_or_default(),
        );
        if has_origins {
            let origin = row.origin.as_ref().map(|origin| SourceLinks::place(self.links, origin));
            let _ = write!(text, "<td data-in=\"set at\">{}</td>", origin.unwrap_or_default());
        }
        text.push_str("</tr>\n");
    }

    fn document(&self, content: &str) -> String {
        let frame = Frame {
            title: "Changes of a config",
            name: "confgate",
            kind: "changes",
            style: STYLE,
            script: SCRIPT,
            search: Some(Search { label: "Search the changes", placeholder: "Search" }),
            status: "",
            attributes: "",
            connections: Connections::None,
        };
        frame.html(&format!("<main id=\"main\" tabindex=\"-1\">\n{content}</main>\n"))
    }
}

/// Renders the controls above the changes.
fn tools(total: &str, has_both: bool, is_folded: bool, text: &mut String) {
    let _ = write!(text, "<div class=\"tools\"><p id=\"found\" role=\"status\" data-total=\"{total}\">{total}</p>");
    if has_both {
        text.push_str("<label class=\"script\"><input type=\"checkbox\" id=\"restart-only\">Restart only</label>");
    }
    if is_folded {
        text.push_str(
            "<button type=\"button\" class=\"script\" id=\"unfold\" aria-expanded=\"false\">Unfold all</button>",
        );
    }
    text.push_str("</div>\n");
}

/// Renders the value of a side, in the text that displays it.
fn value(value: Option<&serde_json::Value>, display: Option<&String>, text: &str) -> String {
    match (value, display) {
        (None, None) => "<span class=\"none\">absent</span>".to_owned(),
        _ => code(text),
    }
}

/// Renders the added and removed elements of a long list.
fn list_words(row: &Row) -> String {
    let words = changed_elements(row.old.as_ref(), row.new.as_ref());
    words.map(|words| format!("<div class=\"note\">{}</div>", escaped(&words))).unwrap_or_default()
}

fn codes(names: &[&str]) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use confgate_core::value::Definition;
    use serde_json::json;

    use super::*;

    const PAGE: Page<'_> = Page { old: "old", new: "<new>", links: None };

    #[test]
    fn style_and_script_end_where_the_page_says() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--") && !text.contains("{{"));
        }
    }

    #[test]
    fn a_text_is_no_markup() {
        let text = PAGE.config(&[Row::added("a", "</td><script>")]);
        assert!(text.contains("<code>&quot;&lt;/td&gt;&lt;script&gt;&quot;</code>"), "{text}");
        assert!(text.contains("<code>&lt;new&gt;</code>") && !text.contains("<th scope=\"col\">set at"), "{text}");
    }

    #[test]
    fn a_date_and_a_null_are_displayed_as_they_are_written() {
        let display = [Some("2026-11-30".to_owned()), Some("null".to_owned())];
        let text = PAGE.config(&[Row { old: Some(json!("2026-11-30")), new: None, display, ..Row::added("a", "x") }]);
        assert!(text.contains("<code>2026-11-30</code>") && text.contains("<code>null</code>"), "{text}");
        assert!(PAGE.config(&[Row::added("a", "x")]).contains("<span class=\"none\">absent</span>"));
    }

    #[test]
    fn a_place_is_a_link_where_addresses_are_known() {
        let origin = Definition { file: "config/a.nix".to_owned(), line: 3, column: 5, element: None };
        let rows = [Row { origin: Some(origin), ..Row::added("a", "x") }];
        let links: SourceLinks = "https://git.test/{file}#L{line}".parse().unwrap();
        let text = Page { links: Some(&links), ..PAGE }.config(&rows);
        assert!(
            text.contains("<a href=\"https://git.test/config/a.nix#L3\"><code>config/a.nix:3:5</code></a>"),
            "{text}"
        );
        let text = PAGE.config(&rows);
        assert!(text.contains("<td data-in=\"set at\"><code>config/a.nix:3:5</code></td>"), "{text}");
    }

    #[test]
    fn nodes_with_equal_changes_share_a_group_that_folds_the_many() {
        let nodes = |count: usize| (0..count).map(|number| (format!("n{number}"), vec![Row::added("a", "x")]));
        let fleet = FleetChange {
            changed: nodes(14).chain([("odd".to_owned(), vec![Row::added("b", "y")])]).collect(),
            node_count: 20,
            ..FleetChange::default()
        };
        let text = PAGE.fleet(&fleet);
        assert_eq!(text.matches("<details class=\"group\">").count(), 2, "{text}");
        assert!(text.contains("<h1>Config: 15 of 20 nodes change</h1>") && text.contains("2 further nodes"), "{text}");
    }
}
