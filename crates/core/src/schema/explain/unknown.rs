//! Diagnostics for unknown keys, with suggestions.

use std::collections::HashSet;

use serde_json::Value as Json;

use crate::diagnostics::suggest::join_or;
use crate::diagnostics::{Diagnostic, Suggestion, codes};
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::missing::owner;
use crate::schema::explain::similar_keys::{dotted, similar_keys, similar_names, similar_set_key, similar_wrong_key};
use crate::schema::explain::site::{Site, key_place, suggest_move};
use crate::schema::explain::unevaluated::described_names;
use crate::schema::notation::Notation;
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::value::{self, Node, Path, Value, json, reference};

/// The maximum number of unknown keys of one table that are compared with the known ones. A table with more of them is not one of
/// the schema, and the comparison would take a long time.
const MAX_COMPARED: usize = 50;

/// Creates the diagnostics for the unknown keys of a table that the validator reports.
pub(super) fn unexpected_keys(
    keys: &[String],
    keyword: &str,
    parent: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Vec<Diagnostic> {
    let known = known_keys(parent);
    let mut suggested: HashSet<Path> = HashSet::new();
    let one = |(index, key): (usize, &String)| {
        let written = parent.node.and_then(|node| node.as_table()?.get(key));
        let place = written.and_then(|node| key_place(node, explainer.context.sources));
        let mut meaning = if index < MAX_COMPARED { Meaning::of(key, parent, explainer) } else { Meaning::default() };
        // Two keys cannot both get one name.
        meaning.right.retain(|path| suggested.insert(path.clone()));
        let mut diagnostic = unknown(key, parent, meaning, place.as_ref(), known.as_deref(), explainer);
        diagnostic.keyword = Some(keyword.to_owned());
        diagnostic.severity = explainer.context.unknown_keys;
        match written {
            Some(node) => diagnostic.at(explainer.context.sources.locations(&node.origin), ""),
            None => diagnostic,
        }
    };
    keys.iter().enumerate().map(one).collect()
}

/// Creates the diagnostic for a misspelling of the key that distinguishes the alternatives of a union: a key with a similar name,
/// whose value is one of those of the alternatives.
pub(super) fn misspelt_tag(
    tag: &str,
    options: &[Json],
    parent: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Option<Diagnostic> {
    let table = parent.node?.as_table()?;
    let (key, node) = table
        .iter()
        .find(|(key, node)| !similar_names(key.as_str(), [tag]).is_empty() && options.contains(&json::write(node)))?;
    let place = key_place(node, explainer.context.sources);
    let meaning = Meaning { right: vec![parent.path.key(tag)], ..Meaning::default() };
    let diagnostic = unknown(key.as_str(), parent, meaning, place.as_ref(), None, explainer);
    Some(diagnostic.at(explainer.context.sources.locations(&node.origin), ""))
}

/// Creates the diagnostic for an unknown key, without a label.
pub fn unknown_key(path: &Path, explainer: &Explainer<'_>) -> Diagnostic {
    let table = path.parent().unwrap_or_default();
    // The table may be absent: the unknown key may be its only entry.
    let empty = Node::generated(Value::Table(value::Table::default()));
    let node = explainer.tree.get(&table.0).unwrap_or(&empty);
    let (view, in_secret) =
        (explainer.root.at(&table.0, explainer.tree), explainer.root.hides(&table.0, explainer.tree));
    let parent =
        Site { node: Some(node), view, stated: None, path: table, unresolved: None, in_secret, name_hides: false };
    let key = path.last_key().unwrap_or_default();
    unknown(key, &parent, Meaning::of(key, &parent, explainer), None, known_keys(&parent).as_deref(), explainer)
}

/// The keys that an unknown one may mean.
#[derive(Default)]
struct Meaning {
    /// Those that are right in its place.
    right: Vec<Path>,
    /// The one that it most likely means, but which is set as well.
    set: Option<Path>,
    /// The one that it clearly means, but where its value is wrong.
    wrong: Option<Path>,
}

impl Meaning {
    fn of(key: &str, parent: &Site<'_>, explainer: &Explainer<'_>) -> Self {
        let right = similar_keys(key, parent, explainer);
        let set = right.is_empty().then(|| similar_set_key(key, parent, explainer)).flatten();
        let is_open = right.is_empty() && set.is_none();
        let wrong = is_open.then(|| similar_wrong_key(key, parent, explainer)).flatten();
        Self { right, set, wrong }
    }
}

/// Creates the diagnostic for an unknown key at `place`; `known` is the list of known keys.
fn unknown(
    key: &str,
    parent: &Site<'_>,
    Meaning { right: similar, set, wrong }: Meaning,
    place: Option<&value::Location>,
    known: Option<&str>,
    explainer: &Explainer<'_>,
) -> Diagnostic {
    let path = parent.path.key(key);
    let node = parent.node.and_then(|node| node.as_table()?.get(key));
    let keys = node.filter(|node| node.as_table().is_some_and(|table| !table.is_empty())).map_or(1, Node::leaf_count);
    let name = display::path(&path);
    let message =
        if keys > 1 { format!("unknown table {name} with {keys} keys") } else { format!("unknown key {name}") };
    let mut diagnostic = Diagnostic::error(&codes::SCHEMA_UNKNOWN_KEY, path, message);
    diagnostic.keyword = Some("additionalProperties".into());
    diagnostic.count = Some(keys).filter(|keys| *keys > 1);
    let spelled = dotted(key, parent, explainer);
    if let ([only], Some(spelled)) = (similar.as_slice(), spelled)
        && *only == spelled
    {
        // The dots of a name in quotes do not separate tables.
        let notation = Notation::of(node, explainer.context.sources);
        let is_new = notation == Notation::Toml && explainer.tree.get(&spelled.0[..=parent.path.0.len()]).is_none();
        let below = Path(spelled.0[parent.path.0.len()..].to_vec());
        diagnostic.suggestions = vec![match place.filter(|_| is_new) {
            Some(place) => {
                Suggestion { replacement: below.to_string(), place: Some(place.clone()), path: Some(spelled.clone()) }
            }
            None => Suggestion { replacement: spelled.to_string(), place: None, path: Some(spelled.clone()) },
        }];
        return diagnostic.help(notation.dotted_key(&below));
    }
    if let Some(path) = set {
        return diagnostic.help(format!("did you mean {path}, which is set already? write one of the two"));
    }
    if let Some(path) = wrong {
        return diagnostic.help(format!("did you mean {path}? its value is wrong there as well"));
    }
    match (similar.is_empty(), known) {
        (false, _) => {
            let notation = Notation::of(node, explainer.context.sources);
            let suggest = |path: &Path| suggest_move(path, &parent.path, place, notation, explainer.tree, node);
            let (names, suggestions): (Vec<String>, Vec<Suggestion>) = similar.iter().map(suggest).unzip();
            // Under its right name the value is reported as a secret in plain text.
            let is_plain = node.and_then(Node::as_str).is_some_and(reference::has_plain_secret);
            let is_secret = |path: &&Path| explainer.root.at(&path.0, explainer.tree).is_some_and(Subschema::is_secret);
            if let Some(path) = similar.iter().find(is_secret).filter(|_| is_plain) {
                diagnostic =
                    diagnostic.note(format!("{path} is a secret: a reference stands in the place of its value"));
            }
            diagnostic.suggest(&names, suggestions)
        }
        (true, Some(known)) => diagnostic.help(format!("remove it: nothing reads it; {known}")),
        (true, None) => diagnostic.help("remove it: nothing reads it"),
    }
}

/// Lists the known keys of a table, for the help.
fn known_keys(parent: &Site<'_>) -> Option<String> {
    let view = parent.view?;
    let mut names = view.names(parent.node?);
    // An alternative, or a part with conditions, knows more keys, or other ones.
    if let Some(stated) = parent.stated.filter(|stated| stated.place() != view.place()) {
        names = view.fields().map(|(name, _)| name.as_str()).chain(described_names(stated)).collect();
    } else if view.get("unevaluatedProperties").is_some() {
        names = described_names(view);
    }
    names.dedup();
    let owner = owner(&parent.path);
    let patterns = view.get("patternProperties").and_then(Json::as_object).into_iter().flat_map(|names| names.keys());
    let patterns: Vec<String> = patterns.map(|pattern| format!("keys that match {pattern}")).collect();
    match (names.len(), patterns.is_empty()) {
        (0, true) => Some(format!("{owner} knows no keys")),
        (0, false) => Some(format!("{owner} knows {}", join_or(&patterns))),
        (1..=16, _) => Some(format!(
            "{owner} knows {}",
            names.into_iter().map(str::to_owned).chain(patterns).collect::<Vec<_>>().join(", ")
        )),
        (many, _) => Some(format!("{owner} knows {many} keys, see `confgate schema`")),
    }
}
