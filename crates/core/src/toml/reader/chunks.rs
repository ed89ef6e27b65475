//! Parallel reading of a large text, split between the tables of a list.
//!
//! The table of a top-level header ends at the next header, so a part that starts with a header means the same when it is read
//! alone. A text whose parts depend on each other is read as a whole.

use std::iter;
use std::ops::Range;

use crate::parallel;
use crate::toml::reader::open_table::{DefinedBy, defined_by};
use crate::toml::reader::single_pass::{self, Doubt};
use crate::value::{Table, Value};

/// Reads a text that may contain no mistake, in parts if it is large.
pub(super) fn read(text: &str) -> Result<Table, Doubt> {
    let parts = parallel::workers(text.len() / parallel::LARGE);
    let splits: Vec<usize> = (1..parts).filter_map(|part| next_split(text, text.len() / parts * part)).collect();
    let in_parts = if splits.is_empty() { None } else { read_parts(text, &splits) };
    in_parts.map_or_else(|| single_pass::read(text, 0..text.len()), Ok)
}

/// Reads a text in the parts between `splits`; `None` also if the parts depend on each other.
pub(super) fn read_parts(text: &str, splits: &[usize]) -> Option<Table> {
    let starts = iter::once(0).chain(splits.iter().copied());
    let ends = splits.iter().copied().chain(iter::once(text.len()));
    let parts: Vec<Range<usize>> = starts.zip(ends).map(|(start, end)| start..end).collect();
    let tables = parallel::map_large(&parts, |part| single_pass::read(text, part.clone()).ok());
    tables.into_iter().reduce(|whole, part| join(whole?, part?)).flatten()
}

/// Returns the next byte after `from` where a header of a top-level list of tables starts.
pub(super) fn next_split(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    let starts_table_of_list = |line: &usize| {
        let name = rest[*line..].strip_prefix(b"[[").unwrap_or_default();
        let end = name.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')));
        end.is_some_and(|end| end > 0 && name[end..].starts_with(b"]]"))
    };
    let line_starts = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    line_starts.into_iter().find(starts_table_of_list).map(|line| from + line)
}

/// Joins the tables of two parts, which may share nothing but lists of tables that continue; `None` if they share more.
pub(super) fn join(mut whole: Table, part: Table) -> Option<Table> {
    for (name, node) in part {
        let Some(existing) = whole.get_mut(&name) else {
            whole.insert(name, node);
            continue;
        };
        let by_headers = defined_by(existing) == DefinedBy::Header && defined_by(&node) == DefinedBy::Header;
        match (&mut existing.value, node.value) {
            (Value::List(elements), Value::List(more)) if by_headers => elements.extend(more),
            _ => return None,
        }
    }
    Some(whole)
}
