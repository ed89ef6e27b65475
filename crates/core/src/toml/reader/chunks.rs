//! A large text is read in several parts at once, where it is cut between the tables of a list.
//!
//! What a header opens at the top ends with the next header there, so a part that begins with one means the same alone. What
//! does not come apart so easily is read in one piece.

use std::iter;
use std::ops::Range;

use crate::parallel;
use crate::toml::reader::builder::{Made, made};
use crate::toml::reader::single_pass;
use crate::value::{Table, Value};

/// The table that a text means; `None` when there may be a mistake in it.
pub(super) fn read(text: &str) -> Option<Table> {
    let parts = parallel::workers(text.len() / parallel::LARGE);
    let cuts: Vec<usize> = (1..parts).filter_map(|part| cut(text, text.len() / parts * part)).collect();
    let in_parts = if cuts.is_empty() { None } else { read_cut(text, &cuts) };
    in_parts.or_else(|| single_pass::read(text, 0..text.len()))
}

/// The same for a text that is cut there. `None` also when it does not come apart there.
pub(super) fn read_cut(text: &str, cuts: &[usize]) -> Option<Table> {
    let starts = iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(iter::once(text.len()));
    let parts: Vec<Range<usize>> = starts.zip(ends).map(|(start, end)| start..end).collect();
    let read = parallel::each(&parts, |part| single_pass::read(text, part.clone()));
    read.into_iter().reduce(|whole, part| join(whole?, part?)).flatten()
}

/// The next place behind `from` where a table of a list at the top begins.
pub(super) fn cut(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    let lines = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let begins = |at: &usize| {
        let name = rest[*at..].strip_prefix(b"[[").unwrap_or_default();
        let end = name.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')));
        end.is_some_and(|end| end > 0 && name[end..].starts_with(b"]]"))
    };
    lines.into_iter().find(begins).map(|at| from + at)
}

/// What two parts mean together: they may share nothing but lists that go on. `None` when they do.
fn join(mut whole: Table, part: Table) -> Option<Table> {
    for (name, node) in part {
        let Some(there) = whole.get_mut(&name) else {
            whole.insert(name, node);
            continue;
        };
        let of_headers = made(there) == Made::Header && made(&node) == Made::Header;
        match (&mut there.value, node.value) {
            (Value::List(elements), Value::List(more)) if of_headers => elements.extend(more),
            _ => return None,
        }
    }
    Some(whole)
}
