//! Changes as text for people.

use confgate_core::render::count;
use confgate_core::sensitive::display::sanitize;

use crate::cli::diff::fleet_change::FleetChange;
use crate::cli::diff::row::Row;

/// Returns the changes of one config, and their number.
pub fn table(rows: &[Row]) -> String {
    let restart = rows.iter().filter(|row| row.needs_restart()).count();
    let total = match (rows.len(), restart) {
        (0, _) => "no change\n".to_owned(),
        (all, 0) => format!("{}\n", count(all, "change")),
        (all, restart) => format!("{}, {restart} after a restart only\n", count(all, "change")),
    };
    lines(rows).collect::<String>() + &total
}

fn indented(rows: &[Row]) -> String {
    lines(rows).map(|line| format!("  {line}")).collect()
}

fn lines(rows: &[Row]) -> impl Iterator<Item = String> {
    let width = rows.iter().map(|row| row.path.to_string().len()).max().unwrap_or(0);
    rows.iter().map(move |row| {
        let reload = row.reload.as_ref().map(|reload| format!("  ({reload})")).unwrap_or_default();
        let origin =
            row.origin.as_ref().map(|origin| format!("  {}", sanitize(&origin.to_string()))).unwrap_or_default();
        let change = row.change();
        format!("{:width$}  {change}{reload}{origin}\n", row.path.to_string())
    })
}

/// Returns the changes of each node, and the numbers of nodes that reload or restart.
pub fn fleet(fleet: &FleetChange) -> String {
    let mut text: String = fleet.changed.iter().map(|(node, rows)| format!("{node}\n{}", indented(rows))).collect();
    text += &fleet.added.iter().map(|node| format!("{node} added\n")).collect::<String>();
    text += &fleet.removed.iter().map(|node| format!("{node} removed\n")).collect::<String>();
    let (reload, restart) = fleet.effects();
    let (touched, all) = (fleet.touched(), count(fleet.node_count, "node"));
    format!("{text}{touched} of {all} change: {reload} reload, {restart} restart\n")
}
