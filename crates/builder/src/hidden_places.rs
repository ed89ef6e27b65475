//! The places of secrets in problems of modules, whose source lines must not be displayed. The config does not contain the values of
//! these problems, so the gate cannot find them there.

use confgate_core::gate::{Gate, plain_secrets};
use confgate_core::schema::{MisspeltSecrets, Subschema, secrecy};
use confgate_core::sensitive::words;
use confgate_core::value::{Location, Node, Path, Sources};

use crate::problem::{ModuleProblem, ProblemPlace};

/// Returns the places in problems that may show a secret.
pub fn hidden_places(problems: &[ModuleProblem], gate: &Gate, tree: &Node, sources: &Sources) -> Vec<Location> {
    let mut misspelt = None;
    let mut found = Vec::new();
    for problem in problems {
        let Some(ProblemPlace { path, definitions }) = problem.shown_value() else { continue };
        let path = Path::from_pointer(path);
        let is_secret = is_secret(&path, gate, tree)
            || gate.view().at(&path.0, tree).is_none()
                && misspelt.get_or_insert_with(|| MisspeltSecrets::new(gate.view())).cover(&path, tree);
        let places = definitions.iter().map(|definition| sources.definition(definition));
        found.extend(places.filter(|place| is_secret || assigns_secret(place)).map(plain_secrets::rest_of_line));
    }
    found
}

/// Tells whether the value at a path may be or hold a secret, by the schema or by its name.
fn is_secret(path: &Path, gate: &Gate, tree: &Node) -> bool {
    let Some(key) = path.last_key() else { return false };
    let view = gate.view().at(&path.0, tree);
    view.is_some_and(Subschema::holds_secrets)
        || gate.view().hides(&path.0, tree)
        || secrecy::sounds_secret(view, key)
        || secrecy::is_in_misplaced(gate.view(), &path.0, tree)
}

/// Tells whether the line of a place assigns a value to a name of a secret, as in `servr.token = "…";`.
fn assigns_secret(place: &Location) -> bool {
    let line = place.source.line(place.position.0);
    let names = line.split('=').map(|before| {
        let is_name = |c: char| c.is_alphanumeric() || "_-".contains(c);
        before.trim_end_matches([' ', '"']).rsplit(|c| !is_name(c)).next().unwrap_or_default()
    });
    // The text behind the last sign is a value.
    let count = line.matches('=').count();
    names.take(count).any(words::names_secret)
}
