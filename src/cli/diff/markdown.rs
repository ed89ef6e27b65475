//! Changes as Markdown for the description of a pull request, or a comment on it.

use std::fmt::Write;

use confgate_core::render::count;

use crate::cli::diff::fleet_change::FleetChange;
use crate::cli::diff::row::Row;

/// Number of changes that are displayed; further ones are counted. GitHub takes 65,536 characters in a comment.
const DISPLAYED_ROWS: usize = 200;

/// Number of nodes that are named in a list; further ones are counted.
const DISPLAYED_NODES: usize = 20;

/// Returns the changes of one config.
pub fn config(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "### Config: no change\n".to_owned();
    }
    let mut budget = DISPLAYED_ROWS;
    format!("### Config: {}\n\n{}", count(rows.len(), "change"), table(rows, &mut budget))
}

/// Returns the changes of a fleet. Nodes with equal changes share a table.
pub fn fleet(fleet: &FleetChange) -> String {
    let (touched, all) = (fleet.touched(), count(fleet.node_count, "node"));
    let mut text = format!("### Config: {touched} of {all} change\n");
    if touched > 0 {
        let counts: Vec<String> = fleet.counts().iter().map(|(number, what)| format!("{number} {what}")).collect();
        let _ = writeln!(text, "\n{}", counts.join(", "));
    }
    let mut budget = DISPLAYED_ROWS;
    for (nodes, rows) in fleet.groups() {
        let effect = if rows.iter().any(Row::needs_restart) { "restart" } else { "reload" };
        let _ = write!(text, "\n#### {}: {effect}\n\n{}", names(&nodes), table(rows, &mut budget));
    }
    for (title, nodes) in [("Added", &fleet.added), ("Removed", &fleet.removed)] {
        if !nodes.is_empty() {
            let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();
            let _ = write!(text, "\n#### {title}\n\n{}\n", names(&nodes));
        }
    }
    text
}

/// Returns a table of the changes, as far as the budget of rows allows.
fn table(rows: &[Row], budget: &mut usize) -> String {
    let displayed = rows.len().min(*budget);
    *budget -= displayed;
    let has_origins = rows.iter().any(|row| row.origin.is_some());
    let mut text = String::new();
    if displayed > 0 {
        text.push_str(match has_origins {
            true => "| field | old | new | applied by | set at |\n|---|---|---|---|---|\n",
            false => "| field | old | new | applied by |\n|---|---|---|---|\n",
        });
    }
    for row in &rows[..displayed] {
        let path = row.path.to_string();
        let [old, new] = row.values();
        let [path, old, new] = [&path, &old, &new].map(|text| code(text));
        let applied = match row.reload.as_deref() {
            Some(_) if row.needs_restart() => "**restart**",
            Some(_) => "reload",
            None => "",
        };
        let origin = match has_origins {
            true => format!(" {} |", row.origin.as_ref().map(|origin| code(&origin.to_string())).unwrap_or_default()),
            false => String::new(),
        };
        let _ = writeln!(text, "| {path} | {old} | {new} | {applied} |{origin}");
    }
    if displayed < rows.len() {
        let more = rows.len() - displayed;
        let _ = writeln!(text, "{}and {more} more", if displayed > 0 { "\n" } else { "" });
    }
    text
}

fn names(nodes: &[&str]) -> String {
    let first: Vec<String> = nodes.iter().take(DISPLAYED_NODES).map(|node| code(node)).collect();
    match nodes.len().saturating_sub(DISPLAYED_NODES) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// Returns a text as code in the cell of a table. A fence is longer than any of the backticks inside of it, and a `|` would end the cell
/// even there.
fn code(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|").replace(['\n', '\r'], " "))
}

#[cfg(test)]
mod tests {
    use confgate_core::value::Definition;

    use super::*;

    #[test]
    fn a_value_cannot_leave_its_cell() {
        let text = config(&[Row::added("a", "x | y"), Row::added("b", "`<b>`"), Row::added("c", "two\nlines")]);
        let lines: Vec<&str> = text.lines().skip(4).collect();
        assert_eq!(lines[0], "| `a` | `absent` | `\"x \\| y\"` |  |");
        assert_eq!(lines[1], "| `b` | `absent` | `` \"`<b>`\" `` |  |");
        assert_eq!(lines[2], "| `c` | `absent` | `\"two\\nlines\"` |  |");
        assert_eq!(lines.len(), 3, "{text}");
    }

    #[test]
    fn a_table_has_a_column_for_origins_if_there_are_any() {
        let origin = Definition { file: "a|b.nix".to_owned(), line: 1, column: 2, element: None };
        let set = Row { origin: Some(origin), ..Row::added("a", "x") };
        let text = config(&[set, Row::added("b", "y")]);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(lines[0], "| field | old | new | applied by | set at |");
        assert_eq!(lines[2], "| `a` | `absent` | `\"x\"` |  | `a\\|b.nix:1:2` |");
        assert_eq!(lines[3], "| `b` | `absent` | `\"y\"` |  |  |");
    }

    #[test]
    fn changes_and_nodes_beyond_the_limits_are_counted() {
        let rows: Vec<Row> = (0..250).map(|number| Row::added(&format!("f{number}"), "x")).collect();
        let text = config(&rows);
        assert!(text.starts_with("### Config: 250 changes\n") && text.ends_with("\nand 50 more\n"), "{text}");
        let node = |number: usize| (format!("n{number}"), rows[..1].to_vec());
        let changed = (0..30).map(node).collect();
        let text = fleet(&FleetChange { changed, node_count: 40, ..FleetChange::default() });
        assert!(text.contains("`n19` and 10 more: reload\n"), "{text}");
        assert_eq!(text.matches("| `f0` |").count(), 1, "equal changes share a table: {text}");
        assert!(text.len() < 65_536);
    }
}
