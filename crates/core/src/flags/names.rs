//! Known names in the help of a diagnostic.

use crate::diagnostics::suggest::{join_or, nearest};
use crate::diagnostics::{Diagnostic, Suggestion};
use crate::flags::site::Site;

/// Maximum number of names that a help lists.
const MAX_LISTED: usize = 12;

/// Adds the way out for an unknown `name` that a text states: the nearest known name, or the list of them.
pub(super) fn suggest_text(
    diagnostic: Diagnostic,
    name: &str,
    known: &[&str],
    noun: &str,
    at: &Site<'_>,
) -> Diagnostic {
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            let quoted = format!("{near:?}");
            let suggestion = Suggestion { replacement: quoted.clone(), place: at.value_place(), path: None };
            diagnostic.suggest(&[quoted], vec![suggestion])
        }
        None => diagnostic.help(listed(known, noun)),
    }
}

/// Adds the way out for an unknown `name` of a key: the nearest known name, or the list of them.
pub(super) fn suggest_key(diagnostic: Diagnostic, name: &str, known: &[&str], noun: &str) -> Diagnostic {
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            let suggestion = Suggestion { replacement: near.to_owned(), place: None, path: None };
            diagnostic.suggest(&[near.to_owned()], vec![suggestion])
        }
        None => diagnostic.help(listed(known, noun)),
    }
}

/// Lists the known names: `use one of its variants: off or on`.
fn listed(known: &[&str], noun: &str) -> String {
    match known.len() {
        0 => format!("declare {noun}"),
        1..=MAX_LISTED => {
            let names: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
            format!("use one of {noun}: {}", join_or(&names))
        }
        many => format!("use one of {noun}, of which there are {many}"),
    }
}
