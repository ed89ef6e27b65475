//! The table of the nodes: a row a node, a column a field that differs, odd ones first.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use confgate_core::render::count;
use confgate_fleet::insight::{FleetSnapshot, FleetTable, TableCell, TableColumn};
use confgate_fleet::{Digest, NodeRow, WaveName};
use serde_json::{Value as Json, json};

use crate::cli::fleet::page::text::{lines, time};
use crate::page::escaped;

/// The largest number of nodes in the table.
const DISPLAYED_NODES: usize = 2000;

/// The largest number of fields in the table.
const DISPLAYED_FIELDS: usize = 24;

/// The largest number of values of a field that a detail lists.
const DISPLAYED_VALUES: usize = 20;

/// The longest value in a cell, and in a detail, in characters.
const CELL: usize = 60;
const DETAIL: usize = 1000;

/// The places of values, numbered in the order in which they are displayed.
#[derive(Default)]
struct Places<'s> {
    numbers: BTreeMap<&'s str, usize>,
    texts: Vec<&'s str>,
}

impl<'s> Places<'s> {
    fn number(&mut self, place: &'s str) -> usize {
        *self.numbers.entry(place).or_insert_with(|| {
            self.texts.push(place);
            self.texts.len() - 1
        })
    }
}

/// Renders the section.
pub(super) fn nodes(snapshot: &FleetSnapshot, text: &mut String) {
    text.push_str("<section id=\"nodes\"><h2>Nodes</h2>");
    let rows = &snapshot.status.nodes;
    if rows.is_empty() {
        text.push_str("<p class=\"note\">No node reports, and no release lists one.</p></section>\n");
        return;
    }
    let table = &snapshot.table;
    let columns = &table.columns[..table.columns.len().min(DISPLAYED_FIELDS)];
    tools(rows.len(), table, text);
    text.push_str(
        "<div class=\"scroll\"><table role=\"grid\" aria-label=\"Nodes\"><thead><tr><th scope=\"col\">node</th>",
    );
    let has_regions = rows.iter().any(|row| row.region.is_some());
    text.push_str("<th scope=\"col\">state</th><th scope=\"col\">release</th>");
    if has_regions {
        text.push_str("<th scope=\"col\">region</th>");
    }
    for (index, column) in columns.iter().enumerate() {
        let class = if column.common().is_none() { " class=\"calm\"" } else { "" };
        let field = escaped(&column.field);
        let _ = write!(
            text,
            "<th scope=\"col\"{class} data-at=\"{index}\" tabindex=\"-1\" title=\"{field}\"><code>{field}</code></th>"
        );
    }
    text.push_str("</tr></thead><tbody>\n");
    let mut places = Places::default();
    // Nodes with one bundle have the same cells.
    let mut rendered: BTreeMap<&Digest, String> = BTreeMap::new();
    for row in rows.iter().take(DISPLAYED_NODES) {
        node_cells(row, has_regions, text);
        if let Some((digest, cells)) = table.nodes.get(&row.node).and_then(|bundle| table.cells.get_key_value(bundle)) {
            let cells = rendered.entry(digest).or_insert_with(|| value_cells(columns, cells, &mut places));
            text.push_str(cells);
        } else {
            columns.iter().for_each(|_| text.push_str("<td class=\"empty\"></td>"));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody></table></div>");
    if rows.len() > DISPLAYED_NODES {
        let more = rows.len() - DISPLAYED_NODES;
        let _ = write!(
            text,
            "<p class=\"note\">And {}; <code>confgate fleet status</code> lists all.</p>",
            count(more, "further node")
        );
    }
    let facts = json!({ "columns": columns.iter().map(column_json).collect::<Vec<_>>(), "places": places.texts });
    // A text cannot end the element that it is in.
    let facts = facts.to_string().replace('<', "\\u003c");
    let _ = writeln!(text, "<script type=\"application/json\" id=\"facts\">{facts}</script></section>");
}

fn tools(nodes: usize, table: &FleetTable, text: &mut String) {
    let total = count(nodes, "node");
    let _ = write!(text, "<div class=\"tools\"><p id=\"found\" role=\"status\" data-total=\"{total}\">{total}</p><p>");
    match table.columns.len() {
        0 if table.nodes.is_empty() => text.push_str("no configs are known"),
        0 => {
            let _ = write!(text, "{} equal on all nodes", count(table.equal, "field"));
        }
        differing => {
            let _ = write!(text, "{} differ, {} equal", count(differing, "field"), table.equal);
        }
    }
    if table.columns.len() > DISPLAYED_FIELDS {
        let _ = write!(text, "; the first {DISPLAYED_FIELDS} are shown");
    }
    text.push_str("</p>");
    if table.columns.iter().any(|column| column.common().is_some()) {
        text.push_str("<label class=\"script\"><input type=\"checkbox\" id=\"odd-only\">Odd values only</label>");
    }
    text.push_str("</div>\n");
}

fn node_cells(row: &NodeRow, has_regions: bool, text: &mut String) {
    let (node, state) = (escaped(row.node.as_str()), row.state.name());
    let _ = write!(
        text,
        "<tr data-state=\"{state}\" data-node=\"{node}\"><th scope=\"row\" title=\"{node}\">{node}</th><td \
         data-at=\"state\" data-in=\"state\" tabindex=\"-1\"><span><span class=\"mark {state}\" data-fact=\"state\">{state}</span>"
    );
    if let Some(error) = &row.error {
        let headline = escaped(&shortened(error.lines().next().unwrap_or_default(), CELL));
        let _ = write!(text, " <span class=\"why\" data-fact=\"reason\" title=\"{}\">{headline}</span>", lines(error));
    }
    let mut fact = |name: &str, value: &str| {
        let _ = write!(text, "<span hidden data-fact=\"{name}\">{}</span>", escaped(value));
    };
    if let (Some(wanted), Some(pointer)) = (&row.wanted, &row.pointer) {
        fact("pointer", &format!("{pointer}: {wanted}"));
    }
    if let Some(bundle) = &row.bundle {
        fact("bundle", &bundle.to_string());
    }
    if !row.tags.is_empty() {
        let tags: Vec<&str> = row.tags.iter().map(|tag| tag.as_str()).collect();
        fact("tags", &tags.join(", "));
    }
    if let Some(since) = row.since {
        fact("since", &format!("{}, by its own clock", time(since)));
    }
    text.push_str("</span></td>");
    match &row.release {
        Some(release) => {
            let pointer = row.pointer.as_ref().map(WaveName::as_str).unwrap_or_default();
            let _ = write!(
                text,
                "<td data-in=\"release\" data-fact=\"release\" title=\"{release}\"><span><code>{}</code> <span class=\"pointer\">{}</span></span></td>",
                release.short(),
                escaped(pointer)
            );
        }
        None => text.push_str("<td class=\"empty\" data-in=\"release\"></td>"),
    }
    if has_regions {
        let region = row.region.as_ref().map(ToString::to_string).unwrap_or_default();
        let class = if region.is_empty() { " class=\"empty\"" } else { "" };
        let _ = write!(text, "<td{class} data-in=\"region\" data-fact=\"region\">{}</td>", escaped(&region));
    }
}

fn value_cells<'s>(columns: &[TableColumn], cells: &'s [TableCell], places: &mut Places<'s>) -> String {
    let mut text = String::new();
    for (index, (column, cell)) in columns.iter().zip(cells).enumerate() {
        let class = match (cell.is_odd, column.common().is_some(), cell.value.is_some()) {
            (true, _, true) => "odd",
            (true, _, false) => "odd absent",
            (false, true, true) => "even",
            (false, true, false) => "even empty",
            (false, false, true) => "even calm",
            (false, false, false) => "even calm empty",
        };
        let _ = write!(
            text,
            "<td class=\"{class}\" data-at=\"{index}\" data-in=\"{}\" tabindex=\"-1\"",
            escaped(&column.field)
        );
        if let Some(place) = &cell.place {
            let _ = write!(text, " data-place=\"{}\"", places.number(place));
        }
        match &cell.value {
            Some(value) => {
                let short = shortened(value, CELL);
                if short.len() < value.len() {
                    let _ = write!(text, " title=\"{}\"", escaped(&shortened(value, DETAIL)));
                }
                let _ = write!(text, ">{}</td>", escaped(&short));
            }
            None => text.push_str("><span class=\"none\">absent</span></td>"),
        }
    }
    text
}

fn column_json(column: &TableColumn) -> Json {
    let (displayed, others) = column.values.split_at(column.values.len().min(DISPLAYED_VALUES));
    let value = |(value, count): &(Option<Arc<str>>, usize)| {
        json!([value.as_ref().map(|value| shortened(value, DETAIL)), count])
    };
    json!({
        "field": column.field,
        "values": displayed.iter().map(value).collect::<Vec<_>>(),
        "others": others.iter().map(|(_, count)| count).sum::<usize>(),
    })
}

fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_between_characters() {
        assert_eq!(shortened("äöü", 2), "äö…");
        assert_eq!(shortened("äöü", 3), "äöü");
    }

    #[test]
    fn a_cell_names_its_place_and_cannot_leave_its_attribute() {
        let column = TableColumn { field: "a\"<b>".into(), values: vec![(Some("1".into()), 3), (None, 1)] };
        let cell = |value: Option<&str>, place: Option<&str>, is_odd| TableCell {
            value: value.map(Into::into),
            place: place.map(Into::into),
            is_odd,
        };
        let mut places = Places::default();
        let cells = [cell(Some("\"</td>\""), Some("x.nix:1:1"), false)];
        let text = value_cells(std::slice::from_ref(&column), &cells, &mut places);
        assert_eq!(
            text,
            "<td class=\"even\" data-at=\"0\" data-in=\"a&quot;&lt;b&gt;\" tabindex=\"-1\" data-place=\"0\">&quot;&lt;/td&gt;&quot;</td>"
        );
        let absent = [cell(None, None, true)];
        let text = value_cells(&[column], &absent, &mut places);
        assert!(text.starts_with("<td class=\"odd absent\"") && text.contains(">absent<"), "{text}");
        assert_eq!((places.number("y.nix"), places.number("x.nix:1:1")), (1, 0));
    }
}
