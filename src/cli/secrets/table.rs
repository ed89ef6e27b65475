//! Tables with aligned columns.

use std::iter::repeat_n;

use confgate_core::sensitive::display::harmless;
use unicode_width::UnicodeWidthStr;

/// Row of a table, and indented lines below it.
pub struct Row {
    pub cells: Vec<String>,
    pub details: Vec<String>,
}

/// Returns the rows in columns. Names of files and profiles are untrusted, so every cell is sanitized.
pub fn table(rows: &[Row]) -> String {
    let columns = rows.first().map_or(0, |row| row.cells.len());
    let width = |column: usize| rows.iter().map(|row| harmless(&row.cells[column]).width()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for Row { cells, details } in rows {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&widths).filter(|(_, width)| **width > 0) {
            let cell = harmless(cell);
            line.push_str(&cell);
            line.extend(repeat_n(' ', width - cell.width() + 2));
        }
        text += &format!("{}\n", line.trim_end());
        text.extend(details.iter().map(|line| format!("  {}\n", harmless(line))));
    }
    text
}
